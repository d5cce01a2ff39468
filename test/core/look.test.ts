import { describe, expect, it } from 'vitest';
import { judgeTarget } from '../../core/judge.ts';
import { type Look, needsLook } from '../../core/look.ts';
import { enterScope, rememberVerdict } from '../../core/memory.ts';
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
  online,
  scoped,
} from './a-target.ts';

const created = keeps({ decision: 'create', created: true });
const inProgress = (minutes: number, createdAt: string | null = null) =>
  aVisit(minutes, { syncs: [aSync({ lastStatus: 'InProgress', createdAt })] });
const well = aVisit(0, { nodes: online(nodeA), action: keeps() });
const fresh = delivered({ [nodeA]: 170 });
const old = delivered({ [nodeA]: 0 });
const atOnce: Look = { waitSeconds: 0, compare: [], heartbeat: undefined };
const compareA: Look = { waitSeconds: 0, compare: [{ nodeId: nodeA, types: ['AWS:Application'] }], heartbeat: nodeA };

function suspected() {
  const evidence = evidenceOf({ visits: [well, aVisit(100, { syncs: [] })], delivery: fresh, now: 100 });
  return rememberVerdict(evidence.memory, judgeTarget(evidence), evidence);
}

describe('a target is looked at again', () => {
  it.each([
    [
      'six minutes after its sync was created',
      evidenceOf({ visits: [aVisit(0, { syncs: [], action: created })], now: 1 }),
      { waitSeconds: 300, compare: [] },
    ],
    ['at once when that is over', evidenceOf({ visits: [aVisit(0, { syncs: [], action: created })], now: 7 }), atOnce],
    [
      'six minutes after a create that is still in progress',
      evidenceOf({ visits: [aVisit(0, { action: created }), inProgress(2)], now: 3 }),
      { waitSeconds: 180, compare: [] },
    ],
    [
      'six minutes after a create that somebody else reports',
      evidenceOf({ visits: [inProgress(4, iso(1)), aVisit(0, { action: keeps() })], now: 5 }),
      { waitSeconds: 120, compare: [] },
    ],
    ['at once while its sync stays in progress', evidenceOf({ visits: [well, inProgress(100)], now: 110 }), atOnce],
    ['when no visit was ever made', evidenceOf({ visits: [] }), atOnce],
    [
      'when the visit of this run did not come back',
      evidenceOf({ visits: [well], delivery: fresh, asked: true }),
      atOnce,
    ],
    [
      'when a reason rests on a stale observation',
      evidenceOf({ visits: [aVisit(0, { nodes: online(nodeB), action: keeps() })] }),
      atOnce,
    ],
    ['when a failed visit is stale', evidenceOf({ visits: [failedVisit(0, 'RoleUnassumable')], now: 31 }), atOnce],
    [
      'when it is suspected and no longer looks it',
      evidenceOf({ memory: { ...suspected(), syncs: [aSync()] }, visits: [], delivery: fresh, now: 160 }),
      atOnce,
    ],
    [
      'when a node delivers that a stale observation does not hold',
      evidenceOf({ visits: [well], delivery: delivered({ [nodeA]: 170, [nodeB]: 1 }) }),
      atOnce,
    ],
    [
      'when a node is suspicious, with what to compare',
      evidenceOf({ visits: [well], delivery: old, now: 121 }),
      compareA,
    ],
    [
      'when a node is suspicious, though just observed',
      evidenceOf({ visits: [well, aVisit(121, { nodes: online(nodeA) })], delivery: old, now: 121 }),
      compareA,
    ],
  ])('%s', (_, evidence, look) => {
    expect(needsLook(evidence)).toEqual(look);
  });
});

describe('a target is left alone', () => {
  it.each([
    ['when all is well, however old the observation', evidenceOf({ visits: [well], delivery: fresh })],
    ['when it is empty and stays so', evidenceOf()],
    ['when it is excluded', evidenceOf({ memory: enterScope(scoped('RegionDisabled'), undefined, at(0)), visits: [] })],
    [
      'when a failed visit is recent',
      evidenceOf({ visits: [well, failedVisit(170, 'DeniedByPolicy')], delivery: old }),
    ],
    [
      'when what is wrong was just observed',
      evidenceOf({ visits: [well, aVisit(170, { syncs: [] })], delivery: fresh }),
    ],
    ['when a sync long in progress was just seen so', evidenceOf({ visits: [well, inProgress(100)], now: 104 })],
    [
      'when that has no time of creation at all',
      evidenceOf({ visits: [aVisit(0, { action: keeps(), syncs: [aSync({ lastStatus: 'InProgress' })] })], now: 1 }),
    ],
    [
      'when a newcomer was delivered before the look that did not list it',
      evidenceOf({ visits: [well], delivery: delivered({ [nodeA]: 170, [nodeB]: -1 }) }),
    ],
    ['when an object is freshnessMinutes old sharp', evidenceOf({ visits: [well], delivery: old, now: 120 })],
    [
      'when a suspicious node lost connection',
      evidenceOf({
        visits: [aVisit(0, { nodes: [{ nodeId: nodeA, platform: null, online: false }], action: keeps() })],
        delivery: old,
      }),
    ],
  ])('%s', (_, evidence) => {
    expect(needsLook(evidence)).toBeUndefined();
  });
});
