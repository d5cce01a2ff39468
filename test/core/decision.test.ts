import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../core/decision.ts';
import { desiredSync } from '../../core/destination.ts';
import type { ObservedSync } from '../../core/observation.ts';
import { aSync } from './a-target.ts';

const desired = desiredSync({
  bucketName: 'inventory-bucket',
  prefix: 'inventory',
  region: 'us-east-1',
  kmsKeyArn: 'arn:aws:kms:us-east-1:100000000002:key/k',
});
const our = aSync({ syncName: desired.syncName });
const foreign = (name: string) => aSync({ syncName: name, bucketName: 'elsewhere' });
const five = ['a', 'b', 'c', 'd', 'InspectorResourceDataSync-do-not-delete'].map(foreign);
const explorer = aSync({ syncName: 'AWS-QuickSetup-x', syncType: 'SyncFromSource', bucketName: null });

const cases: [string, ObservedSync[], boolean, string, string][] = [
  ['keeps a sync of our name', [foreign('a'), our], true, 'keep', 'SyncInPlace'],
  ['keeps it among five', [...five.slice(1), our], true, 'keep', 'SyncInPlace'],
  [
    'keeps it rather than adopt another of its destination',
    [aSync({ syncName: 'a' }), our],
    true,
    'keep',
    'SyncInPlace',
  ],
  ['adopts a sync of another name with our destination', [aSync({ syncName: 'a' })], true, 'adopt', 'SameDestination'],
  ['adopts even where no more fit', [...five.slice(1), aSync({ syncName: 'e' })], true, 'adopt', 'SameDestination'],
  ['does not adopt when the config forbids it', [aSync({ syncName: 'a' })], false, 'create', 'SyncAbsent'],
  ['creates in an empty target', [], true, 'create', 'SyncAbsent'],
  ['creates besides four others', five.slice(1), true, 'create', 'SyncAbsent'],
  ['does not count syncs of Explorer', [...five.slice(1), explorer], true, 'create', 'SyncAbsent'],
  ['is blocked by five others', five, true, 'blocked', 'SyncQuotaFull'],
  [
    'is blocked where our name has another destination',
    [{ ...our, prefix: 'old' }],
    true,
    'blocked',
    'ReplaceForbidden',
  ],
];

describe('a decision', () => {
  it.each(cases)('%s', (_, syncs, adopt, decision, reason) => {
    expect(decide(desired, syncs, { adopt })).toMatchObject({ decision, reason });
  });

  it('names the adopted sync, and else ours', () => {
    expect(decide(desired, [aSync({ syncName: 'b' }), aSync({ syncName: 'a' })], { adopt: true }).syncName).toBe('a');
    expect(decide(desired, five, { adopt: true }).syncName).toBe(desired.syncName);
  });

  const anySync = fc.constantFrom(
    our,
    { ...our, prefix: 'old' },
    aSync({ syncName: 'x' }),
    aSync({ syncName: 'y' }),
    ...five,
    explorer,
  );
  const anySyncs = fc.uniqueArray(anySync, { selector: ({ syncName }) => syncName });

  it('does not depend on the order of the list', () => {
    fc.assert(
      fc.property(anySyncs, fc.boolean(), (syncs, adopt) => {
        expect(decide(desired, syncs.toReversed(), { adopt })).toEqual(decide(desired, syncs, { adopt }));
      }),
    );
  });

  it('is settled by acting once: what was created is kept, all else is decided again alike', () => {
    fc.assert(
      fc.property(anySyncs, fc.boolean(), (syncs, adopt) => {
        const first = decide(desired, syncs, { adopt });
        const after = first.decision === 'create' ? [...syncs, our] : syncs;
        const second = decide(desired, after, { adopt });
        expect(second.decision).toBe(first.decision === 'create' ? 'keep' : first.decision);
        expect(second.syncName).toBe(first.syncName);
      }),
    );
  });
});
