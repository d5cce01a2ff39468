import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueComparisons, learn } from '../../core/comparison.ts';
import { enterScope, remember, TargetMemory } from '../../core/memory.ts';
import {
  aSync,
  at,
  aVisit,
  content,
  delivered,
  evidenceOf,
  failedVisit,
  iso,
  keeps,
  nodeA,
  nodeB,
  online,
  ours,
  quarantined,
  refused,
  scoped,
} from './a-target.ts';

const fresh = enterScope(scoped(), undefined, at(0));
const node = (memory: TargetMemory, nodeId: string) => memory.nodes.find((known) => known.nodeId === nodeId);

const visits = [
  aVisit(0, { action: keeps({ decision: 'create', created: true }), syncs: [] }),
  aVisit(6, { nodes: online(nodeA) }),
  failedVisit(60, 'Throttled'),
  aVisit(120, {
    nodes: online(nodeB, nodeA),
    contents: [content(nodeA, 'new', 100)],
    action: refused('OrganizationSyncConflict'),
  }),
  aVisit(180, { nodes: [{ nodeId: nodeA, platform: null, online: false }], syncs: [aSync({ lastStatus: 'Failed' })] }),
];

function learned(order: readonly (typeof visits)[number][], memory = fresh) {
  return learn(memory, {
    observations: order,
    delivery: delivered({ [nodeA]: 50 }),
    quarantine: [],
    heartbeatMs: () => 0,
    deliveredFingerprint: () => 'old',
    now: at(190),
    freshnessMinutes: 120,
  });
}

describe('what is remembered of a target', () => {
  it('does not depend on the order in which the visits of a run are read', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(visits, { minLength: visits.length }), (order) => {
        expect(learned(order)).toEqual(learned(visits));
      }),
    );
  });

  it('is the same when the same is learned twice', () => {
    expect(learned(visits, learned(visits))).toEqual(learned(visits));
  });

  it('survives being written as a line of JSON', () => {
    expect(TargetMemory.parse(JSON.parse(JSON.stringify(learned(visits))))).toEqual(learned(visits));
  });

  it('keeps what a failed visit did not reach', () => {
    const memory = remember(
      remember(fresh, aVisit(0, { nodes: online(nodeA), action: keeps() })),
      failedVisit(60, 'CheckFailed'),
    );
    expect(memory).toMatchObject({
      observedAt: iso(0),
      lastLook: { at: iso(60) },
      syncs: [aSync()],
      collection: { askedAt: iso(0) },
    });
    expect(memory.nodes).toHaveLength(1);
  });

  it('is when each node was first and last seen online, through a lost connection', () => {
    const lost = aVisit(60, { nodes: [{ nodeId: nodeA, platform: null, online: false }] });
    const seen = [aVisit(0, { nodes: online(nodeA) }), lost, aVisit(120, { nodes: online(nodeB, nodeA) })];
    const memory = seen.reduce(remember, fresh);
    expect(node(memory, nodeA)).toMatchObject({ online: true, firstOnlineAt: iso(0), lastOnlineAt: iso(120) });
    expect(node(memory, nodeB)).toMatchObject({ firstOnlineAt: iso(120) });
    expect(node(remember(fresh, lost), nodeA)).toMatchObject({
      online: false,
      firstOnlineAt: null,
      lastOnlineAt: null,
    });
  });

  it('holds no node that SSM no longer lists', () => {
    const memory = [aVisit(0, { nodes: online(nodeA, nodeB) }), aVisit(60, { nodes: online(nodeB) })].reduce(
      remember,
      fresh,
    );
    expect(memory.nodes.map(({ nodeId }) => nodeId)).toEqual([nodeB]);
  });

  it('is the time of our latest create, and another decision does not move it', () => {
    const created = keeps({ decision: 'create', created: true });
    const memory = [aVisit(0, { action: created }), aVisit(60, { action: keeps() })].reduce(remember, fresh);
    expect(memory).toMatchObject({ createdAt: iso(0), decision: 'keep' });
  });

  it.each([0, 1])('is also what a converge did while an assess looked %i minutes later', (minutes) => {
    const looked = remember(fresh, aVisit(minutes, { syncs: [], associations: null }));
    const created = aVisit(0, { runId: 'converge', syncs: [], action: keeps({ decision: 'create', created: true }) });
    const memory = remember(looked, created);
    expect(memory).toMatchObject({
      syncName: ours,
      decision: 'create',
      createdAt: iso(0),
      collection: { askedAt: iso(0) },
    });
    expect(memory.lastLook).toEqual({ at: iso(minutes), runId: 'converge' });
    expect(remember(memory, created)).toEqual(memory);
  });

  it('is the latest decision, not one that is told late', () => {
    const late = aVisit(0, { action: keeps({ decision: 'create', created: true }), associations: null });
    const memory = [aVisit(60, { action: keeps() }), late].reduce(remember, fresh);
    expect(memory).toMatchObject({ decision: 'keep', createdAt: null });
  });

  it('keeps what is known of the association when a late visit did not ask', () => {
    const late = aVisit(0, { action: keeps(), associations: null });
    expect([aVisit(60), late].reduce(remember, fresh)).toMatchObject({
      decision: 'keep',
      collection: { askedAt: iso(60) },
    });
  });

  it('takes a new name of the account', () => {
    expect(enterScope({ ...scoped(), accountName: 'billing' }, fresh, at(60))).toEqual({
      ...fresh,
      accountName: 'billing',
    });
  });
});

describe('a comparison of contents', () => {
  const first = aVisit(0, { nodes: online(nodeA), action: keeps() });
  const look = (minutes: number, rows: string, captureMinutes = minutes, type = 'AWS:Application') =>
    aVisit(minutes, { nodes: online(nodeA), contents: [{ ...content(nodeA, rows, captureMinutes), type }] });
  const knownAfter = (...looks: ReturnType<typeof aVisit>[]) =>
    node(
      evidenceOf({
        visits: [first, ...looks],
        delivery: delivered({ [nodeA]: 0 }),
        fingerprint: () => 'same',
        now: 3_000,
      }).memory,
      nodeA,
    );

  it.each([
    ['since the capture that first differed', [look(150, 'new', 130)], iso(130)],
    [
      'since the look when the capture has no time',
      [{ ...look(150, 'new'), contents: [{ ...content(nodeA, 'new', 0), captureTime: '' }] }],
      iso(150),
    ],
    ['since the look when the capture claims to be later', [look(150, 'new', 170)], iso(150)],
    ['since the earliest of several looks', [look(150, 'new', 130), look(210, 'newer', 190)], iso(130)],
    [
      'since a later difference when an earlier one was made up',
      [look(150, 'new', 130), look(210, 'same'), look(270, 'new', 250)],
      iso(250),
    ],
  ])('leaves a node pending %s', (_, looks, pendingSince) => {
    expect(knownAfter(...looks)).toMatchObject({ pendingSince });
  });

  it('of equal content leaves nothing pending, however new the capture', () => {
    expect(knownAfter(look(150, 'same', 149))).toMatchObject({ pendingSince: null });
  });

  it('with a malformed object is a difference, and with one that was not read is none', () => {
    const against = (fingerprint: string | null | undefined) =>
      node(
        evidenceOf({
          visits: [first, look(150, 'new')],
          delivery: delivered({ [nodeA]: 0 }),
          fingerprint: () => fingerprint,
        }).memory,
        nodeA,
      );
    expect(against(null)).toMatchObject({ pendingSince: iso(150) });
    expect(against(undefined)).toMatchObject({ pendingSince: null, compared: null });
  });

  it('of several types is a difference when one of them differs', () => {
    const both = { ...look(150, 'same'), contents: [content(nodeA, 'same', 150), content(nodeA, 'new', 140)] };
    expect(knownAfter(both)).toMatchObject({ pendingSince: iso(140) });
  });

  it('is forgotten when a fresh object arrives', () => {
    const memory = evidenceOf({
      visits: [first, look(150, 'new')],
      delivery: delivered({ [nodeA]: 160 }),
      fingerprint: () => 'old',
    }).memory;
    expect(node(memory, nodeA)).toMatchObject({ deliveredAt: iso(160), pendingSince: null, compared: null });
  });

  it('is over when an object was written since, though no run saw it fresh', () => {
    const { memory } = evidenceOf({
      visits: [first, look(150, 'new', 130)],
      delivery: delivered({ [nodeA]: 0 }),
      fingerprint: () => 'old',
    });
    const rare = { memory, delivery: delivered({ [nodeA]: 160 }), fingerprint: () => 'old', now: 500 };
    expect(node(evidenceOf({ ...rare, visits: [] }).memory, nodeA)).toMatchObject({
      pendingSince: null,
      compared: null,
    });
    const again = evidenceOf({ ...rare, visits: [look(500, 'newer', 490)] });
    expect(node(again.memory, nodeA)).toMatchObject({ pendingSince: iso(490) });
  });

  it('does not lose a delivery whose object is gone', () => {
    const { memory } = evidenceOf({ visits: [first], delivery: delivered({ [nodeA]: 100 }) });
    const later = evidenceOf({ memory, visits: [], delivery: delivered({ [nodeB]: 50 }) }).memory;
    expect(later.lastDeliveredAt).toBe(iso(100));
    expect(node(later, nodeA)).toMatchObject({ deliveredAt: iso(100) });
  });

  it('rests ever longer while nothing differs, up to a day', () => {
    const rests = [1, 2, 3, 4, 5, 6, 7, 8].map((looks) => {
      const same = Array.from({ length: looks }, (_, index) => look(150 + index, 'same'));
      return knownAfter(...same)?.compared?.restMinutes;
    });
    expect(rests).toEqual([45, 90, 180, 360, 720, 1_440, 1_440, 1_440]);
  });

  it.each([
    ['at once after a difference', 'new', 151, true],
    ['not while it rests', 'same', 194, false],
    ['when it has rested', 'same', 195, true],
  ])('is due again %s', (_, rows, now, due) => {
    const delivery = delivered({ [nodeA]: 0 });
    const evidence = evidenceOf({ visits: [first, look(150, rows)], delivery, fingerprint: () => 'same', now });
    const expected = due ? [{ nodeId: nodeA, types: ['AWS:Application'] }] : [];
    expect(dueComparisons(evidence.memory, { ...evidence, freshnessMinutes: 120 })).toEqual(expected);
  });

  it('is never due of an object in quarantine', () => {
    const delivery = delivered({ [nodeA]: 0 });
    const quarantine = [quarantined(nodeA, 'NotJsonLines')];
    const evidence = evidenceOf({ visits: [first], delivery, quarantine, now: 150 });
    expect(dueComparisons(evidence.memory, { ...evidence, freshnessMinutes: 120 })).toEqual([]);
  });
});
