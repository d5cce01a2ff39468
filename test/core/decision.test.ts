import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decision, type DecisionRules, decide, decideRemoval, obey, strayedSyncs } from '../../core/decision.ts';
import { desiredSync } from '../../core/destination.ts';
import type { ObservedSync } from '../../core/observation.ts';
import { ChangeOrder } from '../../core/run.ts';
import { aSync } from './a-target.ts';

const desired = desiredSync({
  bucketName: 'inventory-bucket',
  prefix: 'inventory',
  region: 'us-east-1',
  kmsKeyArn: 'arn:aws:kms:us-east-1:100000000002:key/k',
});
const our = aSync({ syncName: desired.syncName });
const wrong = { ...our, prefix: 'old' };
const earlier = aSync({ syncName: 'muster-00000000', prefix: 'old' });
const alike = aSync({ syncName: 'muster-00000000' });
const foreign = (name: string) => aSync({ syncName: name, bucketName: 'elsewhere' });
const five = ['a', 'b', 'c', 'd', 'InspectorResourceDataSync-do-not-delete'].map(foreign);
const explorer = aSync({ syncName: 'AWS-QuickSetup-x', syncType: 'SyncFromSource', bucketName: null });
const safe: DecisionRules = { adopt: true, replace: 'safe' };
const never: DecisionRules = { adopt: true, replace: 'never' };

const cases: [string, ObservedSync[], DecisionRules, string, string][] = [
  ['keeps a sync of our name', [foreign('a'), our], safe, 'keep', 'SyncInPlace'],
  ['keeps it among five', [...five.slice(1), our], safe, 'keep', 'SyncInPlace'],
  ['keeps it rather than adopt another', [aSync({ syncName: 'a' }), our], safe, 'keep', 'SyncInPlace'],
  ['keeps it beside one of an earlier destination', [earlier, our], safe, 'keep', 'SyncInPlace'],
  ['adopts a sync of another name with our destination', [aSync({ syncName: 'a' })], safe, 'adopt', 'SameDestination'],
  ['adopts even where no more fit', [...five.slice(1), aSync({ syncName: 'e' })], safe, 'adopt', 'SameDestination'],
  ['adopts rather than replace', [wrong, aSync({ syncName: 'a' })], safe, 'adopt', 'SameDestination'],
  [
    'does not adopt when the config forbids it',
    [aSync({ syncName: 'a' })],
    { ...safe, adopt: false },
    ...(['create', 'SyncAbsent'] as const),
  ],
  ['creates in an empty target', [], safe, 'create', 'SyncAbsent'],
  ['creates besides four others', five.slice(1), safe, 'create', 'SyncAbsent'],
  ['does not count syncs of Explorer', [...five.slice(1), explorer], safe, 'create', 'SyncAbsent'],
  ['is blocked by five others', five, safe, 'blocked', 'SyncQuotaFull'],
  ['replaces our name with another destination', [wrong], safe, 'replace', 'OtherDestination'],
  ['replaces the sync of an earlier config', [earlier], safe, 'replace', 'OtherDestination'],
  ['replaces one that only seems alike: its name says otherwise', [alike], safe, 'replace', 'OtherDestination'],
  ['replaces where no more fit', [...five.slice(1), earlier], safe, 'replace', 'OtherDestination'],
  ['is blocked where replacing is forbidden', [wrong], never, 'blocked', 'ReplaceForbidden'],
  ['and for the sync of an earlier config as well', [earlier], never, 'blocked', 'ReplaceForbidden'],
  ['takes no other name for one of ours', [foreign('muster-inventory')], safe, 'create', 'SyncAbsent'],
];

const orderOf = ({ decision, syncName, seen }: Decision) => ChangeOrder.parse({ decision, syncName, seen });

const anySync = fc.constantFrom(
  ...[our, wrong, earlier, alike, aSync({ syncName: 'x' }), aSync({ syncName: 'y' }), ...five, explorer],
);
const anySyncs = fc.uniqueArray(anySync, { selector: ({ syncName }) => syncName });
const anyRules = fc.record({ adopt: fc.boolean(), replace: fc.constantFrom('safe' as const, 'never' as const) });

/** What the target holds after the decision was carried out. */
function after({ decision }: Decision, syncs: readonly ObservedSync[]): ObservedSync[] {
  if (decision !== 'create' && decision !== 'replace') return [...syncs];
  return [...syncs.filter((sync) => !strayedSyncs(desired, syncs).includes(sync)), our];
}

describe('a decision', () => {
  it.each(cases)('%s', (_, syncs, rules, decision, reason) => {
    expect(decide(desired, syncs, rules)).toMatchObject({ decision, reason });
  });

  it('names the sync that counts as ours', () => {
    expect(decide(desired, [aSync({ syncName: 'b' }), aSync({ syncName: 'a' })], safe).syncName).toBe('a');
    expect(decide(desired, five, safe).syncName).toBe(desired.syncName);
    expect(decide(desired, [earlier], safe).syncName).toBe(desired.syncName);
    expect(decide(desired, [earlier], never).syncName).toBe(earlier.syncName);
  });

  it('says what blocks it, and what a change could come to', () => {
    expect(decide(desired, five, safe).refusal).toBe('SyncQuotaFull');
    expect(decide(desired, [], safe)).toMatchObject({ refusal: null, risks: [] });
    expect(decide(desired, [foreign('a')], safe).risks).toEqual(['organization slot unknown']);
    expect(decide(desired, [explorer, wrong], safe).risks).toEqual(['no sync meanwhile']);
    expect(decide(desired, [foreign('a'), wrong], safe).risks).toHaveLength(2);
  });

  it('does not depend on the order of the list', () => {
    fc.assert(
      fc.property(anySyncs, anyRules, (syncs, rules) => {
        expect(decide(desired, syncs.toReversed(), rules)).toEqual(decide(desired, syncs, rules));
      }),
    );
  });

  it('is settled by acting once: what was made is kept, all else is decided again alike', () => {
    fc.assert(
      fc.property(anySyncs, anyRules, (syncs, rules) => {
        const first = decide(desired, syncs, rules);
        const acted = after(first, syncs);
        const second = decide(desired, acted, rules);
        const made = first.decision === 'create' || first.decision === 'replace';
        expect(second.decision).toBe(made ? 'keep' : first.decision);
        expect(second.syncName).toBe(first.syncName);
      }),
    );
  });

  it('never strays to a sync that bears no name of ours, nor to one of Explorer', () => {
    fc.assert(
      fc.property(anySyncs, (syncs) => {
        for (const { syncName, syncType } of strayedSyncs(desired, syncs))
          expect([syncType, /^muster-[0-9a-f]{8}$/.test(syncName)]).toEqual(['SyncToDestination', true]);
      }),
    );
  });
});

describe('a removal', () => {
  it.each([
    ['the sync that was made there', [our], 'remove'],
    ['nothing where it is gone', five, 'keep'],
    ['nothing of another name of ours', [earlier], 'keep'],
  ])('takes %s', (_, syncs, decision) => {
    expect(decideRemoval(desired.syncName, syncs).decision).toBe(decision);
  });

  it('never takes what bears no name of ours, whatever is remembered', () => {
    for (const sync of [...five, explorer]) expect(decideRemoval(sync.syncName, [sync]).decision).toBe('keep');
  });
});

describe('an order', () => {
  it.each([
    ['finds the target as it was', [wrong], [wrong], 'act'],
    ['does not mind another status', [wrong], [{ ...wrong, lastStatus: 'Failed' as const }], 'act'],
    ['finds its replacement cut off after the delete', [wrong], [], 'finish'],
    ['finds its replacement made', [wrong], [our], 'done'],
    ['finds its sync created', [], [our], 'done'],
    ['finds another sync besides', [wrong], [wrong, foreign('a')], 'moved'],
    ['finds another destination', [wrong], [{ ...wrong, prefix: 'older' }], 'moved'],
    ['to keep finds nothing to keep', [our], [], 'moved'],
    ['to keep does not mind another sync besides', [our], [our, foreign('a')], 'done'],
    ['to leave a full target alone finds it full', five, five, 'act'],
    ['to leave a full target alone finds room', five, five.slice(1), 'moved'],
    ['to create finds something to replace', [], [wrong], 'moved'],
    ['to create finds something to adopt', [], [aSync({ syncName: 'a' })], 'moved'],
  ])('%s', (_, then, now, obedience) => {
    expect(obey(orderOf(decide(desired, then, safe)), decide(desired, now, safe))).toBe(obedience);
  });

  it.each([
    ['stands', [our], [our], 'act'],
    ['is gone', [our], [], 'done'],
    ['got company', [our], [our, foreign('a')], 'moved'],
  ])('to remove a sync that %s', (_, then, now, obedience) => {
    expect(obey(orderOf(decideRemoval(our.syncName, then)), decideRemoval(our.syncName, now))).toBe(obedience);
  });

  it('to remove is refused where the sync is wanted again', () => {
    const order = orderOf(decideRemoval(our.syncName, [our]));
    expect(obey(order, decide(desired, [our], { adopt: true, replace: 'safe' }))).toBe('moved');
  });

  it('is obeyed where nothing changed, and has nothing left to do once obeyed', () => {
    fc.assert(
      fc.property(anySyncs, anyRules, (syncs, rules) => {
        const decision = decide(desired, syncs, rules);
        const order = orderOf(decision);
        const kept = decision.decision === 'keep';
        expect(obey(order, decide(desired, syncs.toReversed(), rules))).toBe(kept ? 'done' : 'act');
        const acted = decide(desired, after(decision, syncs), rules);
        const unchanged = decision.decision === 'adopt' || decision.decision === 'blocked';
        expect(obey(order, acted)).toBe(unchanged ? 'act' : 'done');
      }),
    );
  });
});
