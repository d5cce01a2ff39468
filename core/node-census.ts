import type { TargetDelivery } from './delivery.ts';
import type { RememberedNode, TargetMemory } from './memory.ts';
import { minutesSince } from './moment.ts';
import { type NodeCounts, type NodeIds, namedIds } from './verdict.ts';

interface Moment {
  readonly now: Date;
  readonly freshnessMinutes: number;
  readonly graceMinutes: number;
  /** Whether the target's own grace period is over. */
  readonly pastGrace: boolean;
}

export interface NodeCensus {
  readonly counts: NodeCounts;
  readonly ids: NodeIds;
}

/** Every node of a target that something is to be said of. */
export function takeNodeCensus(
  { nodes, observedAt }: TargetMemory,
  delivery: TargetDelivery | undefined,
  moment: Moment,
): NodeCensus {
  const online = nodes.filter((node) => node.online);
  const found = {
    missing: idsOf(online.filter((node) => isMissing(node, moment))),
    stale: idsOf(online.filter((node) => isBehind(node, moment))),
    silent: idsOf(nodes.filter((node) => !node.online)),
    ghosts: observedAt === null ? [] : ghosts(nodes, delivery, observedAt),
  };
  const counts = {
    managed: online.length,
    delivered: online.filter((node) => node.deliveredAt !== null).length,
    missing: found.missing.length,
    stale: found.stale.length,
    silent: found.silent.length,
    ghosts: found.ghosts.length,
  };
  const first = (ids: string[]) => ids.slice(0, namedIds);
  const { missing, stale, silent } = found;
  const ids = { missing: first(missing), stale: first(stale), silent: first(silent), ghosts: first(found.ghosts) };
  return { counts, ids };
}

/** Remembered nodes are in the order of their ids. */
function idsOf(nodes: readonly RememberedNode[]): string[] {
  return nodes.map(({ nodeId }) => nodeId);
}

/** Nodes that hold objects and that the latest list lacks: stopped or terminated. One that delivered since is a newcomer instead. */
function ghosts(listed: readonly RememberedNode[], delivery: TargetDelivery | undefined, observedAt: string): string[] {
  const known = new Set(idsOf(listed));
  const observedMs = Date.parse(observedAt);
  const gone = [...(delivery?.nodes ?? [])].filter(([id, { newestMs }]) => !known.has(id) && newestMs <= observedMs);
  return gone.map(([id]) => id).sort();
}

function isMissing({ deliveredAt, firstOnlineAt }: RememberedNode, { now, graceMinutes, pastGrace }: Moment): boolean {
  if (!pastGrace || deliveredAt !== null || firstOnlineAt === null) return false;
  return minutesSince(firstOnlineAt, now) >= graceMinutes;
}

function isBehind({ pendingSince }: RememberedNode, { now, freshnessMinutes }: Moment): boolean {
  return pendingSince !== null && minutesSince(pendingSince, now) > freshnessMinutes;
}
