import { type DesiredSync, sameDestination } from './destination.ts';
import type { ObservedSync } from './observation.ts';

/** Syncs to a destination per account and Region (AWS service quotas, not adjustable). */
export const syncQuota = 5;

export type Decision =
  | { decision: 'keep'; syncName: string; reason: 'SyncInPlace' }
  | { decision: 'adopt'; syncName: string; reason: 'SameDestination' }
  | { decision: 'create'; syncName: string; reason: 'SyncAbsent' }
  | { decision: 'blocked'; syncName: string; reason: 'SyncQuotaFull' | 'ReplaceForbidden' };

/** Syncs that deliver to a bucket; those of Explorer (SyncFromSource) have names and a quota of their own. */
export function deliveringSyncs(syncs: readonly ObservedSync[]): ObservedSync[] {
  return syncs.filter((sync) => sync.syncType !== 'SyncFromSource');
}

/** Compares what is wanted in a target with what is there; the order of the list does not matter. */
export function decide(desired: DesiredSync, observed: readonly ObservedSync[], config: { adopt: boolean }): Decision {
  const { syncName, destination } = desired;
  const syncs = deliveringSyncs(observed);
  const ours = syncs.find((sync) => sync.syncName === syncName);
  if (ours !== undefined) {
    return sameDestination(ours, destination)
      ? { decision: 'keep', syncName, reason: 'SyncInPlace' }
      : { decision: 'blocked', syncName, reason: 'ReplaceForbidden' };
  }
  const [adoptable] = syncs
    .filter((sync) => sameDestination(sync, destination))
    .map((sync) => sync.syncName)
    .sort();
  if (config.adopt && adoptable !== undefined) {
    return { decision: 'adopt', syncName: adoptable, reason: 'SameDestination' };
  }
  return syncs.length >= syncQuota
    ? { decision: 'blocked', syncName, reason: 'SyncQuotaFull' }
    : { decision: 'create', syncName, reason: 'SyncAbsent' };
}
