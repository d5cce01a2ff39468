/** Syncs that send a target's inventory where nobody said that it may go. */
import { deliveringSyncs } from './decision.ts';
import type { ObservedSync } from './observation.ts';

/** Amazon Inspector makes it in every account and Region that it scans, to a bucket of its own per Region (Inspector user guide, "Scanning EC2 instances"). */
const inspectorName = 'InspectorResourceDataSync-do-not-delete';

/** An account's bucket is taken for Inspector's when so many others of the Region send there under Inspector's name: anybody may take the name. */
const othersNeeded = 2;

export interface Destinations {
  readonly ownBucket: string;
  readonly allowedBuckets: ReadonlySet<string>;
  /** Accounts by Region and bucket of the syncs that carry Inspector's name. */
  readonly inspected: ReadonlyMap<string, number>;
}

type Syncs = { readonly region: string; readonly syncs: readonly ObservedSync[] };

/** One pass over a fleet; what it keeps is one entry per Region and bucket. A name exists once per account and Region, so a sync counts for an account. */
export function countInspected(memories: Iterable<Syncs>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { region, syncs } of memories) {
    for (const { syncName, bucketName } of deliveringSyncs(syncs)) {
      if (syncName !== inspectorName || bucketName === null) continue;
      const place = placeOf(region, bucketName);
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  }
  return counts;
}

/** The buckets of foreign syncs, each once and sorted. Our own bucket is never foreign, whatever a sync's name or prefix. */
export function foreignBuckets({ region, syncs }: Syncs, destinations: Destinations): string[] {
  const foreign = deliveringSyncs(syncs).flatMap(({ syncName, bucketName }) => {
    if (bucketName === null || bucketName === destinations.ownBucket) return [];
    if (destinations.allowedBuckets.has(bucketName)) return [];
    const users = destinations.inspected.get(placeOf(region, bucketName)) ?? 0;
    return syncName === inspectorName && users > othersNeeded ? [] : [bucketName];
  });
  return [...new Set(foreign)].sort();
}

function placeOf(region: string, bucketName: string): string {
  return `${region}/${bucketName}`;
}
