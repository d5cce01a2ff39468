import type { RefusedPartition } from '../../aws/catalog.ts';
import { type Partition, partitionOf } from '../../core/catalog.ts';
import { type PairsByType, targetOf } from '../../core/partition-census.ts';
import type { EnsuredTable } from './keep-tables.ts';

export interface ChangedPartitions {
  readonly done: PairsByType;
  readonly refused: PairsByType;
  readonly problems: readonly string[];
}

/** Does the same to the partitions of many tables; a type without a table of ours is passed over. */
export async function changePartitions(
  tables: ReadonlyMap<string, EnsuredTable>,
  changes: PairsByType,
  change: (table: EnsuredTable['table'], partitions: readonly Partition[]) => Promise<RefusedPartition[]>,
): Promise<ChangedPartitions> {
  const done = new Map<string, string[]>();
  const refused = new Map<string, string[]>();
  const problems: string[] = [];
  for (const [type, pairs] of changes) {
    const kept = tables.get(type);
    if (kept === undefined) continue;
    const partitions = pairs.flatMap((pair) => {
      const target = targetOf(pair);
      return target === undefined ? [] : [partitionOf(kept.definition, target)];
    });
    const answers = await change(kept.table, partitions);
    const not = new Set(answers.map(({ values }) => values.slice(0, 2).join('/')));
    problems.push(...answers.map(({ values, problem }) => `${type}/${values.join('/')}: ${problem}`));
    const others = pairs.filter((pair) => !not.has(pair));
    done.set(type, others);
    refused.set(type, [...not]);
  }
  return { done, refused, problems };
}
