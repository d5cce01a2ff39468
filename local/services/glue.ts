/** The Glue Data Catalog of the hub: databases, tables and partitions with Glue's paging, batch limits and permissions. */
import type * as sdk from '@aws-sdk/client-glue';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operationsNeeding, type Service } from '../cloud/service.ts';
import { ownNeed } from './need.ts';
import { takePage } from './page.ts';

/** The most that BatchCreatePartition takes, and that pages of GetPartitions and GetTables hold (Glue API reference). */
const MOST_IN_BATCH = 100;
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
}

/** How operations say which database and which table they mean. */
interface Address {
  readonly DatabaseName?: string | undefined;
  readonly DatabaseInput?: sdk.DatabaseInput | undefined;
  readonly Name?: string | undefined;
  readonly TableName?: string | undefined;
  readonly TableInput?: sdk.TableInput | undefined;
}

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
    CreateTable: (input, call) => {
      const tables = this.#databases.tablesOf(input.DatabaseName);
      const table = { ...this.#stored(input, call), CreateTime: this.#cloud.clock.now() };
      const name = table.Name ?? '';
      if (tables.has(name)) throw new AwsFault('AlreadyExistsException', `Table already exists: ${name}`);
      tables.set(name, { table, partitions: new Map() });
      return {};
    },
    UpdateTable: (input, call) => {
      this.#databases.table(input.DatabaseName, input.TableInput?.Name).table = this.#stored(input, call);
      return {};
    },
    BatchCreatePartition: ({ DatabaseName, TableName, PartitionInputList: inputs = [] }) => {
      if (inputs.length > MOST_IN_BATCH)
        throw new AwsFault('InvalidInputException', `PartitionInputList has more than ${MOST_IN_BATCH} members`);
      const stored = this.#databases.table(DatabaseName, TableName);
      const Errors = inputs.flatMap((input) => {
        const ErrorDetail = refusal(input, stored);
        if (ErrorDetail) return [{ PartitionValues: input.Values, ErrorDetail }];
        const partition = { ...input, DatabaseName, TableName, CreationTime: this.#cloud.clock.now() };
        stored.partitions.set(keyOf(input), partition);
        return [];
      });
      return { Errors };
    },
    GetPartitions: (input) => {
      const { partitions } = this.#databases.table(input.DatabaseName, input.TableName);
      const all = [...partitions].sort(([a], [b]) => (a < b ? -1 : 1));
      const { page, NextToken } = takePage(all, input, PARTITION_PAGES);
      return { Partitions: page.map(([, partition]) => partition), NextToken };
    },
  });

  /** An action on a table needs its database and the catalog too (Glue developer guide, "Resource ARNs"). */
  #needs({ DatabaseName, DatabaseInput, Name, TableName, TableInput }: Address, call: Call): Need[] {
    const catalog = `arn:${this.#cloud.partition}:glue:${call.region}:${accountOf(call.caller)}`;
    const table = DatabaseName && `table/${DatabaseName}/${Name ?? TableName ?? TableInput?.Name ?? '*'}`;
    const paths = ['catalog', `database/${DatabaseName ?? DatabaseInput?.Name ?? Name}`, ...(table ? [table] : [])];
    return paths.map((path) => ownNeed('glue', call, `${catalog}:${path}`));
  }

  #stored({ DatabaseName, TableInput }: sdk.UpdateTableCommandInput, { caller }: Call): sdk.Table {
    const about = { DatabaseName, CatalogId: accountOf(caller), UpdateTime: this.#cloud.clock.now() };
    return { ...TableInput, Name: TableInput?.Name?.toLowerCase(), ...about };
  }
}

function keyOf({ Values = [] }: sdk.PartitionInput): string {
  return Values.join('/');
}

function refusal(input: sdk.PartitionInput, { table, partitions }: StoredTable): sdk.ErrorDetail | undefined {
  if (input.Values?.length !== table.PartitionKeys?.length)
    return {
      ErrorCode: 'InvalidInputException',
      ErrorMessage: 'The number of partition keys do not match the number of partition values',
    };
  if (!partitions.has(keyOf(input))) return undefined;
  return { ErrorCode: 'AlreadyExistsException', ErrorMessage: 'Partition already exists.' };
}
