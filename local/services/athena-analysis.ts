/** From the names in a query to tables and views that the engine knows, as the caller may see them. */
import type { Table } from '@aws-sdk/client-glue';
import { engineFailure, QueryFailure } from './athena-failure.ts';
import { parse, SyntaxRefused } from './athena-grammar.ts';
import { type Query, quote, readQuery, type TableName } from './athena-query.ts';
import { columnsOf, type Delegate, describeTable } from './athena-scan.ts';
import { coercionOf, type PrestoView, readView, staleness } from './athena-view.ts';
import type { Warehouse } from './athena-warehouse.ts';

export interface Source {
  readonly name: TableName;
  readonly table: Table;
}

export class Analysis {
  /** The tables below all views. */
  readonly sources: Source[] = [];
  readonly #warehouse: Warehouse;
  readonly #delegate: Delegate;
  readonly #now: Date;
  /** Columns of what has been looked up, by qualified name. */
  readonly #columns = new Map<string, readonly string[]>();

  constructor(warehouse: Warehouse, delegate: Delegate, now: Date) {
    this.#warehouse = warehouse;
    this.#delegate = delegate;
    this.#now = now;
  }

  /** Throws `QueryFailure`. `within` are the views that lead to the query. */
  async resolve(query: Query, within: readonly string[] = []): Promise<void> {
    const columns: string[] = [];
    for (const name of query.tables) columns.push(...(await this.#lookUp(name, within)));
    query.refuseAliases(new Set(columns));
  }

  async #lookUp(name: TableName, within: readonly string[]): Promise<readonly string[]> {
    const qualified = `${name.database}.${name.table}`;
    const known = this.#columns.get(qualified);
    if (known) return known;
    if (within.includes(qualified)) throw new QueryFailure('VIEW_IS_RECURSIVE', `${name.at}: View is recursive`);
    const table = await describeTable(this.#delegate, name);
    const view = readView(table);
    if (view) await this.#define(name, view, [...within, qualified]);
    else {
      await this.#warehouse.tables.declare(name, table);
      this.sources.push({ name, table });
    }
    const columns = view ? view.columns.map((column) => column.name) : columnsOf(table).map(({ Name = '' }) => Name);
    this.#columns.set(qualified, columns);
    return columns;
  }

  async #define(name: TableName, view: PrestoView, within: readonly string[]): Promise<void> {
    const query = await this.#readStored(name, view, within);
    const given = await this.#warehouse.describe(query.duckdb).catch((error: unknown) => {
      throw invalidView(name, 'analyzing', engineFailure(error, query.locate).detail);
    });
    const stale = staleness(view.columns, given);
    if (stale)
      throw new QueryFailure(
        'VIEW_IS_STALE',
        `${name.at}: View '${pathOf(name)}' is stale or in invalid state: ${stale}`,
      );
    const columns = view.columns.map((column, index) => {
      const type = coercionOf(given[index]?.type ?? '', column.type);
      return type ? `CAST(c${index} AS ${type}) AS ${quote(column.name)}` : `c${index} AS ${quote(column.name)}`;
    });
    const names = columns.map((_, index) => `c${index}`).join(', ');
    await this.#warehouse.tables.createView(
      name,
      `SELECT ${columns.join(', ')} FROM (${query.duckdb}) AS v (${names})`,
    );
  }

  /** What is wrong within a view is told as the view's fault, permissions apart. */
  async #readStored(name: TableName, { originalSql, schema }: PrestoView, within: readonly string[]): Promise<Query> {
    try {
      const tree = await parse(originalSql, 'TrinoSQL');
      const query = readQuery(originalSql, tree, { database: schema.toLowerCase(), now: this.#now });
      await this.resolve(query, within);
      return query;
    } catch (error) {
      if (error instanceof SyntaxRefused) throw invalidView(name, 'parsing', error.message);
      if (error instanceof QueryFailure && /^line \d/.test(error.detail))
        throw invalidView(name, 'analyzing', error.detail);
      throw error;
    }
  }
}

const pathOf = ({ database, table }: TableName) => `awsdatacatalog.${database}.${table}`;

function invalidView(name: TableName, doing: string, detail: string): QueryFailure {
  return new QueryFailure('INVALID_VIEW', `${name.at}: Failed ${doing} stored view '${pathOf(name)}': ${detail}`);
}
