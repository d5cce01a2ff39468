import { describe, expect, it } from 'vitest';
import { findLeaving, type RememberedSync, withLeaving } from '../../core/leaving.ts';
import type { Exclusion, ScopedTarget } from '../../core/run.ts';
import { AccountId, Region } from '../../core/target.ts';

const payments = AccountId.parse('100000000010');
const storefront = AccountId.parse('100000000011');
const gone = AccountId.parse('100000000099');
const virginia = Region.parse('us-east-1');
const ireland = Region.parse('eu-west-1');
const made = 'muster-06e03f44';

function scoped(accountId: AccountId, region: Region, exclusion: Exclusion | null = null): ScopedTarget {
  return { schemaVersion: 1, accountId, region, accountName: 'name', exclusion };
}

function remembered(accountId: AccountId, region: Region, sync: string | null = made): RememberedSync {
  return { accountId, region, accountName: 'name', made: sync };
}

describe('a target leaves', () => {
  it.each<[string, ScopedTarget[], RememberedSync, string[]]>([
    [
      'when the config excludes its account',
      [scoped(payments, virginia, 'ExcludedByConfig')],
      remembered(payments, virginia),
      [`${payments}/us-east-1`],
    ],
    [
      'when the config no longer names its Region',
      [scoped(payments, ireland)],
      remembered(payments, virginia),
      [`${payments}/us-east-1`],
    ],
    ['not while it is in scope', [scoped(payments, virginia)], remembered(payments, virginia), []],
    ['not where Muster made no sync', [scoped(payments, ireland)], remembered(payments, virginia, null), []],
    [
      'not when its account is suspended',
      [scoped(payments, virginia, 'AccountNotActive')],
      remembered(payments, virginia),
      [],
    ],
    [
      'not when its account is suspended and its Region no longer named',
      [scoped(payments, ireland, 'AccountNotActive')],
      remembered(payments, virginia),
      [],
    ],
    ['not when its Region is off', [scoped(payments, virginia, 'RegionDisabled')], remembered(payments, virginia), []],
  ])('%s', (_case, scope, memory, expected) => {
    expect([...findLeaving(scope, [memory]).syncs.keys()]).toEqual(expected);
  });

  it('and stays in the scope as excluded until its sync is gone', () => {
    const { scope } = findLeaving([scoped(payments, virginia)], [remembered(payments, ireland)]);
    expect(scope).toEqual([scoped(payments, ireland, 'ExcludedByConfig'), scoped(payments, virginia)]);
    expect(findLeaving(scope.slice(1), [remembered(payments, ireland, null)]).scope).toEqual([
      scoped(payments, virginia),
    ]);
  });

  it('but not in a run whose list lacks an account that the run before had', () => {
    const scope = [scoped(payments, virginia, 'ExcludedByConfig')];
    const left = findLeaving(scope, [remembered(payments, virginia), remembered(gone, virginia, null)]);
    expect(left).toEqual({ scope, syncs: new Map(), lost: [gone] });
  });
});

describe('what leaves is visited', () => {
  const left = findLeaving(
    [scoped(payments, virginia), scoped(storefront, virginia, 'ExcludedByConfig')],
    [remembered(payments, ireland), remembered(storefront, virginia)],
  );
  const visits = [{ accountId: payments, regions: [virginia] }];

  it('with the other Regions of its account, or alone', () => {
    expect(withLeaving(visits, left)).toEqual([
      { accountId: payments, regions: [virginia, ireland], leaving: { [ireland]: made } },
      { accountId: storefront, regions: [virginia], leaving: { [virginia]: made } },
    ]);
  });

  it('in the order of the accounts, whichever has other Regions to be visited', () => {
    const later = [{ accountId: storefront, regions: [ireland] }];
    expect(withLeaving(later, left).map(({ accountId }) => accountId)).toEqual([payments, storefront]);
  });

  it('only in the accounts that the run is for', () => {
    expect(withLeaving(visits, left, [payments]).map(({ accountId }) => accountId)).toEqual([payments]);
  });
});
