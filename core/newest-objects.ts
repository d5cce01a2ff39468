/** Of each custom type the objects to learn its attributes from. */
import * as z from 'zod';
import type { ListedObject } from './delivery.ts';
import { CensusFile } from './partition-census.ts';

/** A version of an object, as the LIST showed it. */
export const ListedVersion = z.strictObject({ key: z.string(), etag: z.string(), sizeBytes: z.int().positive() });
export type ListedVersion = z.infer<typeof ListedVersion>;

/** What the latest LIST saw: pairs with their types, and of each custom type the newest objects. */
export const ObservedPartitions = CensusFile.extend({ newest: z.record(z.string(), z.array(ListedVersion)) });
export type ObservedPartitions = z.infer<typeof ObservedPartitions>;

/** By type and pair. */
export type NewestObjects = Map<string, Map<string, ListedObject>>;

/** Of a fleet with more pairs than this the newest ones; what others add is seen when theirs are. */
const mostSampled = 32;

/** Takes an object in, in place. One of each pair: what a type holds differs between accounts, not between the nodes of one. */
export function addNewest(
  newest: NewestObjects,
  { type, pair }: { type: string; pair: string },
  object: ListedObject,
): void {
  if (!type.startsWith('Custom:') || object.sizeBytes === 0) return;
  const pairs = newest.get(type) ?? new Map<string, ListedObject>();
  newest.set(type, pairs);
  const known = pairs.get(pair);
  if (known === undefined || compare(object, known) < 0) pairs.set(pair, object);
}

/** The newest first; of several of one second the one whose key comes first. */
function compare(a: ListedObject, b: ListedObject): number {
  return b.lastModifiedMs - a.lastModifiedMs || (a.key < b.key ? -1 : 1);
}

export function sampleNewest(newest: NewestObjects): Record<string, ListedVersion[]> {
  const types = [...newest].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    types.map(([type, pairs]) => {
      const sample = [...pairs.values()].sort(compare).slice(0, mostSampled);
      return [type, sample.map(({ key, etag, sizeBytes }) => ({ key, etag, sizeBytes }))];
    }),
  );
}
