import { isOverdue } from './canary.ts';
import { isUncollected } from './collection.ts';
import { deliveringSyncs } from './decision.ts';
import type { TargetDelivery } from './delivery.ts';
import { type Destinations, foreignBuckets } from './foreign-syncs.ts';
import type { HubFacts } from './hub.ts';
import type { TargetMemory } from './memory.ts';
import { minutesSince } from './moment.ts';
import { takeNodeCensus } from './node-census.ts';
import type { ObservedSync } from './observation.ts';
import { countQuarantined, type QuarantineCounts, type QuarantinedObject } from './quarantine.ts';
import type { NodeCounts, NodeIds } from './verdict.ts';

export interface JudgeSettings {
  readonly freshnessMinutes: number;
  readonly graceMinutes: number;
  /** Least time between two heartbeats of a target; null: no canary. */
  readonly canaryMinutes: number | null;
  /** Whether associations are looked at. */
  readonly collection: boolean;
}

export interface Evidence {
  /** With all of this run's news learned. */
  readonly memory: TargetMemory;
  readonly delivery: TargetDelivery | undefined;
  /** What the hub answers to deliveries of this target. */
  readonly hub: HubFacts;
  readonly destinations: Destinations;
  /** Delivered objects of the target that are not to be trusted. */
  readonly quarantine: readonly QuarantinedObject[];
  readonly settings: JudgeSettings;
  readonly now: Date;
  readonly runId: string;
  /** Whether this run sent a visit to the target, so that no observation of the run means a lost visit. */
  readonly asked: boolean;
}

/** An observation older than this makes no verdict worse. */
const staleAfterMinutes = 30;

/** The evidence as the rows of the reason table read it. */
export interface Facts {
  readonly memory: TargetMemory;
  /** No visit came back, in this run although one was sent, or ever. */
  readonly unseen: boolean;
  /** The newest visit saw what it asked for, so what was seen may be judged. */
  readonly seen: boolean;
  /** Minutes since the newest visit; infinite before any. */
  readonly lookAge: number;
  readonly stale: boolean;
  readonly pastGrace: boolean;
  /** The sync in place; none while one of ours that points elsewhere waits for its replacement. */
  readonly ours: ObservedSync | undefined;
  /** A sync of ours points elsewhere and is to be replaced. */
  readonly astray: boolean;
  readonly listedSyncs: number;
  readonly nodes: NodeCounts;
  readonly nodeIds: NodeIds;
  /** A heartbeat was put and nothing has been delivered since, for freshnessMinutes or longer. */
  readonly canaryOverdue: boolean;
  /** Online nodes exist that no association collects from, as the latest answer about them tells. */
  readonly uncollected: boolean;
  readonly hub: HubFacts;
  readonly foreignBuckets: readonly string[];
  readonly quarantined: QuarantineCounts;
}

export function readFacts(evidence: Evidence): Facts {
  const { memory, delivery, hub, destinations, quarantine, settings, now, runId, asked } = evidence;
  const { exclusion, lastLook, failure, observedAt, syncName, canary } = memory;
  const lookAge = lastLook === null ? Number.POSITIVE_INFINITY : minutesSince(lastLook.at, now);
  const unseen = lastLook === null || (asked && lastLook.runId !== runId);
  const syncs = deliveringSyncs(memory.syncs);
  const astray = memory.decision === 'replace' && (memory.createdAt === null || memory.createdAt !== memory.actedAt);
  const graceFrom = memory.createdAt ?? memory.inScopeSince;
  const pastGrace = graceFrom !== null && minutesSince(graceFrom, now) >= settings.graceMinutes;
  const { counts, ids } = takeNodeCensus(memory, delivery, { ...settings, now, pastGrace });
  return {
    memory,
    unseen,
    seen: !unseen && failure === null && observedAt !== null,
    lookAge,
    stale: exclusion === null && !unseen && lookAge > staleAfterMinutes,
    pastGrace,
    ours: astray ? undefined : syncs.find((sync) => sync.syncName === syncName),
    astray,
    listedSyncs: syncs.length,
    nodes: counts,
    nodeIds: ids,
    canaryOverdue: settings.canaryMinutes !== null && isOverdue(canary, { ...settings, now }),
    uncollected: settings.collection && hasUncollected(memory),
    hub,
    foreignBuckets: foreignBuckets(memory, destinations),
    quarantined: countQuarantined(quarantine),
  };
}

/** Nodes that came after the answer are not judged by it. */
function hasUncollected({ collection, nodes }: TargetMemory): boolean {
  if (collection === null) return false;
  const { askedAt } = collection;
  const known = nodes.filter(
    ({ online, firstOnlineAt }) => online && firstOnlineAt !== null && firstOnlineAt <= askedAt,
  );
  return isUncollected(
    collection,
    known.map(({ nodeId }) => nodeId),
  );
}
