/** DuckDB as the engine behind Athena: a schema for each Glue database, a table for each Glue table. */
import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { Table } from '@aws-sdk/client-glue';
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance, type DuckDBType, VARCHAR } from '@duckdb/node-api';
import { QueryFailure } from './athena-failure.ts';
import { MACRO_STATEMENTS } from './athena-functions.ts';
import { qualifiedName, quote, type TableName } from './athena-query.ts';
import { columnInfo, renderValue } from './athena-results.ts';
import { columnsOf } from './athena-scan.ts';
import { openXSerDe, type ReadLine } from './athena-serde.ts';
import { columnType, columnValue } from './athena-types.ts';

/** One thread: the order of rows that no ORDER BY decides stays the same from run to run. */
const SETTINGS = [
  "SET memory_limit = '1GB'",
  'SET threads = 1',
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  "SET temp_directory = ''",
  "SET TimeZone = 'UTC'",
  'SET integer_division = true',
  "SET lambda_syntax = 'ENABLE_SINGLE_ARROW'",
  'SET enable_external_access = false',
];

/** The lines of one object and the values of the partition it lies in. */
export interface Lines {
  readonly text: string;
  readonly values: readonly string[];
}

/** A result, streamed: its columns, then its rows as text. */
export interface Result {
  readonly columns: readonly ColumnInfo[];
  rows(): AsyncGenerator<(string | undefined)[]>;
}

export class Warehouse {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  /** What each table was built from. */
  readonly #loaded = new Map<string, string>();

  static async open(): Promise<Warehouse> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    for (const statement of [...SETTINGS, ...MACRO_STATEMENTS]) await connection.run(statement);
    return new Warehouse(instance, connection);
  }

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  holds(name: TableName, signature: string): boolean {
    return this.#loaded.get(qualifiedName(name)) === signature;
  }

  /** Builds the table anew. Throws `QueryFailure` for rows that its SerDe cannot read. */
  async load(name: TableName, table: Table, { signature, files }: { signature: string; files: AsyncIterable<Lines> }) {
    const qualified = qualifiedName(name);
    this.#loaded.delete(qualified);
    const { Columns = [], SerdeInfo } = table.StorageDescriptor ?? {};
    const readLine = openXSerDe(
      Columns.map(({ Name = '' }) => Name),
      SerdeInfo?.Parameters ?? {},
    );
    const columns = columnsOf(table).map(
      ({ Name = '', Type = 'string' }) => `${quote(Name)} ${columnType(Type.toLowerCase())}`,
    );
    await this.#connection.run(`CREATE SCHEMA IF NOT EXISTS ${quote(name.database)}`);
    await this.#connection.run(`CREATE OR REPLACE TABLE ${qualified} (${columns.join(', ')})`);
    const appender = await this.#connection.createAppender(name.table, name.database);
    const types = columns.map((_, index) => appender.columnType(index));
    try {
      for await (const { text, values } of files)
        for (const row of rowsOf(text, readLine)) append(appender, types, [...row, ...values]);
    } catch (error) {
      appender.clear();
      throw error;
    } finally {
      appender.closeSync();
    }
    this.#loaded.set(qualified, signature);
  }

  /** Throws the engine's own errors. */
  async run(sql: string): Promise<Result> {
    const result = await this.#connection.stream(sql);
    const types = result.columnTypes();
    return {
      columns: result.columnNames().map((name, index) => columnInfo(name, types[index])),
      async *rows() {
        for await (const chunk of result.yieldRows())
          for (const row of chunk) yield row.map((value, index) => renderValue(value, types[index] ?? VARCHAR));
      },
    };
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

function* rowsOf(text: string, readLine: ReadLine) {
  for (const line of text.split('\n')) {
    const row = line.trim() === '' ? undefined : readLine(line);
    if (row) yield row;
  }
}

function append(appender: DuckDBAppender, types: readonly DuckDBType[], row: readonly unknown[]): void {
  for (const [index, type] of types.entries()) {
    const value = columnValue(row[index], type);
    if (value === null) appender.appendNull();
    else if (typeof value === 'string') appendText(appender, value);
    else appender.appendValue(value, type);
  }
  appender.endRow();
}

/** The engine converts the text to the column's type. */
function appendText(appender: DuckDBAppender, text: string): void {
  try {
    appender.appendVarchar(text);
  } catch (cause) {
    const reason = `Error Parsing a column in the table: For input string: "${text}"`;
    throw new QueryFailure('HIVE_BAD_DATA', reason, { cause });
  }
}
