/** DuckDB as the engine behind Athena: a schema for each Glue database, a table for each Glue table. */
import type { ColumnInfo } from '@aws-sdk/client-athena';
import { type DuckDBConnection, DuckDBInstance, VARCHAR } from '@duckdb/node-api';
import { MACRO_STATEMENTS } from './athena-functions.ts';
import { ParquetFiles } from './athena-parquet.ts';
import { readScanned, type ScannedQuery } from './athena-reading.ts';
import { columnInfo, renderValue, trinoType } from './athena-results.ts';
import type { Delegate } from './athena-scan.ts';
import { Tables } from './athena-tables.ts';
import type { Field } from './athena-view.ts';

/** One thread: the order of rows that no ORDER BY decides stays the same from run to run. The optimizers would hide from the plan what Athena reads. */
const SETTINGS = [
  "SET memory_limit = '1GB'",
  'SET threads = 1',
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  "SET temp_directory = ''",
  "SET TimeZone = 'UTC'",
  'SET integer_division = true',
  "SET lambda_syntax = 'ENABLE_SINGLE_ARROW'",
  "SET disabled_optimizers = 'statistics_propagation, common_subplan, join_elimination, late_materialization, materialized_cte, window_self_join'",
  'SET enable_external_access = false',
];

/** A result, streamed: its columns, then its rows as text. */
export interface Result {
  readonly columns: readonly ColumnInfo[];
  rows(): AsyncGenerator<(string | undefined)[]>;
}

export class Warehouse {
  readonly connection: DuckDBConnection;
  readonly tables: Tables;
  readonly parquet: ParquetFiles;
  readonly #instance: DuckDBInstance;

  static async open(): Promise<Warehouse> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const warehouse = new Warehouse(instance, connection);
    await connection.run(`SET allowed_directories = ['${warehouse.parquet.folder}/']`);
    for (const statement of [...SETTINGS, ...MACRO_STATEMENTS]) await connection.run(statement);
    return warehouse;
  }

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
    this.parquet = new ParquetFiles(connection);
    this.tables = new Tables(connection, this.parquet);
  }

  /** The columns of a result, without computing it. Throws the engine's own errors. */
  async describe(sql: string): Promise<Field[]> {
    const statement = await this.connection.prepare(sql);
    const describe = (_: unknown, index: number) => ({
      name: statement.columnName(index),
      type: trinoType(statement.columnType(index)),
    });
    const fields = Array.from({ length: statement.columnCount }, describe);
    statement.destroySync();
    return fields;
  }

  /** Brings what a query scans to the engine; gives the bytes scanned. Throws as `readScanned`. */
  read(delegate: Delegate, query: ScannedQuery): Promise<number> {
    return readScanned(this, delegate, query);
  }

  /** Throws the engine's own errors. */
  async run(sql: string): Promise<Result> {
    const result = await this.connection.stream(sql);
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
    this.connection.closeSync();
    this.#instance.closeSync();
    this.parquet.close();
  }
}
