/** What is known of the partitions in the catalog, so that a steady pass need not ask Glue for them. */
import * as z from 'zod';
import { type Partition, partitionOf, type TableDefinition } from './catalog.ts';
import { CensusFile, targetOf } from './partition-census.ts';
import { targetKey } from './target.ts';

/** A file of an older shape, or none, is the same as knowing nothing: what stands is found by an audit. */
export const RegisteredPartitions = CensusFile.extend({
  /** By type when Glue was last asked for all its partitions. */
  auditedAt: z.record(z.string(), z.iso.datetime()),
  /** By type the shape of its table that all its partitions have. */
  shapes: z.record(z.string(), z.string()),
  /** Types whose partitions are on their way to another shape, which takes a large fleet several passes: the last pair that has it. */
  underway: z.record(z.string(), z.strictObject({ shape: z.string(), through: z.string() })),
});
export type RegisteredPartitions = z.infer<typeof RegisteredPartitions>;

const auditDays = 30;
const dayMs = 86_400_000;

/** Once a month, since people delete and add partitions too; and when it never was. */
export function isAuditDue(auditedAt: string | undefined, now: Date): boolean {
  return auditedAt === undefined || now.getTime() - Date.parse(auditedAt) >= auditDays * dayMs;
}

export type ShapeSteps = Pick<RegisteredPartitions, 'shapes' | 'underway'>;

/** A type and the shape that its table has now. */
interface Shaped {
  readonly type: string;
  readonly shape: string;
}

/** The pairs of a type whose partition does not have its table's shape. `pairs` gives all that have a partition, sorted. */
export function outOfStep(
  { shapes, underway }: ShapeSteps,
  { type, shape }: Shaped,
  pairs: () => readonly string[],
): readonly string[] {
  if (shapes[type] === shape) return [];
  const at = underway[type];
  return at?.shape === shape ? pairs().filter((pair) => pair > at.through) : pairs();
}

/** How far a type got: `done` are the first of the pairs that were `left`. */
export function takeStep(
  { shapes, underway }: ShapeSteps,
  { type, shape }: Shaped,
  { left, done }: { left: readonly string[]; done: readonly string[] },
): ShapeSteps {
  const { [type]: before, ...others } = underway;
  if (done.length === left.length) return { shapes: { ...shapes, [type]: shape }, underway: others };
  const through = done.at(-1) ?? (before?.shape === shape ? before.through : '');
  return { shapes, underway: { ...others, [type]: { shape, through } } };
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
