import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation, SyncAction } from '../../core/observation.ts';
import { drawPlan, orderPlan, PlanHash, PlannedDecision, planFile, planHash, refusedTargets } from '../../core/plan.ts';
import { ScopedTarget } from '../../core/run.ts';
import { AccountId, Region, targetKey } from '../../core/target.ts';
import { aVisit } from './a-target.ts';

const one = AccountId.parse('100000000001');
const two = AccountId.parse('100000000002');
const virginia = Region.parse('us-east-1');
const ireland = Region.parse('eu-west-1');

const action = (parts: Partial<SyncAction> = {}): SyncAction => ({
  decision: 'create',
  syncName: 'muster-1a2b3c4d',
  reason: 'SyncAbsent',
  risks: [],
  seen: 'seen',
  created: false,
  deleted: [],
  refusal: null,
  restored: [],
  ...parts,
});
const visit = (accountId: AccountId, region: Region, parts: Partial<SyncAction> | null = {}): Observation =>
  aVisit(0, { accountId, region, action: parts === null ? null : action(parts) });
const scoped = (accountId: AccountId, region: Region, exclusion: ScopedTarget['exclusion'] = null) =>
  ScopedTarget.parse({ schemaVersion: 1, accountId, region, accountName: '', exclusion });

const anyPlanned = fc.record({
  schemaVersion: fc.constant(1 as const),
  accountId: fc.constantFrom(one, two),
  region: fc.constantFrom(virginia, ireland),
  decision: fc.constantFrom(...PlannedDecision.shape.decision.options),
  syncName: fc.option(fc.constantFrom('a', 'b')),
  reason: fc.constantFrom('x', 'y'),
  risks: fc.uniqueArray(fc.constantFrom('organization slot unknown' as const, 'no sync meanwhile' as const)),
  seen: fc.constantFrom('1', '2'),
});
const anyDecisions = fc.uniqueArray(anyPlanned, { selector: targetKey });

describe('a plan', () => {
  it('holds the decision of every target that was seen, the latest one, by account and Region', () => {
    const { decisions, counts } = drawPlan([
      visit(two, virginia, { decision: 'keep' }),
      visit(one, virginia),
      visit(one, ireland, null),
      visit(two, virginia, { decision: 'adopt' }),
    ]);
    expect(decisions.map((planned) => [targetKey(planned), planned.decision])).toEqual([
      [`${one}/us-east-1`, 'create'],
      [`${two}/us-east-1`, 'adopt'],
    ]);
    expect(counts).toEqual({ create: 1, adopt: 1 });
  });

  it('names each risk once', () => {
    const { risks } = drawPlan([
      visit(one, virginia, { risks: ['organization slot unknown'] }),
      visit(two, virginia, { risks: ['no sync meanwhile', 'organization slot unknown'] }),
    ]);
    expect(risks).toEqual(['no sync meanwhile', 'organization slot unknown']);
  });

  it('of nothing has a hash too', () => {
    expect(PlanHash.safeParse(drawPlan([]).hash).success).toBe(true);
  });

  it('is the same whatever run, time and order its decisions came in', () => {
    fc.assert(
      fc.property(anyDecisions, fc.nat(), (decisions, minutes) => {
        const seen = decisions.map((planned) => visit(planned.accountId, planned.region, planned));
        const later = seen
          .toReversed()
          .map((one) => ({ ...one, runId: 'later', observedAt: aVisit(minutes).observedAt }));
        expect(drawPlan(later)).toEqual(drawPlan(seen));
        expect(planHash(decisions.toReversed())).toBe(drawPlan(seen).hash);
      }),
    );
  });

  it('has another hash when anything in it differs', () => {
    fc.assert(
      fc.property(anyDecisions, anyDecisions, (some, others) => {
        const same = JSON.stringify(sorted(some)) === JSON.stringify(sorted(others));
        expect(planHash(some) === planHash(others)).toBe(same);
      }),
    );
  });

  it('is kept under its hash', () => {
    expect(planFile('0123456789abcdef')).toBe('plans/0123456789abcdef.jsonl');
  });
});

function sorted(decisions: readonly PlannedDecision[]) {
  return decisions
    .map((planned) => ({ ...planned, risks: planned.risks.toSorted() }))
    .sort((a, b) => (targetKey(a) < targetKey(b) ? -1 : 1));
}

describe('a plan as orders', () => {
  const { decisions } = drawPlan([
    visit(one, virginia),
    visit(one, ireland, { decision: 'blocked', reason: 'SyncQuotaFull' }),
    visit(two, virginia, { decision: 'remove', reason: 'OutOfScope' }),
  ]);
  const scope = [scoped(one, virginia), scoped(one, ireland)];
  const order = { syncName: 'muster-1a2b3c4d', seen: 'seen' };

  it('asks of every target what the plan says, an account’s Regions together', () => {
    expect(orderPlan(decisions, scope)).toEqual({
      visits: [
        {
          accountId: one,
          regions: [ireland, virginia],
          orders: { [ireland]: { ...order, decision: 'blocked' }, [virginia]: { ...order, decision: 'create' } },
        },
        { accountId: two, regions: [virginia], orders: { [virginia]: { ...order, decision: 'remove' } } },
      ],
      refused: [],
    });
  });

  it.each([
    ['was excluded', [scoped(one, virginia, 'RegionDisabled'), scoped(one, ireland)], [`${one}/us-east-1`]],
    ['is gone', [scoped(one, ireland)], [`${one}/us-east-1`]],
    ['came back', [...scope, scoped(two, virginia)], [`${two}/us-east-1`]],
  ])('leaves alone and names a target that %s', (_case, now, refused) => {
    const ordered = orderPlan(decisions, now);
    expect(ordered.refused.map(targetKey)).toEqual(refused);
    expect(ordered.visits.flatMap(({ regions }) => regions)).toHaveLength(2);
  });

  it('may be narrowed to some accounts, of which alone it speaks then', () => {
    expect(orderPlan(decisions, [], [two])).toMatchObject({ visits: [{ accountId: two }], refused: [] });
    expect(orderPlan(decisions, [], [one]).refused).toHaveLength(2);
  });

  it('is refused in targets that left the scope or that a visit found changed, each named once', () => {
    const seen = [visit(two, ireland, { refusal: 'Moved' }), visit(one, ireland), visit(two, virginia, null)];
    const left = [
      { accountId: two, region: ireland },
      { accountId: one, region: virginia },
    ];
    expect(refusedTargets(left, seen)).toEqual([`${one}/us-east-1`, `${two}/eu-west-1`]);
  });

  it('names a thousand of them, which is as much as a state machine carries with ease', () => {
    const left = Array.from({ length: 1_200 }, (_, index) => ({
      accountId: AccountId.parse(String(100_000_000_000 + index)),
      region: virginia,
    }));
    expect(refusedTargets(left, [])).toHaveLength(1_000);
  });
});
