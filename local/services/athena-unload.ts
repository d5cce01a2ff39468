/** A query's result as Parquet objects ("UNLOAD", Athena user guide). */
import { QueryFailure } from './athena-failure.ts';
import { quote } from './athena-query.ts';
import { type Delegate, folderOf, listKeys, pathOf } from './athena-scan.ts';
import type { Warehouse } from './athena-warehouse.ts';
import type { Write } from './athena-write.ts';

/** By Athena's name of a compression, DuckDB's. Parquet's default is gzip. */
const COMPRESSIONS = { GZIP: 'gzip', NONE: 'uncompressed', SNAPPY: 'snappy', ZSTD: 'zstd' } as const;

/** "The maximum number of partitions that can be used with UNLOAD is 100." */
const MOST_PARTITIONS = 100;

interface Target extends Pick<Write, 'properties'> {
  readonly location: string;
  /** Whether data may lie there already, as it may for an UNLOAD by partitions. */
  readonly mayHoldData: boolean;
  /** In DuckDB's SQL. */
  readonly sql: string;
  /** Members of PutObject that encrypt. */
  readonly encryption: object;
  /** Of the object for a partition. */
  readonly nameOf: (partition: string) => string;
}

/** Gives the paths of what it wrote. Throws `QueryFailure`, and the engine's own errors. */
export async function runUnload(warehouse: Warehouse, delegate: Delegate, target: Target): Promise<string[]> {
  const { location, properties, sql } = target;
  const { keys } = properties;
  const folder = folderOf(location);
  if (!target.mayHoldData) await requireEmpty(delegate, folder, location);
  const names = await materialize(warehouse, sql, keys);
  const level = properties.compression_level === undefined ? '' : `, COMPRESSION_LEVEL ${properties.compression_level}`;
  const settings = `COMPRESSION ${COMPRESSIONS[properties.compression]}${level}`;
  const written: string[] = [];
  for (const values of await partitionsOf(warehouse, keys)) {
    const path = keys.map((key, index) => `${key}=${values[index] ?? '__HIVE_DEFAULT_PARTITION__'}/`).join('');
    const holds = keys.map(
      (key, index) => `CAST(${quote(key)} AS VARCHAR) IS NOT DISTINCT FROM ${literal(values[index])}`,
    );
    const part = `SELECT ${names.map(quote).join(', ')} FROM unloaded WHERE ${['true', ...holds].join(' AND ')}`;
    const Body = await warehouse.parquet.write(part, settings);
    const object = { Bucket: folder.Bucket, Key: `${folder.Prefix}${path}${target.nameOf(path)}` };
    await delegate.s3('PutObject', { ...object, Body, ContentType: 'application/octet-stream', ...target.encryption });
    written.push(pathOf(object));
  }
  return written;
}

/** "The TO destination must specify a location in Amazon S3 that has no data." */
async function requireEmpty(delegate: Delegate, folder: ReturnType<typeof folderOf>, location: string): Promise<void> {
  for await (const _ of listKeys(delegate, folder))
    throw new QueryFailure(
      'HIVE_PATH_ALREADY_EXISTS',
      `Target directory for table 'default.unload' already exists: ${location}. You may need to manually clean the data at location '${location}' before retrying. Athena will not delete data in your account.`,
    );
}

/** Keeps the result in the table `unloaded` with the types that Athena writes, and names the columns that go into objects. */
async function materialize(warehouse: Warehouse, sql: string, keys: readonly string[]): Promise<string[]> {
  const fields = await warehouse.describe(sql);
  const names = fields.map(({ name }) => name);
  const [columns, last] = [names.slice(0, names.length - keys.length), names.slice(names.length - keys.length)];
  if (last.join() !== keys.join() || columns.length === 0)
    throw new QueryFailure(
      'HIVE_COLUMN_ORDER_MISMATCH',
      `Partition keys must be the last columns in the table and in the same order as the table properties: [${keys.join(', ')}]`,
    );
  const unsupported = fields.find(({ type }) => /time zone|\btime\b|interval|unknown/.test(type));
  if (unsupported) throw new QueryFailure('NOT_SUPPORTED', `Unsupported Hive type: ${unsupported.type}`);
  const typed = fields.map(({ name, type }) =>
    type === 'bigint' ? `CAST(${quote(name)} AS BIGINT) AS ${quote(name)}` : quote(name),
  );
  await warehouse.connection.run(`CREATE OR REPLACE TEMP TABLE unloaded AS SELECT ${typed.join(', ')} FROM (${sql})`);
  return columns;
}

/** The values of each partition, or of none for a result as a whole; nothing for a result without rows, of which nothing is written. */
async function partitionsOf({ connection }: Warehouse, keys: readonly string[]): Promise<(string | null)[][]> {
  const values = keys.map((key) => `CAST(${quote(key)} AS VARCHAR)`);
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT ${['1', ...values].join(', ')} FROM unloaded ORDER BY ALL`,
  );
  const partitions = reader.getRows().map(([, ...row]) => row.map((value) => (value === null ? null : String(value))));
  if (partitions.length > MOST_PARTITIONS)
    throw new QueryFailure(
      'HIVE_TOO_MANY_OPEN_PARTITIONS',
      `Exceeded limit of ${MOST_PARTITIONS} open writers for partitions/buckets`,
    );
  return partitions;
}

function literal(value: string | null | undefined): string {
  return value === null || value === undefined ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
}
