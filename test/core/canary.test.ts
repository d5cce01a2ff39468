import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learn } from '../../core/comparison.ts';
import type { Evidence } from '../../core/evidence.ts';
import { readFacts } from '../../core/evidence.ts';
import { judgeTarget } from '../../core/judge.ts';
import { needsLook } from '../../core/look.ts';
import { rememberVerdict, type TargetMemory } from '../../core/memory.ts';
import type { Observation } from '../../core/observation.ts';
import { at, aVisit, delivered, evidenceOf, failedVisit, iso, keeps, nodeA, nodeB, nodeC, online } from './a-target.ts';

const offline = (nodeId: string) => ({ nodeId, platform: null, online: false });
const well = aVisit(0, { nodes: online(nodeA, nodeB), action: keeps() });
const idle = delivered({ [nodeA]: 0, [nodeB]: 0 });
const put = (minutes: number, refused = false, nodeId = nodeA) =>
  aVisit(minutes, { nodes: online(nodeA, nodeB), heartbeat: { nodeId, putAt: iso(minutes), refused } });
const story = (visits: Observation[], now: number, more: object = {}) =>
  evidenceOf({ visits: [well, ...visits], delivery: idle, now, ...more });

describe('a heartbeat is due', () => {
  it.each<[string, Evidence, string | undefined]>([
    ['on the first node by id of an idle fleet', story([], 121), nodeA],
    [
      'on the first that is online',
      evidenceOf({ visits: [aVisit(0, { nodes: [offline(nodeA), ...online(nodeB)] })], delivery: idle }),
      nodeB,
    ],
    ['on the first that ever delivered', story([], 180, { delivery: delivered({ [nodeB]: 0 }) }), nodeB],
    ['a day after the last one', story([put(180)], 1620, { heartbeats: { [nodeA]: 182 } }), nodeA],
    ['not sooner', story([put(180)], 1614, { heartbeats: { [nodeA]: 182 } }), undefined],
    ['not while one is on its way', story([put(180)], 240), undefined],
    ['a day after one that SSM refused', story([put(180, true)], 1620), nodeA],
    ['not before', story([put(180, true)], 240), undefined],
    [
      'not while one node proves that it delivers',
      story([], 121, { delivery: delivered({ [nodeA]: 0, [nodeB]: 1 }) }),
      undefined,
    ],
    ['not while no node ever delivered', story([], 180, { delivery: undefined }), undefined],
    ['not without an online node', evidenceOf({ delivery: idle }), undefined],
    [
      'not without a canary',
      { ...story([], 121), settings: { ...story([], 121).settings, canaryMinutes: null } },
      undefined,
    ],
    ['not where a look was refused just now', story([failedVisit(179, 'DeniedByPolicy')], 180), undefined],
  ])('%s', (_, evidence, nodeId) => {
    expect(needsLook(evidence)?.heartbeat).toBe(nodeId);
  });
});

describe('a heartbeat', () => {
  const overdue = (evidence: Evidence) => readFacts(evidence).canaryOverdue;

  it.each<[string, Evidence, boolean]>([
    ['is not overdue before freshnessMinutes', story([put(180)], 294), false],
    ['is overdue when they are as good as over', story([put(180)], 295), true],
    ['that came is answered', story([put(180)], 300, { heartbeats: { [nodeA]: 183 } }), false],
    ['that came late is answered too', story([put(180)], 400, { heartbeats: { [nodeA]: 390 } }), false],
    ['is not answered by that of the day before', story([put(180)], 300, { heartbeats: { [nodeA]: 100 } }), true],
    ['nor by that of another node', story([put(180)], 300, { heartbeats: { [nodeB]: 183 } }), true],
    [
      'is answered by any object since',
      story([put(180)], 300, { delivery: delivered({ [nodeA]: 0, [nodeB]: 181 }) }),
      false,
    ],
    ['that SSM refused is never overdue', story([put(180, true)], 400), false],
    ['that went unanswered stays so when it is put again', story([put(180), put(1620)], 1621), true],
    ['and when it is refused the next time', story([put(180), put(1620, true)], 1621), true],
    [
      'put again and answered is answered',
      story([put(180), put(1620)], 1630, { heartbeats: { [nodeA]: 1622 } }),
      false,
    ],
    [
      'is answered on another node than the last',
      story([put(180), put(1620, false, nodeB)], 1630, { heartbeats: { [nodeB]: 1622 } }),
      false,
    ],
    [
      'counts no more when the canary is switched off',
      { ...story([put(180)], 300), settings: { ...story([], 0).settings, canaryMinutes: null } },
      false,
    ],
  ])('%s', (_, evidence, expected) => {
    expect(overdue(evidence)).toBe(expected);
  });

  it('that was answered between two runs leaves nothing open when the next is put', () => {
    const { memory } = story([put(180)], 180);
    const next = evidenceOf({ memory, visits: [put(1620)], delivery: idle, heartbeats: { [nodeA]: 183 }, now: 1620 });
    expect(next.memory.canary).toEqual({
      nodeId: nodeA,
      putAt: iso(1620),
      deliveredAt: null,
      unansweredSince: iso(1620),
    });
  });

  it('is remembered with the time at which its object came', () => {
    const { memory } = story([put(180)], 240, { heartbeats: { [nodeA]: 183 } });
    expect(memory.canary).toEqual({ nodeId: nodeA, putAt: iso(180), deliveredAt: iso(183), unansweredSince: null });
    expect(memory.lastDeliveredAt).toBe(iso(0));
  });

  it('of a visit that another run overtook is not forgotten', () => {
    const late = { ...put(180), observedAt: iso(181) };
    const { memory } = evidenceOf({ visits: [well, aVisit(185, { nodes: online(nodeA) })], now: 190 });
    expect(evidenceOf({ memory, visits: [late], now: 190 }).memory.canary?.putAt).toBe(iso(180));
  });

  it('is the same whatever the order of the visits, and when it is learned twice', () => {
    const visits = [well, put(180), put(1620, true), put(3060)];
    const news = {
      delivery: idle,
      quarantine: [],
      heartbeatMs: () => at(1000).getTime(),
      deliveredFingerprint: () => undefined,
    };
    const known = (order: Observation[], memory: TargetMemory = evidenceOf({ visits: [] }).memory) =>
      learn(memory, { ...news, observations: order, now: at(3100), freshnessMinutes: 120 });
    fc.assert(
      fc.property(fc.shuffledSubarray(visits, { minLength: visits.length }), (order) => {
        expect(known(order)).toEqual(known(visits));
        expect(known(order, known(visits))).toEqual(known(visits));
      }),
    );
  });
});

describe('a delivery that stopped in an idle fleet', () => {
  /** Hourly runs from the third hour on; each observes when it wants to, and puts the heartbeat that is due. `arrives` tells which. */
  function verdicts(hours: number, arrives: (hour: number) => boolean): string[] {
    let { memory } = evidenceOf({ visits: [well] });
    const heartbeats: Record<string, number> = {};
    return Array.from({ length: hours - 2 }, (_, index) => {
      const now = 60 * (index + 3);
      const first = evidenceOf({ memory, visits: [], delivery: idle, heartbeats, now });
      const look = needsLook(first);
      const visits =
        look === undefined
          ? []
          : [look.heartbeat === undefined ? aVisit(now, { nodes: online(nodeA, nodeB) }) : put(now)];
      const evidence = evidenceOf({ memory, visits, delivery: idle, heartbeats, now });
      if (look?.heartbeat !== undefined && arrives(index + 3)) heartbeats[nodeA] = now + 3;
      const verdict = judgeTarget(evidence);
      memory = rememberVerdict(evidence.memory, verdict, evidence);
      return [verdict.status, ...verdict.reasons, ...verdict.suspected.map((reason) => `?${reason}`)].join(' ');
    });
  }

  it('is never told of one that goes on', () => {
    expect(new Set(verdicts(80, () => true))).toEqual(new Set(['Healthy']));
  });

  it('is told within thirty hours, stands through the heartbeats that follow, and is over with the first that comes', () => {
    const told = verdicts(80, (hour) => hour < 20 || hour > 60);
    const at = (hour: number) => told[hour - 3];
    expect([at(28), at(29), at(30)]).toEqual(['Healthy', 'Healthy ?DeliveryStopped', 'Failing DeliveryStopped']);
    expect(new Set(told.slice(27, 73))).toEqual(new Set(['Failing DeliveryStopped']));
    expect([at(75), at(76)]).toEqual(['Failing DeliveryStopped', 'Healthy']);
  });
});

describe('the nodes of a target', () => {
  const many = (prefix: string) =>
    Array.from({ length: 25 }, (_, index) => `i-${prefix}${String(index).padStart(15, '0')}`);
  const nodesOf = (evidence: Evidence) => judgeTarget(evidence).nodes;

  it('that are gone and hold objects are ghosts, but one that came since the last look is not', () => {
    const delivery = delivered({ [nodeA]: 170, [nodeB]: 90, [nodeC]: 150 });
    const evidence = evidenceOf({ visits: [aVisit(100, { nodes: online(nodeA), action: keeps() })], delivery });
    expect(judgeTarget(evidence)).toMatchObject({ nodes: { ghosts: 1 }, nodeIds: { ghosts: [nodeB] } });
  });

  it('are no ghosts in a target that was never observed', () => {
    expect(judgeTarget(evidenceOf({ visits: [], delivery: idle })).nodeIds.ghosts).toEqual([]);
  });

  it('are named up to twenty of each kind, the first by id, and all of them counted', () => {
    const [missing, silent, gone] = [many('aa'), many('bb'), many('cc')];
    const nodes = [...online(nodeA, ...missing.toReversed()), ...silent.map(offline)];
    const delivery = delivered(Object.fromEntries([nodeA, ...gone.toReversed()].map((nodeId) => [nodeId, 0])));
    const evidence = evidenceOf({ visits: [aVisit(0, { nodes, action: keeps() }), aVisit(180, { nodes })], delivery });
    expect(nodesOf(evidence)).toMatchObject({ managed: 26, missing: 25, silent: 25, ghosts: 25 });
    expect(judgeTarget(evidence).nodeIds).toEqual({
      missing: missing.slice(0, 20),
      stale: [],
      silent: silent.slice(0, 20),
      ghosts: gone.slice(0, 20),
    });
  });
});
