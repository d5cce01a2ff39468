import { isHeartbeatDue } from './canary.ts';
import { dueComparisons } from './comparison.ts';
import { type Evidence, type Facts, readFacts } from './evidence.ts';
import { readAppearance } from './judge.ts';
import { previousVerdict } from './memory.ts';
import { minutesSince } from './moment.ts';
import type { SuspiciousNode } from './run.ts';

/** A baseline is seen "within a few minutes" of a create (Systems Manager user guide, inventory walkthrough): five, and one to spare. */
const settleSeconds = 360;

/** A sync that outlasted `settleSeconds` is looked at again only after this long. */
const restlessMinutes = 5;

export interface Look {
  readonly waitSeconds: number;
  /** The suspicious nodes whose contents to compare; often none. */
  readonly compare: SuspiciousNode[];
  /** The node to put a heartbeat on. */
  readonly heartbeat: string | undefined;
}

/** Whether a target must be observed again before it is judged, and when; undefined when what is known suffices. */
export function needsLook(evidence: Evidence): Look | undefined {
  const facts = readFacts(evidence);
  if (facts.memory.exclusion !== null) return undefined;
  const waitSeconds = facts.seen ? secondsToSettle(facts, evidence.now) : undefined;
  const asks = facts.seen || facts.stale;
  const compare = asks ? due(evidence) : [];
  const heartbeat = asks ? dueHeartbeat(evidence) : undefined;
  const questions = compare.length > 0 || heartbeat !== undefined;
  const wanted = waitSeconds !== undefined || questions || facts.unseen || isOutdated(facts, evidence);
  return wanted ? { waitSeconds: waitSeconds ?? 0, compare, heartbeat } : undefined;
}

function due({ memory, delivery, quarantine, now, settings }: Evidence): SuspiciousNode[] {
  return dueComparisons(memory, { delivery, quarantine, now, freshnessMinutes: settings.freshnessMinutes });
}

/** Of the online nodes that ever delivered, none proves by an object that it still does: the first of them by id is asked. */
function dueHeartbeat({ memory, now, settings }: Evidence): string | undefined {
  const { canaryMinutes: everyMinutes, freshnessMinutes } = settings;
  if (everyMinutes === null || !isHeartbeatDue(memory.canary, { now, everyMinutes })) return undefined;
  const proven = memory.nodes.flatMap(({ nodeId, online, deliveredAt }) =>
    online && deliveredAt !== null ? [{ nodeId, ageMinutes: minutesSince(deliveredAt, now) }] : [],
  );
  return proven.every(({ ageMinutes }) => ageMinutes > freshnessMinutes) ? proven[0]?.nodeId : undefined;
}

/** Undefined when our sync has settled, or was seen unsettled only just now. */
function secondsToSettle({ memory, ours, lookAge }: Facts, now: Date): number | undefined {
  const { createdAt, lastLook } = memory;
  const justCreated = createdAt !== null && createdAt === lastLook?.at;
  if (!justCreated && ours?.lastStatus !== 'InProgress') return undefined;
  const began = createdAt ?? ours?.createdAt;
  const left = began == null ? 0 : Math.ceil(settleSeconds - 60 * minutesSince(began, now));
  if (left > 0) return left;
  return lookAge > restlessMinutes ? 0 : undefined;
}

/** A stale observation must be renewed when something is or was wrong, and when a node delivers that it does not hold. */
function isOutdated(facts: Facts, evidence: Evidence): boolean {
  if (!facts.stale) return false;
  const previous = previousVerdict(facts.memory, evidence.runId);
  const doubts = [...readAppearance(facts).reasons, ...(previous?.reasons ?? []), ...(previous?.suspected ?? [])];
  return doubts.length > 0 || hasNewcomer(evidence, facts.lookAge);
}

function hasNewcomer({ memory, delivery, now }: Evidence, lookAge: number): boolean {
  const known = new Set(memory.nodes.map(({ nodeId }) => nodeId));
  const lookedMs = now.getTime() - 60_000 * lookAge;
  return [...(delivery?.nodes ?? [])].some(([nodeId, { newestMs }]) => newestMs > lookedMs && !known.has(nodeId));
}
