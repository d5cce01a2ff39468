import { deliveringSyncs } from './decision.ts';
import type { TargetDelivery } from './delivery.ts';
import type { RememberedNode, TargetMemory } from './memory.ts';
import { minutesSince } from './moment.ts';
import type { ObservedSync } from './observation.ts';
import type { NodeCounts } from './verdict.ts';

export interface JudgeSettings {
  readonly freshnessMinutes: number;
  readonly graceMinutes: number;
}

export interface Evidence {
  /** With all of this run's news learned. */
  readonly memory: TargetMemory;
  readonly delivery: TargetDelivery | undefined;
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
  readonly ours: ObservedSync | undefined;
  readonly listedSyncs: number;
  readonly nodes: NodeCounts;
}

export function readFacts({ memory, settings, now, runId, asked }: Evidence): Facts {
  const { exclusion, lastLook, failure, observedAt, syncName } = memory;
  const lookAge = lastLook === null ? Number.POSITIVE_INFINITY : minutesSince(lastLook.at, now);
  const unseen = lastLook === null || (asked && lastLook.runId !== runId);
  const syncs = deliveringSyncs(memory.syncs);
  const graceFrom = memory.createdAt ?? memory.inScopeSince;
  const pastGrace = graceFrom !== null && minutesSince(graceFrom, now) >= settings.graceMinutes;
  return {
    memory,
    unseen,
    seen: !unseen && failure === null && observedAt !== null,
    lookAge,
    stale: exclusion === null && !unseen && lookAge > staleAfterMinutes,
    pastGrace,
    ours: syncs.find((sync) => sync.syncName === syncName),
    listedSyncs: syncs.length,
    nodes: countNodes(memory.nodes, { ...settings, now, pastGrace }),
  };
}

type Moment = JudgeSettings & { now: Date; pastGrace: boolean };

function countNodes(nodes: readonly RememberedNode[], moment: Moment): NodeCounts {
  const online = nodes.filter((node) => node.online);
  return {
    managed: online.length,
    delivered: online.filter((node) => node.deliveredAt !== null).length,
    missing: online.filter((node) => isMissing(node, moment)).length,
    stale: online.filter((node) => isBehind(node, moment)).length,
    silent: nodes.length - online.length,
  };
}

function isMissing({ deliveredAt, firstOnlineAt }: RememberedNode, { now, graceMinutes, pastGrace }: Moment): boolean {
  if (!pastGrace || deliveredAt !== null || firstOnlineAt === null) return false;
  return minutesSince(firstOnlineAt, now) >= graceMinutes;
}

function isBehind({ pendingSince }: RememberedNode, { now, freshnessMinutes }: Moment): boolean {
  return pendingSince !== null && minutesSince(pendingSince, now) > freshnessMinutes;
}
