/** What a query reads of its tables, as the engine's own plan tells: the columns and the conditions that reach each scan. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { quote } from './athena-query.ts';

/** One scan of a table: Athena reads a table as often as a query scans it. */
export interface Scan {
  /** As the engine names it: `memory.database.table`. */
  readonly table: string;
  /** Also those that only a condition needs. */
  readonly needs: (column: string) => boolean;
  /** Each must hold, as far as it says something about partitions. */
  readonly filters: readonly string[];
}

interface PlanNode {
  readonly children: readonly PlanNode[];
  readonly extra_info: Readonly<Record<string, string | readonly string[]>>;
}

/** Throws the engine's own errors. */
export async function planScans(connection: DuckDBConnection, sql: string): Promise<Scan[]> {
  const reader = await connection.runAndReadAll(`EXPLAIN (FORMAT json) ${sql}`);
  const plan: readonly PlanNode[] = JSON.parse(String(reader.getRows()[0]?.[1]));
  return [...plan].flatMap(scansBelow);
}

function scansBelow({ children, extra_info }: PlanNode): Scan[] {
  const { Table, Projections = [], Filters = [] } = extra_info;
  const below = [...children].flatMap(scansBelow);
  if (typeof Table !== 'string') return below;
  const filters = [Filters].flat().map((filter) => filter.replace(/^optional: /, ''));
  // A part of a struct is projected as `column.part`; reserved words stand in quotes.
  const projected = new Set([Projections].flat().map((column) => unquoted(column).split('.')[0]));
  const compared = new Set(filters.flatMap((filter) => filter.match(/\w+/g) ?? []));
  const needs = (column: string) => projected.has(column) || compared.has(column);
  return [...below, { table: unquoted(Table), needs, filters }];
}

const unquoted = (name: string) => name.replaceAll('"', '');

interface Partitions {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Of each partition, in the order of the columns. */
  readonly values: readonly (readonly string[])[];
}

/** Which partitions, by their place in the list, the filters of a scan let pass; a filter that speaks of more than partition columns lets all of them pass. */
export async function prune(
  connection: DuckDBConnection,
  { columns, values }: Partitions,
  filters: readonly string[],
): Promise<Set<number>> {
  const kept = new Set(values.keys());
  if (columns.length === 0 || values.length === 0) return kept;
  const rows = values.map((row, place) => `(${[place, ...row.map(literal)].join(', ')})`);
  const names = ['place', ...columns.map((_, index) => `v${index}`)];
  const casts = columns.map(({ name, type }, index) => `CAST(v${index} AS ${type}) AS ${quote(name)}`);
  const partitions = `(SELECT place, ${casts.join(', ')} FROM (VALUES ${rows.join(', ')}) AS p (${names.join(', ')}))`;
  for (const filter of filters) {
    const passing = await placesOf(connection, `SELECT place FROM ${partitions} WHERE ${filter}`);
    for (const place of kept) if (passing?.has(place) === false) kept.delete(place);
  }
  return kept;
}

async function placesOf(connection: DuckDBConnection, sql: string): Promise<Set<number> | undefined> {
  try {
    const reader = await connection.runAndReadAll(sql);
    return new Set(reader.getRows().map(([place]) => Number(place)));
  } catch {
    return undefined;
  }
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
