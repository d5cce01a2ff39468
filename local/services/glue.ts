/** The Glue Data Catalog of the hub: databases, tables and partitions with Glue's paging, batch limits and permissions. */
import type * as sdk from '@aws-sdk/client-glue';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operationsNeeding, type Service } from '../cloud/service.ts';
import { ownNeed } from './need.ts';
import { takePage } from './page.ts';

/** The most partitions that a batch takes (Glue API reference). */
const MOST_IN_BATCH = { BatchCreatePartition: 100, BatchUpdatePartition: 100, BatchDeletePartition: 25 };
/** What pages of GetPartitions and GetTables hold (Glue API reference). */
const refuse = () => new AwsFault('InvalidInputException', 'Invalid NextToken or MaxResults');
const PARTITION_PAGES = { most: 1000, refuse };
const TABLE_PAGES = { most: 100, refuse };

interface StoredTable {
  readonly partitions: Map<string, sdk.Partition>;
  table: sdk.Table;
}

/** Names are case-insensitive: Glue folds them to lower case. */
class Databases extends Map<string, Map<string, StoredTable>> {
  tablesOf(name = ''): Map<string, StoredTable> {
    const tables = this.get(name.toLowerCase());
    if (!tables) throw new AwsFault('EntityNotFoundException', `Database ${name} not found.`);
    return tables;
  }

  table(database: string | undefined, name = ''): StoredTable {
    const stored = this.tablesOf(database).get(name.toLowerCase());
    if (!stored) throw new AwsFault('EntityNotFoundException', `Table ${name} not found.`);
    return stored;
  }

  /** With the key it is stored under. */
  partition({ DatabaseName, TableName, PartitionValues: Values }: PartitionAddress) {
    const { partitions } = this.table(DatabaseName, TableName);
    const key = keyOf({ Values });
    const partition = partitions.get(key);
    if (!partition) throw new AwsFault('EntityNotFoundException', 'Partition not found.');
    return { partitions, key, partition };
  }
}

interface PartitionAddress extends Pick<Address, 'DatabaseName' | 'TableName'> {
  readonly PartitionValues?: string[] | undefined;
}

/** How operations say which database and which table they mean. */
interface Address {
  readonly DatabaseName?: string | undefined;
  readonly DatabaseInput?: sdk.DatabaseInput | undefined;
  readonly Name?: string | undefined;
  readonly TableName?: string | undefined;
  readonly TableInput?: sdk.TableInput | undefined;
}

type TableSettings = Pick<sdk.CreateTableCommandInput, 'DatabaseName' | 'TableInput'>;

export class Glue implements Service {
  readonly name = 'glue';
  readonly #cloud: Cloud;
  readonly #databases = new Databases();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  createDatabase(name: string): void {
    this.#databases.set(name.toLowerCase(), new Map());
  }

  createTable(account: string, input: TableSettings): object {
    const tables = this.#databases.tablesOf(input.DatabaseName);
    const table = { ...this.#stored(account, input), CreateTime: this.#cloud.clock.now() };
    const name = table.Name ?? '';
    if (tables.has(name)) throw new AwsFault('AlreadyExistsException', `Table already exists: ${name}`);
    tables.set(name, { table, partitions: new Map() });
    return {};
  }

  databases(): { name: string; tables: { name: string; columns: number; partitions: number }[] }[] {
    return [...this.#databases].map(([name, stored]) => {
      const tables = [...stored].map(
        ([
          table,
          {
            table: { StorageDescriptor },
            partitions,
          },
        ]) => {
          return { name: table, columns: StorageDescriptor?.Columns?.length ?? 0, partitions: partitions.size };
        },
      );
      return { name, tables };
    });
  }

  readonly operations = operationsNeeding<typeof sdk>((input, call) => this.#needs(input, call), {
    CreateDatabase: ({ DatabaseInput: { Name = '' } = {} }) => {
      if (this.#databases.has(Name.toLowerCase()))
        throw new AwsFault('AlreadyExistsException', 'Database already exists.');
      this.createDatabase(Name);
      return {};
    },
    GetDatabase: ({ Name }) => {
      this.#databases.tablesOf(Name);
      return { Database: { Name } };
    },
    GetTable: ({ DatabaseName, Name }) => ({ Table: this.#databases.table(DatabaseName, Name).table }),
    GetTables: (input) => {
      const all = [...this.#databases.tablesOf(input.DatabaseName).values()].map(({ table }) => table);
      const { page, NextToken } = takePage(all, input, TABLE_PAGES);
      return { TableList: page, NextToken };
    },
    CreateTable: (input, { caller }) => this.createTable(accountOf(caller), input),
    UpdateTable: (input, { caller }) => {
      const stored = this.#databases.table(input.DatabaseName, input.TableInput?.Name);
      stored.table = this.#stored(accountOf(caller), input);
      return {};
    },
    BatchCreatePartition: ({ PartitionInputList = [], ...at }, { operation }) => ({
      Errors: eachOf(operation, PartitionInputList, (input) => this.#createPartition(at, input)),
    }),
    BatchUpdatePartition: ({ Entries = [], ...at }, { operation }) => {
      const entries = Entries.map(({ PartitionValueList: Values, PartitionInput }) => ({ Values, PartitionInput }));
      const Errors = eachOf(operation, entries, ({ Values, PartitionInput }) =>
        this.#updatePartition({ ...at, PartitionValues: Values }, PartitionInput),
      );
      return {
        Errors: Errors.map(({ PartitionValues, ErrorDetail }) => ({
          PartitionValueList: PartitionValues,
          ErrorDetail,
        })),
      };
    },
    BatchDeletePartition: ({ PartitionsToDelete = [], ...at }, { operation }) => ({
      Errors: eachOf(operation, PartitionsToDelete, ({ Values }) =>
        this.#deletePartition({ ...at, PartitionValues: Values }),
      ),
    }),
    UpdatePartition: ({ PartitionValueList, PartitionInput, ...at }) =>
      this.#updatePartition({ ...at, PartitionValues: PartitionValueList }, PartitionInput),
    DeletePartition: (input) => this.#deletePartition(input),
    GetPartition: (input) => ({ Partition: this.#databases.partition(input).partition }),
    GetPartitions: (input) => {
      refuseOptions(input, ['Expression', 'TransactionId', 'QueryAsOfTime']);
      const { partitions } = this.#databases.table(input.DatabaseName, input.TableName);
      const { SegmentNumber = 0, TotalSegments = 1 } = input.Segment ?? {};
      const all = [...partitions].sort(([a], [b]) => (a < b ? -1 : 1));
      const segment = all.filter((_, index) => index % TotalSegments === SegmentNumber);
      const { page, NextToken } = takePage(segment, input, PARTITION_PAGES);
      const shown = page.map(([, partition]) => (input.ExcludeColumnSchema ? withoutColumns(partition) : partition));
      return { Partitions: shown, NextToken };
    },
  });

  #createPartition({ DatabaseName, TableName }: Address, input: sdk.PartitionInput): object {
    const { partitions, table } = this.#databases.table(DatabaseName, TableName);
    requireKeys(table, input);
    if (partitions.has(keyOf(input))) throw new AwsFault('AlreadyExistsException', 'Partition already exists.');
    partitions.set(keyOf(input), { ...input, DatabaseName, TableName, CreationTime: this.#cloud.clock.now() });
    return {};
  }

  /** The input takes the place of all that was said of the partition, its values too. */
  #updatePartition(at: PartitionAddress, given: sdk.PartitionInput | undefined): object {
    const { partitions, key, partition } = this.#databases.partition(at);
    const { DatabaseName, TableName, CreationTime } = partition;
    const input = { Values: partition.Values, ...given };
    requireKeys(this.#databases.table(DatabaseName, TableName).table, input);
    if (keyOf(input) !== key && partitions.has(keyOf(input)))
      throw new AwsFault('AlreadyExistsException', 'Partition already exists.');
    partitions.delete(key);
    partitions.set(keyOf(input), { ...input, DatabaseName, TableName, CreationTime });
    return {};
  }

  #deletePartition(at: PartitionAddress): object {
    const { partitions, key } = this.#databases.partition(at);
    partitions.delete(key);
    return {};
  }

  /** An action on a table needs its database and the catalog too (Glue developer guide, "Resource ARNs"). */
  #needs({ DatabaseName, DatabaseInput, Name, TableName, TableInput }: Address, call: Call): Need[] {
    const catalog = `arn:${this.#cloud.partition}:glue:${call.region}:${accountOf(call.caller)}`;
    const table = DatabaseName && `table/${DatabaseName}/${Name ?? TableName ?? TableInput?.Name ?? '*'}`;
    const paths = ['catalog', `database/${DatabaseName ?? DatabaseInput?.Name ?? Name}`, ...(table ? [table] : [])];
    return paths.map((path) => ownNeed('glue', call, `${catalog}:${path}`));
  }

  #stored(CatalogId: string, { DatabaseName, TableInput }: TableSettings): sdk.Table {
    const about = { DatabaseName, CatalogId, UpdateTime: this.#cloud.clock.now() };
    return { ...TableInput, Name: TableInput?.Name?.toLowerCase(), ...about };
  }
}

function keyOf({ Values = [] }: sdk.PartitionInput): string {
  return Values.join('/');
}

/** What ExcludeColumnSchema leaves of a partition (Glue API reference, GetPartitions). */
function withoutColumns({ StorageDescriptor, ...partition }: sdk.Partition): sdk.Partition {
  const { Columns: _, ...descriptor } = StorageDescriptor ?? {};
  return { ...partition, StorageDescriptor: descriptor };
}

function requireKeys({ PartitionKeys = [] }: sdk.Table, { Values = [] }: sdk.PartitionInput): void {
  if (Values.length !== PartitionKeys.length)
    throw new AwsFault(
      'InvalidInputException',
      'The number of partition keys do not match the number of partition values',
    );
}

/** Does each of a batch, and tells which ones were refused. */
function eachOf<Entry extends sdk.PartitionValueList | sdk.PartitionInput>(
  operation: string,
  entries: readonly Entry[],
  act: (entry: Entry) => object,
): sdk.PartitionError[] {
  const most = new Map(Object.entries(MOST_IN_BATCH)).get(operation) ?? 0;
  if (entries.length > most)
    throw new AwsFault('InvalidInputException', `${operation} takes no more than ${most} partitions`);
  return entries.flatMap((entry) => {
    try {
      act(entry);
      return [];
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      const ErrorDetail = { ErrorCode: error.name, ErrorMessage: error.message };
      return [{ PartitionValues: entry.Values, ErrorDetail }];
    }
  });
}

function refuseOptions(input: object, options: readonly string[]): void {
  const given = options.find((option) => option in input && Object(input)[option] !== undefined);
  if (given) throw new AwsFault('NotImplemented', `the embedded Glue does not serve ${given}`, { status: 501 });
}
