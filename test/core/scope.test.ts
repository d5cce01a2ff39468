import { describe, expect, it } from 'vitest';
import { AccountVisit } from '../../core/run.ts';
import { fewVisits, mayDiffer, planScope, planVisits, type ScopeAccount } from '../../core/scope.ts';
import { AccountId, Region } from '../../core/target.ts';

const one = AccountId.parse('100000000001');
const two = AccountId.parse('100000000002');
const virginia = Region.parse('us-east-1');
const ireland = Region.parse('eu-west-1');
const hongKong = Region.parse('ap-east-1');

const account = (parts: Partial<ScopeAccount> = {}): ScopeAccount => ({
  accountId: one,
  name: 'payments',
  active: true,
  enabled: [virginia, ireland],
  ...parts,
});

const config = { regions: [virginia, hongKong], excludeAccounts: [] };

function exclusions(accounts: ScopeAccount[], settings: Parameters<typeof planScope>[1] = config) {
  return planScope(accounts, settings).map(({ accountId, region, exclusion }) => [accountId, region, exclusion]);
}

describe('the targets of a run', () => {
  it.each([
    ['a Region that is off is excluded', {}, [virginia, null], [hongKong, 'RegionDisabled']],
    [
      'an account that is not active is excluded',
      { active: false },
      [virginia, 'AccountNotActive'],
      [hongKong, 'AccountNotActive'],
    ],
    [
      'where nobody could be asked, a Region is taken as on unless it is opt-in',
      { enabled: null },
      [virginia, null],
      [hongKong, 'RegionDisabled'],
    ],
    [
      'where the question had no answer, no Region is taken for off',
      { enabled: 'unheard' as const },
      [virginia, null],
      [hongKong, null],
    ],
    ['a Region that was opted into is a target', { enabled: [virginia, hongKong] }, [virginia, null], [hongKong, null]],
  ])('%s', (_case, parts, inVirginia, inHongKong) => {
    expect(exclusions([account(parts)])).toEqual([
      [one, ...inHongKong],
      [one, ...inVirginia],
    ]);
  });

  it.each([null, 'unheard'] as const)(
    'are in the Regions that others have on, where one account tells nothing (%s)',
    (enabled) => {
      const settings = { regions: 'all-enabled' as const, excludeAccounts: [] };
      const told = account({ accountId: two });
      expect(exclusions([account({ enabled }), told], settings)).toEqual([
        [one, ireland, null],
        [one, virginia, null],
        [two, ireland, null],
        [two, virginia, null],
      ]);
    },
  );

  it.each([
    ['all-enabled' as const, true],
    [[virginia, hongKong], true],
    [[virginia, ireland], false],
  ])('in %s may differ between accounts: %s', (regions, expected) => {
    expect(mayDiffer(regions)).toBe(expected);
  });

  it('an excluded account is excluded by config, unless it is not even active', () => {
    const settings = { regions: [virginia], excludeAccounts: [one, two] };
    const accounts = [account(), account({ accountId: two, active: false })];
    expect(exclusions(accounts, settings)).toEqual([
      [one, virginia, 'ExcludedByConfig'],
      [two, virginia, 'AccountNotActive'],
    ]);
  });

  it('all-enabled takes what is on in each account, and never an opt-in Region by assumption', () => {
    const accounts = [account({ accountId: two, enabled: null }), account({ enabled: [virginia, hongKong] })];
    expect(exclusions(accounts, { regions: 'all-enabled', excludeAccounts: [] })).toEqual([
      [one, hongKong, null],
      [one, virginia, null],
      [two, virginia, null],
    ]);
  });

  it('the order of the accounts makes no difference, nor does a Region named twice', () => {
    const accounts = [account({ accountId: two }), account()];
    const twice = { ...config, regions: [...config.regions, virginia] };
    expect(planScope(accounts, twice)).toEqual(planScope(accounts.toReversed(), config));
  });
});

describe('the visits of a run', () => {
  const scope = planScope([account(), account({ accountId: two, enabled: [virginia, hongKong] })], config);

  it('one visit takes all Regions of an account that are in scope', () => {
    expect(planVisits(scope)).toEqual([
      { accountId: one, regions: [virginia] },
      { accountId: two, regions: [hongKong, virginia] },
    ]);
  });

  it('a run may be narrowed to some accounts', () => {
    expect(planVisits(scope, [two]).map(({ accountId }) => accountId)).toEqual([two]);
  });

  it('few visits travel with the state machine, many or large ones do not', () => {
    const visit = AccountVisit.parse({ accountId: one, regions: [virginia] });
    expect(fewVisits([visit])).toEqual([visit]);
    expect(fewVisits(Array.from({ length: 11 }, () => visit))).toEqual([]);
    const nodes = Array.from({ length: 2_000 }, (_, index) => ({ nodeId: `i-${index}`, types: ['AWS:Application'] }));
    expect(fewVisits([{ ...visit, compare: { [virginia]: nodes } }])).toEqual([]);
  });
});
