/** The table that CREATE TABLE AS makes over what it wrote ("CREATE TABLE AS", Athena user guide). */
import type { GetTableCommandOutput } from '@aws-sdk/client-glue';
import { QueryFailure } from './athena-failure.ts';
import type { Delegate } from './athena-scan.ts';
import type { Field } from './athena-view.ts';

interface NewTable {
  readonly DatabaseName: string;
  readonly Name: string;
}

/** Throws `QueryFailure` TABLE_ALREADY_EXISTS. */
export async function requireNew(delegate: Delegate, table: NewTable): Promise<void> {
  if (await delegate.glue<GetTableCommandOutput>('GetTable', table))
    throw new QueryFailure(
      'TABLE_ALREADY_EXISTS',
      `line 1:1: Destination table 'awsdatacatalog.${table.DatabaseName}.${table.Name}' already exists`,
    );
}

interface Written {
  /** With a slash at the end. */
  readonly location: string;
  readonly fields: readonly Field[];
  /** How many of the last fields are partition keys. */
  readonly keys: number;
  /** Of the objects. */
  readonly paths: readonly string[];
}

export async function registerTable(
  delegate: Delegate,
  { DatabaseName, Name }: NewTable,
  written: Written,
): Promise<void> {
  const { location: Location, fields, keys, paths } = written;
  const columns = fields.map(({ name, type }) => ({ Name: name, Type: hiveType(type) }));
  const parquet = 'org.apache.hadoop.hive.ql.io.parquet';
  const StorageDescriptor = {
    Columns: columns.slice(0, columns.length - keys),
    Location,
    InputFormat: `${parquet}.MapredParquetInputFormat`,
    OutputFormat: `${parquet}.MapredParquetOutputFormat`,
    SerdeInfo: { SerializationLibrary: `${parquet}.serde.ParquetHiveSerDe` },
  };
  const TableInput = {
    Name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
    PartitionKeys: columns.slice(columns.length - keys),
    StorageDescriptor,
  };
  await delegate.glue('CreateTable', { DatabaseName, TableInput });
  const folders = new Set(keys === 0 ? [] : paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  const PartitionInputList = [...folders].map((folder) => ({
    Values: folder
      .slice(Location.length, -1)
      .split('/')
      .map((part) => part.slice(part.indexOf('=') + 1)),
    StorageDescriptor: { ...StorageDescriptor, Location: folder },
  }));
  // No more than a batch takes: a statement writes at most 100 partitions.
  if (folders.size > 0)
    await delegate.glue('BatchCreatePartition', { DatabaseName, TableName: Name, PartitionInputList });
}

const HIVE: Readonly<Record<string, string>> = { varchar: 'string', integer: 'int', real: 'float' };

/** `map(varchar, row(a integer))` is `map<string,struct<a:int>>`. */
function hiveType(trino: string): string {
  const scalars = trino
    .replaceAll(/\b(varchar|integer|real)\b/g, (name) => HIVE[name] ?? name)
    .replaceAll('timestamp(3)', 'timestamp')
    .replaceAll(/decimal\((\d+),(\d+)\)/g, 'decimal[$1;$2]');
  return nested(scalars).replaceAll(/\[(\d+);(\d+)\]/g, '($1,$2)');
}

function nested(type: string): string {
  const inner = type.replaceAll(/(array|map|row)\(([^()]*)\)/g, (_, kind: string, parts: string) => {
    const members = parts.split(', ').map((part) => (kind === 'row' ? part.replace(' ', ':') : part));
    return `${kind === 'row' ? 'struct' : kind}<${members.join(',')}>`;
  });
  return inner === type ? type : nested(inner);
}
