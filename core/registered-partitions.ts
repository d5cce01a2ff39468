/** What is known of the partitions in the catalog, so that a steady pass need not ask Glue for them. */
import * as z from 'zod';
import { type Partition, partitionOf, type TableDefinition } from './catalog.ts';
import { CensusFile, targetOf } from './partition-census.ts';
import { targetKey } from './target.ts';

/** A file of an older shape, or none, is the same as knowing nothing: what stands is found by an audit. */
export const RegisteredPartitions = CensusFile.extend({
  /** When Glue was last asked for all partitions. */
  auditedAt: z.iso.datetime(),
  /** By type the shape of its table that all its partitions have. */
  shapes: z.record(z.string(), z.string()),
});
export type RegisteredPartitions = z.infer<typeof RegisteredPartitions>;

const auditDays = 30;
const dayMs = 86_400_000;

/** Once a month, since people delete and add partitions too; and when nothing is known. */
export function isAuditDue(known: Pick<RegisteredPartitions, 'auditedAt'> | undefined, now: Date): boolean {
  return known === undefined || now.getTime() - Date.parse(known.auditedAt) >= auditDays * dayMs;
}

/** What an audit of one table comes to, each list sorted. */
export interface PartitionAudit {
  /** Pairs that have a partition. */
  readonly standing: readonly string[];
  /** Those of them whose partition lies elsewhere than Systems Manager writes, which hides their rows. */
  readonly astray: readonly string[];
  /** Values of partitions that are no pair's: somebody's own. */
  readonly foreign: readonly string[];
}

export function auditPartitions(table: TableDefinition, partitions: readonly Partition[]): PartitionAudit {
  const audit = { standing: [] as string[], astray: [] as string[], foreign: [] as string[] };
  for (const { values, location } of partitions) {
    const target = targetOf(values.slice(0, 2).join('/'));
    const own = target && partitionOf(table, target);
    if (target === undefined || own?.values.join('/') !== values.join('/')) {
      audit.foreign.push(values.join('/'));
      continue;
    }
    const pair = targetKey(target);
    audit.standing.push(pair);
    if (`${location.replace(/\/$/, '')}/` !== own.location) audit.astray.push(pair);
  }
  for (const list of Object.values(audit)) list.sort();
  return audit;
}
