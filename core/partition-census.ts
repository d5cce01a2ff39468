import * as z from 'zod';
import type { InventoryPartition } from './delivery.ts';

/** `account/region` pairs by inventory type, each list sorted. */
export const PartitionCensus = z.strictObject({
  schemaVersion: z.literal(1),
  partitions: z.record(z.string(), z.array(z.string())),
});
export type PartitionCensus = z.infer<typeof PartitionCensus>;

export const emptyCensus: PartitionCensus = { schemaVersion: 1, partitions: {} };

export function censusOf(partitions: readonly InventoryPartition[]): PartitionCensus {
  const byType: Record<string, string[]> = {};
  for (const { type, accountId, region } of partitions) {
    const pairs = byType[type] ?? [];
    pairs.push(`${accountId}/${region}`);
    byType[type] = pairs;
  }
  for (const pairs of Object.values(byType)) pairs.sort();
  return { schemaVersion: 1, partitions: byType };
}

/** What stands in `observed` and not in `registered`, by type; types without anything new are left out. */
export function newPartitions(observed: PartitionCensus, registered: PartitionCensus): Map<string, string[]> {
  const added = new Map<string, string[]>();
  for (const [type, pairs] of Object.entries(observed.partitions)) {
    const known = new Set(registered.partitions[type]);
    const fresh = pairs.filter((pair) => !known.has(pair));
    if (fresh.length > 0) added.set(type, fresh);
  }
  return added;
}

/** `registered` with the added pairs; nothing is ever taken out, since partitions of accounts that left keep their data. */
export function withPartitions(
  registered: PartitionCensus,
  added: ReadonlyMap<string, readonly string[]>,
): PartitionCensus {
  const partitions = { ...registered.partitions };
  for (const [type, pairs] of added) partitions[type] = [...new Set([...(partitions[type] ?? []), ...pairs])].sort();
  return { schemaVersion: 1, partitions };
}
