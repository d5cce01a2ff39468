import { BATCH, type Catalog } from '../../aws/catalog.ts';
import type { StateBucket } from '../../aws/state-bucket.ts';
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
  withoutPairs,
  withPairs,
} from '../../core/partition-census.ts';
import { outOfStep, RegisteredPartitions, type ShapeSteps, takeStep } from '../../core/registered-partitions.ts';
import { stateFiles } from '../../core/run.ts';
import { type Audits, auditTables } from './audit-tables.ts';
import { changePartitions } from './change-partitions.ts';
import type { EnsuredTable } from './keep-tables.ts';

/** 2,000 calls of 0.3 s are 600 s of the 900 that a function has: what is left of a large fleet follows with the next passes. */
const mostCalls = 2_000;

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
export async function keepPartitions(parts: Parts): Promise<PartitionsKept> {
  const { state, catalog, tables, now } = parts;
  const books = await state.readJson(stateFiles.registered, RegisteredPartitions);
  const audits = await auditTables(catalog, tables, { auditedAt: books?.auditedAt ?? {}, now });
  const known = recall(books, tables, audits);
  const steps = { shapes: books?.shapes ?? {}, underway: books?.underway ?? {} };
  const stale = staleOf(known, tables, { steps, audits });

  const toUpdate = firstPairs(stale, { calls: mostCalls, size: BATCH.update });
  const updated = await changePartitions(tables, toUpdate.pairs, (...at) => catalog.updatePartitions(...at));
  // What cannot be updated is not there any more: it is made anew.
  const current = withoutPairs(known, updated.refused);
  const { lacking, left } = wantedOf(current, parts);
  const toCreate = firstPairs(lacking, { calls: toUpdate.calls, size: BATCH.create });
  const created = await changePartitions(tables, toCreate.pairs, (...at) => catalog.createPartitions(...at));
  const toDrop = firstPairs(left, { calls: toCreate.calls, size: BATCH.delete });
  const dropped = await changePartitions(tables, toDrop.pairs, (...at) => catalog.dropPartitions(...at));

  const registered = {
    ...formatCensus(withoutPairs(withPairs(current, created.done), dropped.done)),
    auditedAt: audits.auditedAt,
    ...stepsTaken(steps, tables, { stale, toUpdate: toUpdate.pairs }),
  };
  const text = JSON.stringify(registered);
  if (text !== JSON.stringify(books)) await state.put(stateFiles.registered, text);
  return {
    created: count(created.done),
    updated: count(updated.done),
    dropped: count(dropped.done),
    foreign: [...audits.byType].flatMap(([type, { foreign }]) => foreign.map((values) => `${type}/${values}`)),
    refused: [updated, created, dropped].flatMap(({ problems }) => problems),
  };
}

/** The partitions that stand, as an audit found them or as they are remembered. A table that had to be made anew has none, whatever we remember. */
function recall(
  books: RegisteredPartitions | undefined,
  tables: ReadonlyMap<string, EnsuredTable>,
  { byType }: Audits,
): Census {
  const remembered = books === undefined ? emptyCensus : parseCensus(books);
  const kept = ofTypes(remembered, (type) => tables.get(type)?.outcome !== 'created' && !byType.has(type));
  return withPairs(kept, new Map([...byType].map(([type, { standing }]) => [type, standing])));
}

/** Partitions whose table has another shape by now, and those that lie elsewhere than their objects. */
function staleOf(
  known: Census,
  tables: ReadonlyMap<string, EnsuredTable>,
  { steps, audits }: { steps: ShapeSteps; audits: Audits },
): PairsByType {
  const stale = new Map<string, string[]>();
  for (const [type, { shape }] of tables) {
    const behind = outOfStep(steps, { type, shape }, () => pairsOf(known, type));
    const pairs = new Set([...(audits.byType.get(type)?.astray ?? []), ...behind]);
    if (pairs.size > 0) stale.set(type, [...pairs].sort());
  }
  return stale;
}

function stepsTaken(
  steps: ShapeSteps,
  tables: ReadonlyMap<string, EnsuredTable>,
  { stale, toUpdate }: { stale: PairsByType; toUpdate: PairsByType },
): ShapeSteps {
  let taken = steps;
  for (const [type, { shape }] of tables)
    taken = takeStep(taken, { type, shape }, { left: stale.get(type) ?? [], done: toUpdate.get(type) ?? [] });
  return taken;
}

/** What has objects and no partition, and what has a partition whose account left. */
function wantedOf(current: Census, { tables, observed, accounts }: Parts): { lacking: PairsByType; left: PairsByType } {
  const mine = ofTypes(observed, (type) => tables.has(type));
  if (accounts === null) return { lacking: difference(mine, current), left: new Map() };
  return {
    lacking: difference(ofAccounts(mine, accounts), current),
    left: difference(current, ofAccounts(current, accounts)),
  };
}

function count(pairs: PairsByType): number {
  return [...pairs.values()].reduce((sum, some) => sum + some.length, 0);
}
