/** Parquet through DuckDB, which reads and writes files of one folder of its own only. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { QueryFailure } from './athena-failure.ts';
import { quote } from './athena-query.ts';

/** Pairs of types in a file and in a table, numbers that widen. */
const READABLE = new Set(['INTEGER BIGINT', 'FLOAT DOUBLE']);
/** Parquet's own name of a type in messages. */
const PHYSICAL: Readonly<Record<string, string>> = {
  VARCHAR: 'BINARY',
  INTEGER: 'INT32',
  BIGINT: 'INT64',
  DATE: 'INT32',
  TIMESTAMP: 'INT64',
};

export class ParquetFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'muster-athena-'));
  readonly #connection: DuckDBConnection;
  readonly #file = join(this.folder, 'object.parquet');

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** The result of a query as one object; `settings` are COPY's. */
  async write(sql: string, settings: string): Promise<Uint8Array> {
    await this.#connection.run(`COPY (${sql}) TO '${this.#file}' (FORMAT parquet, ${settings})`);
    return readFileSync(this.#file);
  }

  /**
   * Appends an object to a table whose last columns are the partition's values; columns are found by name, missing ones are null
   * ("Handle schema updates", Athena user guide). Gives the bytes of each column. Throws `QueryFailure` HIVE_BAD_DATA.
   */
  async append(table: string, path: string, { body, values }: { body: Uint8Array; values: readonly string[] }) {
    writeFileSync(this.#file, body);
    const object = `read_parquet('${this.#file}')`;
    const stored = await this.#typesOf(`SELECT * FROM ${object}`).catch((cause: unknown) => {
      throw new QueryFailure('HIVE_BAD_DATA', `Not valid Parquet file: ${path}`, { cause });
    });
    const columns = [...(await this.#typesOf(table))].slice(0, values.length > 0 ? -values.length : undefined);
    const selected = columns.map(([name, type]) => {
      const given = stored.get(name) ?? type;
      if (given !== type && !READABLE.has(`${given} ${type}`))
        throw new QueryFailure(
          'HIVE_BAD_DATA',
          `Field ${name}'s type ${PHYSICAL[given] ?? given} in parquet file ${path} is incompatible with type ${type.toLowerCase()} defined in table schema`,
        );
      return stored.has(name) ? quote(name) : 'NULL';
    });
    const literals = values.map((value) => `'${value.replaceAll("'", "''")}'`);
    await this.#connection.run(`INSERT INTO ${table} SELECT ${[...selected, ...literals].join(', ')} FROM ${object}`);
    return this.#sizes();
  }

  /** By name in lower case, in order. */
  async #typesOf(relation: string): Promise<Map<string, string>> {
    const reader = await this.#connection.runAndReadAll(`DESCRIBE ${relation}`);
    return new Map(reader.getRows().map(([name, type]) => [String(name).toLowerCase(), String(type)]));
  }

  /** A nested column has a chunk for each of its leaves. */
  async #sizes(): Promise<Map<string, number>> {
    const sql = `SELECT lower(split_part(path_in_schema, ', ', 1)), sum(total_compressed_size) FROM parquet_metadata('${this.#file}') GROUP BY 1`;
    const reader = await this.#connection.runAndReadAll(sql);
    return new Map(reader.getRows().map(([name, size]) => [String(name), Number(size)]));
  }
}
