import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../core/evidence.ts';
import { judgeTarget } from '../../core/judge.ts';
import { enterScope, rememberVerdict } from '../../core/memory.ts';
import type { Observation } from '../../core/observation.ts';
import type { Status } from '../../core/verdict.ts';
import {
  aSync,
  at,
  aVisit,
  delivered,
  evidenceOf,
  failedVisit,
  iso,
  keeps,
  nodeA,
  nodeB,
  nodeC,
  online,
  ours,
  refused,
  scoped,
} from './a-target.ts';

interface Step {
  now: number;
  visit?: Observation;
  runId?: string;
}

/** One run after another over one target whose node delivered at minute 100, each with its verdict as `Status reasons ?suspected`. */
function verdictsOf(
  steps: Step[],
  first: Observation = aVisit(0, { nodes: online(nodeA), action: keeps() }),
): string[] {
  let memory = evidenceOf({ visits: [first] }).memory;
  return steps.map(({ now, visit, runId }) => {
    const delivery = delivered({ [nodeA]: 100 });
    const evidence = evidenceOf({
      memory,
      visits: visit === undefined ? [] : [visit],
      delivery,
      now,
      runId: runId ?? `run-${now}`,
    });
    const verdict = judgeTarget(evidence);
    memory = rememberVerdict(evidence.memory, verdict, evidence);
    return [verdict.status, ...verdict.reasons, ...verdict.suspected.map((reason) => `?${reason}`)].join(' ');
  });
}

const well = (minutes: number) => aVisit(minutes, { nodes: online(nodeA) });
const without = (minutes: number) => aVisit(minutes, { syncs: [], nodes: online(nodeA) });
const partly = (minutes: number) => aVisit(minutes, { nodes: online(nodeA), associations: [] });

describe('two looks', () => {
  it('a Healthy target that looks Failing keeps its status once, and names what it is suspected of', () => {
    const steps = [
      { now: 120, visit: well(120) },
      { now: 180, visit: without(180) },
      { now: 240, visit: without(240) },
    ];
    expect(verdictsOf(steps)).toEqual(['Healthy', 'Healthy ?SyncMissing', 'Failing SyncMissing']);
  });

  it('a target that was never judged converges meanwhile', () => {
    expect(verdictsOf([{ now: 180, visit: without(180) }])).toEqual(['Converging ?SyncMissing']);
  });

  it('a Degraded target keeps its reasons meanwhile', () => {
    const steps = [
      { now: 120, visit: partly(120) },
      { now: 180, visit: without(180) },
    ];
    expect(verdictsOf(steps)).toEqual([
      'Degraded InventoryNotCollected',
      'Degraded InventoryNotCollected ?SyncMissing',
    ]);
  });

  it('a judgement that is repeated in one run is one look', () => {
    const visit = without(180);
    const steps = [
      { now: 120, visit: well(120) },
      { now: 180, visit },
      { now: 180, visit },
      { now: 181, visit, runId: 'run-180' },
    ];
    expect(verdictsOf(steps).slice(1)).toEqual(Array(3).fill('Healthy ?SyncMissing'));
  });

  it('a Failing verdict that is repeated in its run stays', () => {
    const steps = [180, 240, 240].map((now) => ({ now, visit: without(now) }));
    expect(verdictsOf(steps).slice(1)).toEqual(['Failing SyncMissing', 'Failing SyncMissing']);
  });

  it('a suspicion that is cleared begins anew', () => {
    const steps = [without(180), well(240), without(300)].map((visit, index) => ({ now: 180 + 60 * index, visit }));
    expect(verdictsOf(steps)).toEqual(['Converging ?SyncMissing', 'Healthy', 'Healthy ?SyncMissing']);
  });

  it('recovery is immediate', () => {
    const steps = [without(180), without(240), well(300)].map((visit, index) => ({ now: 180 + 60 * index, visit }));
    expect(verdictsOf(steps).at(-1)).toBe('Healthy');
  });

  it('a Failing target may change its reasons at once', () => {
    const failed = aVisit(300, { syncs: [aSync({ lastStatus: 'Failed' })], nodes: online(nodeA) });
    const steps = [without(180), without(240), failed].map((visit, index) => ({ now: 180 + 60 * index, visit }));
    expect(verdictsOf(steps).at(-1)).toBe('Failing SyncFailed');
  });

  it('Blocked, Unknown and Degraded need no second look', () => {
    expect(verdictsOf([{ now: 180, visit: failedVisit(180, 'RoleUnassumable') }])).toEqual(['Blocked RoleUnassumable']);
    expect(verdictsOf([{ now: 180, visit: failedVisit(180, 'Throttled') }])).toEqual(['Unknown Throttled']);
    expect(verdictsOf([{ now: 180, visit: partly(180) }])).toEqual(['Degraded InventoryNotCollected']);
  });

  it('nor does what fails under a block', () => {
    const rejected = aVisit(180, { syncs: [], nodes: online(nodeA), action: refused('DestinationRejected') });
    expect(verdictsOf([{ now: 180, visit: rejected }])).toEqual(['Blocked DestinationRejected SyncMissing']);
  });

  it('a block that lifts shows the failure under it at once, since that is better', () => {
    const steps = [
      { now: 180, visit: failedVisit(180, 'RoleUnassumable') },
      { now: 240, visit: without(240) },
    ];
    expect(verdictsOf(steps)).toEqual(['Blocked RoleUnassumable', 'Failing SyncMissing']);
  });
});

describe('an observation older than 30 minutes', () => {
  const first = aVisit(0, { nodes: online(nodeA, nodeB), action: keeps() });

  it('makes no verdict worse when a grace period runs out', () => {
    expect(verdictsOf([{ now: 30 }, { now: 61 }], first)).toEqual(['Converging', 'Converging']);
  });

  it('counts for thirty minutes', () => {
    const seen = { ...first, observedAt: iso(31) };
    expect(verdictsOf([{ now: 32, visit: seen }, { now: 61 }], first)).toEqual(['Converging', 'Degraded NodesMissing']);
  });

  it('is no look, neither the first nor the second', () => {
    const steps = [{ now: 180, visit: without(180) }, { now: 240 }, { now: 300, visit: without(300) }, { now: 360 }];
    expect(verdictsOf(steps)).toEqual([
      'Converging ?SyncMissing',
      'Converging ?SyncMissing',
      'Failing SyncMissing',
      'Failing SyncMissing',
    ]);
  });

  it('may make a verdict better', () => {
    expect(verdictsOf([{ now: 10 }, { now: 100 }])).toEqual(['Converging', 'Healthy']);
  });

  it('does not hold back what needs no observation', () => {
    const known = { ...evidenceOf({ visits: [first] }), asked: true };
    expect(judgeTarget(known)).toMatchObject({ status: 'Unknown', reasons: ['CheckFailed'] });
    const { memory } = evidenceOf({ visits: [first] });
    const gone = enterScope(scoped('AccountNotActive'), rememberVerdict(memory, judgeTarget(known), known), at(240));
    expect(judgeTarget({ ...known, memory: gone, runId: 'run-240' }).status).toBe<Status>('Excluded');
  });
});

describe('a verdict', () => {
  const silent = { nodeId: 'mi-0000000000000000d', platform: null, online: false };
  const verdictOf = (evidence: Evidence) => judgeTarget(evidence);

  it('counts and names nodes, and names the sync, the latest decision and the newest object', () => {
    const visits = [aVisit(0, { nodes: online(nodeA, nodeB), action: keeps({ decision: 'create', created: true }) })];
    const later = aVisit(180, { nodes: [...online(nodeA, nodeB), silent] });
    const delivery = delivered({ [nodeA]: 100, [nodeC]: 3 });
    expect(verdictOf(evidenceOf({ visits: [later, ...visits], delivery }))).toEqual({
      status: 'Degraded',
      reasons: ['NodesMissing'],
      suspected: [],
      syncName: ours,
      decision: 'create',
      nodes: { managed: 2, delivered: 1, missing: 1, stale: 0, silent: 1, ghosts: 1 },
      nodeIds: { missing: [nodeB], stale: [], silent: [silent.nodeId], ghosts: [nodeC] },
      lastDeliveredAt: iso(100),
    });
  });

  it('holds null for what was never observed', () => {
    const verdict = verdictOf(evidenceOf({ visits: [failedVisit(0, 'RoleUnassumable')], now: 1 }));
    expect(verdict).toMatchObject({ syncName: null, decision: null, nodes: null, lastDeliveredAt: null });
  });
});
