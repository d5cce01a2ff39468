/** The Glue data catalog: tables are created or grown, partitions registered, kept in step and dropped in batches. No table is ever deleted or narrowed. */
import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  BatchUpdatePartitionCommand,
  CreateTableCommand,
  type ErrorDetail,
  type GlueClient,
  type PartitionInput,
  paginateGetPartitions,
  paginateGetTables,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import type { Partition, TableDefinition } from '../core/catalog.ts';
import { compareTable, type StandingTable, shapeOf } from '../core/table-comparison.ts';

/** The most partitions that a call takes (Glue API reference). */
export const BATCH = { create: 100, update: 100, delete: 25 };

export interface KeptTable {
  readonly outcome: 'created' | 'grown' | 'stands';
  /** As it stands now: what its partitions take after. */
  readonly table: TableInput;
  /** Another one whenever its partitions have to be brought in step. */
  readonly shape: string;
  /** What somebody changed by hand. */
  readonly edits: readonly string[];
  /** Whether it is somebody else's by now, so that it is left alone. */
  readonly isForeign: boolean;
}

/** A partition that Glue refused, and why. */
export interface RefusedPartition {
  readonly values: readonly string[];
  readonly problem: string;
}

type Refusal = { PartitionValues?: string[] | undefined; ErrorDetail?: ErrorDetail | undefined };

export class Catalog {
  readonly #client: GlueClient;
  readonly #database: string;

  constructor(client: GlueClient, databaseName: string) {
    this.#client = client;
    this.#database = databaseName;
  }

  /** Every table of the database by name: what UpdateTable may be given back (Table holds more than TableInput takes). */
  async tables(): Promise<Map<string, TableInput>> {
    const found = new Map<string, TableInput>();
    const where = { DatabaseName: this.#database };
    for await (const { TableList = [] } of paginateGetTables({ client: this.#client }, where))
      for (const table of TableList) {
        const { Name = '', Description, Owner, Retention, StorageDescriptor, PartitionKeys } = table;
        const { TableType, Parameters } = table;
        const about = { Name, Description, Owner, Retention, TableType, Parameters };
        found.set(Name, { ...about, StorageDescriptor, PartitionKeys });
      }
    return found;
  }

  /** Makes sure that a table has at least the columns and SerDe properties of its definition; all else of a standing one is left alone. */
  async ensureTable(definition: TableDefinition, standing: TableInput | undefined): Promise<KeptTable> {
    const DatabaseName = this.#database;
    if (!standing) {
      const table = tableInput(definition);
      await this.#client.send(new CreateTableCommand({ DatabaseName, TableInput: table }));
      return { ...kept('created', table), edits: [], isForeign: false };
    }
    const { missingColumns, missingProperties, ...about } = compareTable(definition, standingTable(standing));
    const isWhole = missingColumns.length === 0 && Object.keys(missingProperties).length === 0;
    if (isWhole || about.isForeign) return { ...kept('stands', standing), ...about };
    const { StorageDescriptor: descriptor } = standing;
    const StorageDescriptor = {
      ...descriptor,
      Columns: [...(descriptor?.Columns ?? []), ...missingColumns],
      SerdeInfo: {
        ...descriptor?.SerdeInfo,
        Parameters: { ...descriptor?.SerdeInfo?.Parameters, ...missingProperties },
      },
    };
    const table = { ...standing, StorageDescriptor };
    await this.#client.send(new UpdateTableCommand({ DatabaseName, TableInput: table }));
    return { ...kept('grown', table), ...about };
  }

  /** Every partition of a table. */
  async partitions(TableName: string): Promise<Partition[]> {
    const found: Partition[] = [];
    const where = { DatabaseName: this.#database, TableName, ExcludeColumnSchema: true };
    for await (const { Partitions = [] } of paginateGetPartitions({ client: this.#client }, where))
      for (const { Values = [], StorageDescriptor } of Partitions)
        found.push({ values: Values, location: StorageDescriptor?.Location ?? '' });
    return found;
  }

  /** One that stands already counts as registered. */
  createPartitions(table: TableInput, partitions: readonly Partition[]): Promise<RefusedPartition[]> {
    return this.#inBatches(BATCH.create, partitions, async (batch) => {
      const PartitionInputList = batch.map((partition) => partitionInput(table, partition));
      const { Errors = [] } = await this.#client.send(
        new BatchCreatePartitionCommand({ ...this.#at(table), PartitionInputList }),
      );
      return Errors.filter(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== 'AlreadyExistsException');
    });
  }

  /** A partition has columns and properties of its own, which do not follow the table's by themselves (Athena user guide, "Update tables with partitions"). */
  updatePartitions(table: TableInput, partitions: readonly Partition[]): Promise<RefusedPartition[]> {
    return this.#inBatches(BATCH.update, partitions, async (batch) => {
      const Entries = batch.map((partition) => ({
        PartitionValueList: [...partition.values],
        PartitionInput: partitionInput(table, partition),
      }));
      const { Errors = [] } = await this.#client.send(new BatchUpdatePartitionCommand({ ...this.#at(table), Entries }));
      return Errors.map(({ PartitionValueList: PartitionValues, ErrorDetail }) => ({ PartitionValues, ErrorDetail }));
    });
  }

  /** From the catalog only, never their objects. One that is gone already counts as dropped. */
  dropPartitions(table: TableInput, partitions: readonly Partition[]): Promise<RefusedPartition[]> {
    return this.#inBatches(BATCH.delete, partitions, async (batch) => {
      const PartitionsToDelete = batch.map(({ values }) => ({ Values: [...values] }));
      const { Errors = [] } = await this.#client.send(
        new BatchDeletePartitionCommand({ ...this.#at(table), PartitionsToDelete }),
      );
      return Errors.filter(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== 'EntityNotFoundException');
    });
  }

  #at({ Name: TableName }: TableInput) {
    return { DatabaseName: this.#database, TableName };
  }

  /** A batch answers for each partition: one that is refused does not hold up the others. */
  async #inBatches(
    size: number,
    partitions: readonly Partition[],
    send: (batch: readonly Partition[]) => Promise<Refusal[]>,
  ): Promise<RefusedPartition[]> {
    const refused: RefusedPartition[] = [];
    for (let start = 0; start < partitions.length; start += size)
      for (const { PartitionValues: values = [], ErrorDetail } of await send(partitions.slice(start, start + size)))
        refused.push({ values, problem: ErrorDetail?.ErrorMessage ?? ErrorDetail?.ErrorCode ?? 'refused' });
    return refused;
  }
}

function kept(outcome: KeptTable['outcome'], table: TableInput) {
  return { outcome, table, shape: shapeOf(standingTable(table)) };
}

function standingTable({ StorageDescriptor, PartitionKeys = [] }: TableInput): StandingTable {
  const {
    Columns = [],
    Location = '',
    SerdeInfo: { SerializationLibrary = '', Parameters = {} } = {},
  } = StorageDescriptor ?? {};
  const plain = (columns: typeof Columns) => columns.map(({ Name = '', Type = '' }) => ({ Name, Type }));
  return {
    columns: plain(Columns),
    partitionKeys: plain(PartitionKeys),
    location: Location,
    serde: SerializationLibrary,
    properties: Parameters,
  };
}

/** Our definitions are deeply read-only, the SDK's shapes are not. */
function tableInput(definition: TableDefinition): TableInput {
  return structuredClone(definition) as TableInput;
}

function partitionInput({ StorageDescriptor }: TableInput, { values, location }: Partition): PartitionInput {
  return { Values: [...values], StorageDescriptor: { ...StorageDescriptor, Location: location } };
}
