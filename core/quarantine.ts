import * as z from 'zod';
import { ContentReason, isForgery } from './content-check.ts';
import type { ContentLedger } from './content-sample.ts';
import type { ListedObject } from './delivery.ts';
import type { InventoryKey } from './inventory-key.ts';
import { AccountId, Region, Target, type TargetKey, targetKey } from './target.ts';

/** One delivered object that must not be trusted: a line of the ledger and a row of the table `quarantine`. The object itself stays where and as it is. */
export const QuarantinedObject = z.strictObject({
  schemaVersion: z.literal(1),
  key: z.string(),
  /** The version to look at, in a bucket that keeps them. */
  versionId: z.string().nullable(),
  reason: ContentReason,
  accountId: AccountId,
  region: Region,
  type: z.string(),
  nodeId: z.string(),
  /** When the version was found out, and when it was written. */
  foundAt: z.iso.datetime(),
  lastModifiedAt: z.iso.datetime(),
  sizeBytes: z.int().nonnegative(),
});
export type QuarantinedObject = z.infer<typeof QuarantinedObject>;

/** So many objects are listed at most, 50 MB in memory; while there are as many nothing more is read, so that none is found and forgotten. */
const mostListed = 100_000;
/** Beyond that the rest of those that must be read again wait for the next pass. */
const mostReread = 10_000;

/** The quarantine held against a new listing of the bucket. */
interface Review {
  readonly standing: ReadonlyMap<string, QuarantinedObject>;
  /** Those that were listed again; the others' objects are gone. */
  readonly kept: Map<string, QuarantinedObject>;
  /** Whatever the sample is: new versions of objects in quarantine, and objects without bytes. Where a fleet is only sampled, a mended one may come up once more. */
  readonly toRead: ListedObject[];
}

export function startReview(quarantine: readonly QuarantinedObject[]): Review {
  return { standing: new Map(quarantine.map((object) => [object.key, object])), kept: new Map(), toRead: [] };
}

/** Takes an object in, in place, and says whether it is the review's business and no candidate of the sample. */
export function reviewObject({ standing, kept, toRead }: Review, object: ListedObject, settledMs: number): boolean {
  const entry = standing.get(object.key);
  if (entry !== undefined) kept.set(object.key, entry);
  if (entry === undefined && object.sizeBytes > 0) return false;
  const isKnown = entry !== undefined && Date.parse(entry.lastModifiedAt) === object.lastModifiedMs;
  if (!isKnown && object.lastModifiedMs <= settledMs && toRead.length < mostReread) toRead.push(object);
  return true;
}

/** How many objects may still be found out. */
export function roomLeft({ kept, toRead }: Review): number {
  return Math.max(0, mostListed - kept.size - toRead.length);
}

/** What reading one version came to. Null for a reason: it is good. */
export interface Finding {
  readonly object: ListedObject;
  readonly inventoryKey: InventoryKey;
  readonly versionId: string | null;
  readonly reason: ContentReason | null;
}

/** The quarantine after the findings, by key. What could not be read stays as it was. */
export function conclude({ kept }: Review, findings: readonly Finding[], now: Date): QuarantinedObject[] {
  const quarantine = new Map(kept);
  for (const { object, inventoryKey, versionId, reason } of findings) {
    const { key, sizeBytes, lastModifiedMs } = object;
    quarantine.delete(key);
    if (reason === null) continue;
    const times = { foundAt: now.toISOString(), lastModifiedAt: new Date(lastModifiedMs).toISOString() };
    const { type, nodeId, ...where } = inventoryKey;
    const about = { ...Target.parse(where), type, nodeId, ...times, sizeBytes };
    quarantine.set(key, { schemaVersion: 1, key, versionId, reason, ...about });
  }
  return [...quarantine.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** How many objects there are of each reason that occurs. */
export function countByReason(quarantine: readonly QuarantinedObject[]): ContentLedger['quarantined'] {
  const counts: ContentLedger['quarantined'] = {};
  for (const { reason } of quarantine) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

/** Of a target's quarantine: all of it, and what disagrees with its key about whose it is. */
export interface QuarantineCounts {
  readonly malformed: number;
  readonly forged: number;
}

export function countQuarantined(quarantine: readonly QuarantinedObject[]): QuarantineCounts {
  const forged = quarantine.filter(({ reason }) => isForgery(reason)).length;
  return { malformed: quarantine.length - forged, forged };
}

/** Whether what a node delivered of a type is in quarantine. */
export function isQuarantined(quarantine: readonly QuarantinedObject[]): (nodeId: string, type: string) => boolean {
  const objects = new Set(quarantine.map(({ nodeId, type }) => `${nodeId}/${type}`));
  return (nodeId, type) => objects.has(`${nodeId}/${type}`);
}

export function quarantineByTarget(
  quarantine: readonly QuarantinedObject[],
): ReadonlyMap<TargetKey, QuarantinedObject[]> {
  const byTarget = new Map<TargetKey, QuarantinedObject[]>();
  for (const object of quarantine) {
    const ofTarget = byTarget.get(targetKey(object)) ?? [];
    byTarget.set(targetKey(object), ofTarget);
    ofTarget.push(object);
  }
  return byTarget;
}
