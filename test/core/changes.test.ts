import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeAgain } from '../../core/destination.ts';
import { atDestination, enterScope, remember } from '../../core/memory.ts';
import type { Observation } from '../../core/observation.ts';
import { handOutOrders } from '../../core/orders.ts';
import { AccountId } from '../../core/target.ts';
import {
  aSync,
  at,
  aVisit,
  delivered,
  evidenceOf,
  failedVisit,
  iso,
  keeps,
  lookOf,
  nodeA,
  online,
  ours,
  scoped,
} from './a-target.ts';

const fresh = enterScope(scoped(), undefined, at(0));
const earlier = 'muster-00000000';
const wantsReplace = keeps({ decision: 'replace', reason: 'OtherDestination' });
const wantsRemove = keeps({ decision: 'remove', reason: 'OutOfScope' });
const strayed = aSync({ prefix: 'old' });
const asks = (minutes: number, seen: Partial<Observation> = {}) =>
  aVisit(minutes, { action: wantsReplace, syncs: [strayed], ...seen });
const does = (minutes: number, action: Partial<typeof wantsReplace>, seen: Partial<Observation> = {}) =>
  aVisit(minutes, { action: { ...wantsReplace, ...action }, ...seen });
const known = (...visits: Observation[]) => visits.reduce(remember, fresh);

describe('what is remembered of a change', () => {
  it('is the order that the run may still give, until the change is made', () => {
    const order = { decision: 'replace', syncName: ours, seen: 'seen' };
    expect(known(asks(0))).toMatchObject({ proposal: { runId: 'run-0', order }, changeFailedAt: null });
    expect(known(asks(0), does(9, { deleted: [ours], created: true }))).toMatchObject({
      proposal: null,
      changeFailedAt: null,
      createdAt: iso(9),
      made: ours,
    });
  });

  it.each<[string, Observation]>([
    ['moved', does(9, { refusal: 'Moved' })],
    ['was not to be changed any more', does(9, { refusal: 'ChangesStopped' })],
    ['got its old sync back', does(9, { deleted: [ours], restored: [ours], refusal: 'DestinationRejected' })],
    ['lost its sync', does(9, { deleted: [ours] })],
    ['denied the delete', does(9, {}, { failure: { kind: 'DeniedByPolicy', operation: 'Delete', message: 'no' } })],
  ])('is no order but a failure of a target that %s', (_, visit) => {
    expect(known(asks(0), visit)).toMatchObject({ proposal: null, changeFailedAt: iso(9), createdAt: null });
  });

  it('forgets the failure once nothing is to be changed', () => {
    expect(known(does(0, { refusal: 'Moved' }), asks(60))).toMatchObject({ changeFailedAt: iso(0) });
    expect(known(does(0, { refusal: 'Moved' }), aVisit(60, { action: keeps() })).changeFailedAt).toBeNull();
    expect(known(does(0, { refusal: 'Moved' }), does(60, { created: true })).changeFailedAt).toBeNull();
  });

  it('is the sync that Muster made, also while the target is out of scope, until it is gone', () => {
    const made = known(aVisit(0, { action: keeps() }));
    const excluded = enterScope(scoped('ExcludedByConfig'), made, at(60));
    expect(excluded).toMatchObject({ made: ours, syncName: null });
    const asked = remember(excluded, aVisit(60, { action: wantsRemove }));
    expect(asked).toMatchObject({ made: ours, proposal: { order: { decision: 'remove', syncName: ours } } });
    const removed = remember(asked, aVisit(61, { action: { ...wantsRemove, deleted: [ours] }, syncs: [] }));
    expect(removed).toMatchObject({ made: null, proposal: null });
    const gone = keeps({ syncName: null, reason: 'NothingToRemove' });
    expect(remember(asked, aVisit(61, { action: gone }))).toMatchObject({ made: null });
  });

  it('is not an adopted one, nor lost by a replacement that was undone', () => {
    expect(known(aVisit(0, { action: keeps({ decision: 'adopt', reason: 'SameDestination' }) })).made).toBeNull();
    const undone = does(9, { syncName: ours, deleted: [earlier], restored: [earlier] });
    const made = known(aVisit(0, { action: keeps({ syncName: earlier }) }));
    expect(remember(made, undone).made).toBe(earlier);
    expect(remember(made, does(9, { deleted: [earlier] })).made).toBeNull();
  });

  it('keeps what blocks a target when an order for it is refused', () => {
    const blocked = keeps({ decision: 'blocked', reason: 'ReplaceForbidden', refusal: 'Moved' });
    expect(known(aVisit(0, { action: blocked })).refusal).toBe('ReplaceForbidden');
    expect(known(does(0, { refusal: 'Moved' })).refusal).toBeNull();
  });
});

describe('a sync of ours that points elsewhere', () => {
  const looks = (...visits: Observation[]) => lookOf(evidenceOf({ visits, now: 181 }));

  it('counts as missing until it is replaced, with and without nodes', () => {
    expect(looks(asks(0), asks(180))).toBe('Failing SyncMissing');
    expect(looks(asks(0, { nodes: online(nodeA) }), asks(180, { nodes: online(nodeA) }))).toBe(
      'Failing NodesMissing SyncMissing',
    );
    expect(looks(asks(0), aVisit(180, { syncs: [strayed] }))).toBe('Failing SyncMissing');
  });

  it('among five leaves no room for another, and needs none', () => {
    const five = [strayed, ...['a', 'b', 'c', 'd'].map((syncName) => aSync({ syncName, bucketName: 'elsewhere' }))];
    expect(looks(asks(180, { syncs: five }))).toBe('Failing SyncMissing');
  });

  it('gives the target a new grace period when it is replaced', () => {
    expect(looks(asks(0), does(179, { deleted: [ours], created: true }))).toBe('Converging');
  });

  it('says what refused its replacement, also after its old sync was seen again', () => {
    const rejected = does(179, { deleted: [ours], restored: [ours], refusal: 'DestinationRejected' });
    expect(looks(asks(0), rejected, aVisit(180, { syncs: [strayed] }))).toBe('Blocked DestinationRejected SyncMissing');
    const conflict = does(180, { deleted: [ours], restored: [ours], refusal: 'OrganizationSyncConflict' });
    expect(looks(asks(0), conflict)).toBe('Blocked OrganizationSyncConflict SyncMissing');
  });

  it('proves by what it delivered elsewhere nothing about our bucket', () => {
    const visits = [aVisit(0, { nodes: online(nodeA), action: keeps() })];
    const { memory } = evidenceOf({ visits, delivery: delivered({ [nodeA]: 5 }) });
    const here = atDestination(memory, 'bucket/inventory');
    expect(atDestination(here, 'bucket/inventory')).toBe(here);
    expect(here).toMatchObject({ lastDeliveredAt: null, nodes: [{ deliveredAt: null }] });
    const again = [aVisit(180, { nodes: online(nodeA), action: keeps() })];
    expect(lookOf(evidenceOf({ memory: here, visits: again }))).toBe('Failing NodesMissing NotDelivering');
  });

  it('is made again as the list showed it, where the list showed enough', () => {
    const { bucketName, prefix, region, kmsKeyArn } = strayed;
    expect(madeAgain(strayed)).toEqual({ syncName: ours, destination: { bucketName, prefix, region, kmsKeyArn } });
    expect(madeAgain({ ...strayed, prefix: null })?.destination.prefix).toBe('');
    expect(madeAgain({ ...strayed, bucketName: null })).toBeUndefined();
  });
});

describe('orders', () => {
  const run = { runId: 'run-0', maxShare: 0.02 };
  const fleet = (count: number, visit: (index: number) => Observation) =>
    Array.from({ length: count }, (_, index) => {
      const accountId = AccountId.parse(String(100_000_000_000 + index));
      const visits = [{ ...visit(index), accountId }];
      return evidenceOf({ memory: { ...fresh, accountId }, visits, now: 1, runId: 'run-0' });
    });
  const ordered = (evidence: ReturnType<typeof fleet>, maxShare = run.maxShare) => [
    ...handOutOrders(evidence, { ...run, maxShare }).keys(),
  ];

  it.each([
    ['one of a few', 10, 1],
    ['one of ninety-nine', 99, 1],
    ['two of a hundred', 100, 2],
  ])('are given to %s at a share of 0.02', (_, count, given) => {
    expect(ordered(fleet(count, () => asks(0)))).toHaveLength(given);
  });

  it('are given to one at least, and to all where the share is whole', () => {
    expect(
      ordered(
        fleet(3, () => asks(0)),
        0,
      ),
    ).toHaveLength(1);
    expect(
      ordered(
        fleet(3, () => asks(0)),
        1,
      ),
    ).toHaveLength(3);
  });

  it('are given for what this run has decided only', () => {
    expect(ordered(fleet(3, () => aVisit(0, { action: keeps() })))).toEqual([]);
    expect(ordered(fleet(3, () => ({ ...asks(0), runId: 'another' })))).toEqual([]);
    expect(ordered(fleet(3, () => failedVisit(0, 'Throttled')))).toEqual([]);
  });

  it('to replace are not given where the hub would deny the new sync, to remove are', () => {
    const denied = { key: 'no', bucketPolicy: 'yes' } as const;
    const under = (visit: Observation) => fleet(1, () => visit).map((one) => ({ ...one, hub: denied }));
    expect(ordered(under(asks(0)))).toEqual([]);
    expect(ordered(under(asks(0, { action: wantsRemove })))).toHaveLength(1);
    expect(
      ordered(fleet(1, () => asks(0)).map((one) => ({ ...one, hub: { ...denied, key: 'unknown' } }))),
    ).toHaveLength(1);
  });

  it('to replace are held back where the hub would refuse what the new sync delivers, those to remove are not', () => {
    const denied = (visit: () => Observation) =>
      fleet(3, visit).map((one) => ({ ...one, hub: { ...one.hub, bucketPolicy: 'no' as const } }));
    expect(ordered(denied(() => asks(0)))).toEqual([]);
    expect(ordered(denied(() => aVisit(0, { action: wantsRemove })))).toHaveLength(1);
    const unknown = fleet(3, () => asks(0)).map((one) => ({ ...one, hub: { ...one.hub, key: 'unknown' as const } }));
    expect(ordered(unknown)).toHaveLength(1);
  });

  it('come to those last that failed last, and do not depend on the order of the targets', () => {
    const evidence = fleet(4, () => asks(0)).map((one, index) => {
      const changeFailedAt = [iso(-60), null, iso(-120), null][index] ?? null;
      return { ...one, memory: { ...one.memory, changeFailedAt } };
    });
    const turns = (share: number) => ordered(evidence, share).map((key) => Number(key.slice(11, 12)));
    expect([turns(0.5), turns(0.75), turns(1)]).toEqual([
      [1, 3],
      [1, 3, 2],
      [1, 3, 2, 0],
    ]);
    fc.assert(
      fc.property(fc.shuffledSubarray(evidence, { minLength: 4 }), (shuffled) => {
        expect(ordered(shuffled, 0.5)).toEqual(ordered(evidence, 0.5));
      }),
    );
  });

  it('count the targets in scope, of which one that is to be removed is none', () => {
    const evidence = fleet(100, () => aVisit(0, { action: wantsRemove })).map((one) => ({
      ...one,
      memory: { ...one.memory, exclusion: 'ExcludedByConfig' as const },
    }));
    expect(ordered(evidence)).toHaveLength(1);
  });
});
