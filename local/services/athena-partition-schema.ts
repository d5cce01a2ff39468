/** Rows of a partition are read by its own columns and SerDe properties, which do not follow the table's ("Update tables with partitions", Athena user guide). */
import type { StorageDescriptor, Table } from '@aws-sdk/client-glue';
import { QueryFailure } from './athena-failure.ts';
import type { TableName } from './athena-query.ts';
import { openXSerDe } from './athena-serde.ts';

/** What a partition says of itself; one that names no columns has its table's. */
export interface PartitionSchema {
  readonly descriptor: StorageDescriptor | undefined;
  /** Another one whenever rows may read differently. */
  readonly shape: string;
}

export function partitionSchema(descriptor: StorageDescriptor | undefined): PartitionSchema {
  return { descriptor, shape: JSON.stringify([descriptor?.Columns, descriptor?.SerdeInfo?.Parameters]) };
}

/**
 * "For CSV, JSON, and Avro, Athena uses an index-based schema validation": the types of columns at the same place must agree. Which types are
 * compatible is not listed; any that are not the same are refused.
 */
export function requireMatch(
  name: TableName,
  { table, values, descriptor }: { table: Table; values: readonly string[] } & Pick<PartitionSchema, 'descriptor'>,
): void {
  for (const [index, column] of (table.StorageDescriptor?.Columns ?? []).entries()) {
    const own = descriptor?.Columns?.[index];
    if (own === undefined || own.Type?.toLowerCase() === column.Type?.toLowerCase()) continue;
    const partition = (table.PartitionKeys ?? []).map(({ Name }, key) => `${Name}=${values[key]}`).join('/');
    throw new QueryFailure(
      'HIVE_PARTITION_SCHEMA_MISMATCH',
      `There is a mismatch between the table and partition schemas. The types are incompatible and cannot be coerced. The column '${column.Name}' in table '${name.database}.${name.table}' is declared as type '${column.Type}', but partition '${partition}' declared column '${own.Name}' as type '${own.Type}'.`,
    );
  }
}

/** The JSON values of a line in the order of the table's columns; those that the partition does not have are null. Throws `QueryFailure` HIVE_CURSOR_ERROR. */
export function lineReader(
  { StorageDescriptor: whole }: Table,
  descriptor: StorageDescriptor | undefined,
): (line: string) => unknown[] {
  const count = whole?.Columns?.length ?? 0;
  const { Columns: columns = [], SerdeInfo } = descriptor?.Columns ? descriptor : (whole ?? {});
  const read = openXSerDe(
    columns.map(({ Name = '' }) => Name),
    SerdeInfo?.Parameters ?? {},
  );
  return (line) => {
    const row = read(line);
    return Array.from({ length: count }, (_, index) => row[index] ?? null);
  };
}
