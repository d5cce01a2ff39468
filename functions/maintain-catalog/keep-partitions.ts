import type { Catalog, RefusedPartition } from '../../aws/catalog.ts';
import type { StateBucket } from '../../aws/state-bucket.ts';
import { type Partition, partitionOf } from '../../core/catalog.ts';
import {
  type Census,
  difference,
  emptyCensus,
  firstPairs,
  formatCensus,
  ofAccounts,
  ofTypes,
  type PairsByType,
  pairsOf,
  parseCensus,
  targetOf,
  withoutPairs,
  withPairs,
} from '../../core/partition-census.ts';
import {
  auditPartitions,
  isAuditDue,
  type PartitionAudit,
  RegisteredPartitions,
} from '../../core/registered-partitions.ts';
import { stateFiles } from '../../core/run.ts';
import type { EnsuredTable } from './keep-tables.ts';

/** 2,000 calls of 0.3 s are 600 s of the 900 that a function has: the rest of a large fleet follows with the next pass. */
const mostCreated = 200_000;

interface Parts {
  readonly state: StateBucket;
  readonly catalog: Catalog;
  /** By type, without those that are somebody else's. */
  readonly tables: ReadonlyMap<string, EnsuredTable>;
  /** The pairs that hold objects. */
  readonly observed: Census;
  /** The accounts that are to have partitions; null: whoever holds objects. */
  readonly accounts: ReadonlySet<string> | null;
  readonly now: Date;
}

export interface PartitionsKept {
  readonly created: number;
  readonly updated: number;
  readonly dropped: number;
  /** Partitions of values that are no pair's, when they were looked for. */
  readonly foreign: readonly string[];
  readonly refused: readonly string[];
}

/** Brings partitions up to what the latest LIST saw. Where nothing changed Glue is not asked at all, but once a month. */
export async function keepPartitions({
  state,
  catalog,
  tables,
  observed,
  accounts,
  now,
}: Parts): Promise<PartitionsKept> {
  const books = await state.readJson(stateFiles.registered, RegisteredPartitions);
  const audits = isAuditDue(books, now) ? await auditAll(catalog, tables) : undefined;
  const known = recall(books, tables, audits);

  const updated = await each(tables, outOfStep(known, tables, { books, audits }), (...at) =>
    catalog.updatePartitions(...at),
  );
  // What cannot be updated is not there any more: it is made anew.
  const current = withoutPairs(known, updated.refused);

  const mine = ofTypes(observed, (type) => tables.has(type));
  const wanted = accounts === null ? mine : ofAccounts(mine, accounts);
  const lacking = firstPairs(difference(wanted, current), mostCreated);
  const created = await each(tables, lacking, (...at) => catalog.createPartitions(...at));
  const left = accounts === null ? new Map() : difference(current, ofAccounts(current, accounts));
  const dropped = await each(tables, left, (...at) => catalog.dropPartitions(...at));

  const registered = {
    ...formatCensus(withoutPairs(withPairs(current, created.done), dropped.done)),
    auditedAt: audits === undefined && books !== undefined ? books.auditedAt : now.toISOString(),
    shapes: { ...books?.shapes, ...Object.fromEntries([...tables].map(([type, { shape }]) => [type, shape])) },
  };
  const text = JSON.stringify(registered);
  if (text !== JSON.stringify(books)) await state.put(stateFiles.registered, text);
  return {
    created: count(created.done),
    updated: count(updated.done),
    dropped: count(dropped.done),
    foreign: [...(audits ?? [])].flatMap(([type, { foreign }]) => foreign.map((values) => `${type}/${values}`)),
    refused: [updated, created, dropped].flatMap(({ problems }) => problems),
  };
}

type Audits = ReadonlyMap<string, PartitionAudit>;

/** Of tables that stood before this pass: a new one has no partitions. */
async function auditAll(catalog: Catalog, tables: ReadonlyMap<string, EnsuredTable>): Promise<Audits> {
  const audits = new Map<string, PartitionAudit>();
  for (const [type, { definition, outcome }] of tables)
    if (outcome !== 'created') audits.set(type, auditPartitions(definition, await catalog.partitions(definition.Name)));
  return audits;
}

/** The partitions that stand, as an audit found them or as they are remembered. A table that had to be made anew has none, whatever we remember. */
function recall(
  books: RegisteredPartitions | undefined,
  tables: ReadonlyMap<string, EnsuredTable>,
  audits: Audits = new Map(),
): Census {
  const remembered = books === undefined ? emptyCensus : parseCensus(books);
  const kept = ofTypes(remembered, (type) => tables.get(type)?.outcome !== 'created' && !audits.has(type));
  return withPairs(kept, new Map([...audits].map(([type, { standing }]) => [type, standing])));
}

/** Partitions whose table has another shape by now, and those that lie elsewhere than their objects. */
function outOfStep(
  known: Census,
  tables: ReadonlyMap<string, EnsuredTable>,
  { books, audits }: { books: RegisteredPartitions | undefined; audits: Audits | undefined },
): PairsByType {
  const pairs = [...tables].map(([type, { shape }]): [string, readonly string[]] => {
    const astray = audits?.get(type)?.astray ?? [];
    return [type, books?.shapes[type] === shape ? astray : pairsOf(known, type)];
  });
  return new Map(pairs.filter(([, some]) => some.length > 0));
}

interface Done {
  readonly done: PairsByType;
  readonly refused: PairsByType;
  readonly problems: readonly string[];
}

async function each(
  tables: ReadonlyMap<string, EnsuredTable>,
  changes: PairsByType,
  act: (table: EnsuredTable['table'], partitions: readonly Partition[]) => Promise<RefusedPartition[]>,
): Promise<Done> {
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
    const answers = await act(kept.table, partitions);
    const not = new Set(answers.map(({ values }) => values.slice(0, 2).join('/')));
    problems.push(...answers.map(({ values, problem }) => `${type}/${values.join('/')}: ${problem}`));
    done.set(
      type,
      pairs.filter((pair) => !not.has(pair)),
    );
    refused.set(type, [...not]);
  }
  return { done, refused, problems };
}

function count(pairs: PairsByType): number {
  return [...pairs.values()].reduce((sum, some) => sum + some.length, 0);
}
