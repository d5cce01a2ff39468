/** The Glue data catalog: tables are created or grown, partitions registered in batches. Nothing is ever deleted or narrowed. */
import {
  BatchCreatePartitionCommand,
  CreateTableCommand,
  type GlueClient,
  type PartitionInput,
  paginateGetTables,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { missingColumns, type PartitionDefinition, type TableDefinition } from '../core/catalog.ts';

/** The most partitions that BatchCreatePartition takes at once (Glue API reference). */
const BATCH = 100;

export type TableOutcome = 'created' | 'grown' | 'stands';

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
    for await (const { TableList = [] } of paginateGetTables(
      { client: this.#client },
      { DatabaseName: this.#database },
    )) {
      for (const {
        Name = '',
        Description,
        Owner,
        Retention,
        StorageDescriptor,
        PartitionKeys,
        TableType,
        Parameters,
      } of TableList)
        found.set(Name, {
          Name,
          Description,
          Owner,
          Retention,
          StorageDescriptor,
          PartitionKeys,
          TableType,
          Parameters,
        });
    }
    return found;
  }

  /** Makes sure that a table has at least the columns of its definition; other columns and settings of a standing table are left alone. */
  async ensureTable(definition: TableDefinition, standing: TableInput | undefined): Promise<TableOutcome> {
    const DatabaseName = this.#database;
    if (!standing) {
      await this.#client.send(new CreateTableCommand({ DatabaseName, TableInput: tableInput(definition) }));
      return 'created';
    }
    const columns = standing.StorageDescriptor?.Columns ?? [];
    const missing = missingColumns(
      definition.StorageDescriptor.Columns,
      columns.map(({ Name = '', Type = '' }) => ({ Name, Type })),
    );
    if (missing.length === 0) return 'stands';
    const StorageDescriptor = { ...standing.StorageDescriptor, Columns: [...columns, ...missing] };
    await this.#client.send(new UpdateTableCommand({ DatabaseName, TableInput: { ...standing, StorageDescriptor } }));
    return 'grown';
  }

  /** Registers partitions, 100 a call; one that stands already counts as registered. Returns what Glue refused, with its reason. */
  async createPartitions(tableName: string, partitions: readonly PartitionDefinition[]): Promise<string[]> {
    const refused: string[] = [];
    for (let start = 0; start < partitions.length; start += BATCH) {
      const { Errors = [] } = await this.#client.send(
        new BatchCreatePartitionCommand({
          DatabaseName: this.#database,
          TableName: tableName,
          PartitionInputList: partitions.slice(start, start + BATCH).map(partitionInput),
        }),
      );
      for (const { PartitionValues = [], ErrorDetail } of Errors)
        if (ErrorDetail?.ErrorCode !== 'AlreadyExistsException')
          refused.push(
            `${tableName}/${PartitionValues.join('/')}: ${ErrorDetail?.ErrorMessage ?? ErrorDetail?.ErrorCode}`,
          );
    }
    return refused;
  }
}

/** Our definitions are deeply read-only, the SDK's shapes are not. */
function tableInput(definition: TableDefinition): TableInput {
  return structuredClone(definition) as TableInput;
}

function partitionInput(definition: PartitionDefinition): PartitionInput {
  return structuredClone(definition) as PartitionInput;
}
