/** The Glue Data Catalog of the hub: databases, tables and partitions with Glue's paging, batch limits and permissions. */
import type {
  BatchCreatePartitionCommandInput,
  BatchCreatePartitionCommandOutput,
  CreateDatabaseCommandInput,
  CreateDatabaseCommandOutput,
  CreateTableCommandInput,
  CreateTableCommandOutput,
  GetDatabaseCommandInput,
  GetDatabaseCommandOutput,
  GetPartitionsCommandInput,
  GetPartitionsCommandOutput,
  GetTableCommandInput,
  GetTableCommandOutput,
  GetTablesCommandInput,
  GetTablesCommandOutput,
  Partition,
  PartitionError,
  PartitionInput,
  Table,
  TableInput,
  UpdateTableCommandInput,
  UpdateTableCommandOutput,
} from '@aws-sdk/client-glue';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, type Operation, operation, type Service } from '../cloud/service.ts';

/** Limits of BatchCreatePartition, GetPartitions and GetTables (Glue API reference). */
const MOST_IN_BATCH = 100;
const PARTITIONS_PER_PAGE = 1000;
const TABLES_PER_PAGE = 100;

interface StoredTable {
  readonly partitions: Map<string, Partition>;
  table: Table;
}

export interface Glue extends Service {
  createDatabase(name: string): void;
  databases(): readonly { name: string; tables: readonly { name: string; columns: number; partitions: number }[] }[];
}

class Databases {
  readonly #databases = new Map<string, Map<string, StoredTable>>();

  add(name: string): void {
    this.#databases.set(name, new Map());
  }

  names(): string[] {
    return [...this.#databases.keys()];
  }

  /** Names are case-insensitive: Glue folds them to lower case. */
  tablesOf(name = ''): Map<string, StoredTable> {
    const tables = this.#databases.get(name.toLowerCase());
    if (!tables) throw new AwsFault('EntityNotFoundException', `Database ${name} not found.`);
    return tables;
  }

  table(database: string | undefined, name = ''): StoredTable {
    const stored = this.tablesOf(database).get(name.toLowerCase());
    if (!stored) throw new AwsFault('EntityNotFoundException', `Table ${name} not found.`);
    return stored;
  }
}

export function createGlue(cloud: Cloud): Glue {
  const databases = new Databases();
  return {
    name: 'glue',
    createDatabase: (name) => databases.add(name),
    databases: () =>
      databases.names().map((name) => ({
        name,
        tables: [...databases.tablesOf(name).values()].map(({ table, partitions }) => ({
          name: table.Name ?? '',
          columns: table.StorageDescriptor?.Columns?.length ?? 0,
          partitions: partitions.size,
        })),
      })),
    operations: { ...tableOperations(cloud, databases), ...partitionOperations(cloud, databases) },
  };
}

/** An action on a table needs its database and the catalog too (Glue developer guide, "Resource ARNs"). */
function needs(cloud: Cloud, call: Call, [database, table]: readonly (string | undefined)[]): Need[] {
  const owner = accountOf(call.caller);
  const arn = (path: string) => `arn:${cloud.partition}:glue:${call.region}:${owner}:${path}`;
  const paths = ['catalog', `database/${database}`, ...(table === undefined ? [] : [`table/${database}/${table}`])];
  return paths.map((path) => ({ action: `glue:${call.operation}`, resource: arn(path), owner }));
}

function tableOperations(cloud: Cloud, databases: Databases): Record<string, Operation> {
  const stored = (input: TableInput | undefined, call: Call, DatabaseName: string | undefined): Table => ({
    ...input,
    Name: input?.Name?.toLowerCase(),
    DatabaseName,
    CatalogId: accountOf(call.caller),
    UpdateTime: cloud.clock.now(),
  });
  return {
    CreateDatabase: operation<CreateDatabaseCommandInput, CreateDatabaseCommandOutput>({
      needs: ({ DatabaseInput }, call) => needs(cloud, call, [DatabaseInput?.Name]),
      run({ DatabaseInput: { Name = '' } = {} }) {
        if (databases.names().includes(Name.toLowerCase()))
          throw new AwsFault('AlreadyExistsException', 'Database already exists.');
        databases.add(Name.toLowerCase());
        return {};
      },
    }),
    GetDatabase: operation<GetDatabaseCommandInput, GetDatabaseCommandOutput>({
      needs: ({ Name }, call) => needs(cloud, call, [Name]),
      run({ Name }) {
        databases.tablesOf(Name);
        return { Database: { Name } };
      },
    }),
    GetTable: operation<GetTableCommandInput, GetTableCommandOutput>({
      needs: ({ DatabaseName, Name }, call) => needs(cloud, call, [DatabaseName, Name]),
      run: ({ DatabaseName, Name }) => ({ Table: databases.table(DatabaseName, Name).table }),
    }),
    GetTables: operation<GetTablesCommandInput, GetTablesCommandOutput>({
      needs: ({ DatabaseName }, call) => needs(cloud, call, [DatabaseName, '*']),
      run({ DatabaseName, NextToken, MaxResults }) {
        const all = [...databases.tablesOf(DatabaseName).values()].map(({ table }) => table);
        const { page, next } = pageOf(all, NextToken, MaxResults ?? TABLES_PER_PAGE);
        return { TableList: page, NextToken: next };
      },
    }),
    CreateTable: operation<CreateTableCommandInput, CreateTableCommandOutput>({
      needs: ({ DatabaseName, TableInput: input }, call) => needs(cloud, call, [DatabaseName, input?.Name]),
      run({ DatabaseName, TableInput: input }, call) {
        const tables = databases.tablesOf(DatabaseName);
        const table = { ...stored(input, call, DatabaseName), CreateTime: cloud.clock.now() };
        const name = table.Name ?? '';
        if (tables.has(name)) throw new AwsFault('AlreadyExistsException', `Table already exists: ${name}`);
        tables.set(name, { table, partitions: new Map() });
        return {};
      },
    }),
    UpdateTable: operation<UpdateTableCommandInput, UpdateTableCommandOutput>({
      needs: ({ DatabaseName, TableInput: input }, call) => needs(cloud, call, [DatabaseName, input?.Name]),
      run({ DatabaseName, TableInput: input }, call) {
        databases.table(DatabaseName, input?.Name).table = stored(input, call, DatabaseName);
        return {};
      },
    }),
  };
}

function partitionOperations(cloud: Cloud, databases: Databases): Record<string, Operation> {
  return {
    BatchCreatePartition: operation<BatchCreatePartitionCommandInput, BatchCreatePartitionCommandOutput>({
      needs: ({ DatabaseName, TableName }, call) => needs(cloud, call, [DatabaseName, TableName]),
      run({ DatabaseName, TableName, PartitionInputList: inputs = [] }) {
        if (inputs.length > MOST_IN_BATCH)
          throw new AwsFault('InvalidInputException', `PartitionInputList has more than ${MOST_IN_BATCH} members`);
        const { partitions, table } = databases.table(DatabaseName, TableName);
        const Errors: PartitionError[] = [];
        for (const input of inputs) {
          const refusal = refuse(input, table, partitions);
          if (refusal) Errors.push({ PartitionValues: input.Values, ErrorDetail: refusal });
          else partitions.set(keyOf(input), { ...input, DatabaseName, TableName, CreationTime: cloud.clock.now() });
        }
        return { Errors };
      },
    }),
    GetPartitions: operation<GetPartitionsCommandInput, GetPartitionsCommandOutput>({
      needs: ({ DatabaseName, TableName }, call) => needs(cloud, call, [DatabaseName, TableName]),
      run({ DatabaseName, TableName, NextToken, MaxResults }) {
        const all = [...databases.table(DatabaseName, TableName).partitions].sort(([a], [b]) => (a < b ? -1 : 1));
        const { page, next } = pageOf(all, NextToken, Math.min(MaxResults ?? PARTITIONS_PER_PAGE, PARTITIONS_PER_PAGE));
        return { Partitions: page.map(([, partition]) => partition), NextToken: next };
      },
    }),
  };
}

function keyOf({ Values = [] }: PartitionInput): string {
  return Values.join('/');
}

function refuse(input: PartitionInput, table: Table, partitions: ReadonlyMap<string, Partition>) {
  if (input.Values?.length !== table.PartitionKeys?.length)
    return {
      ErrorCode: 'InvalidInputException',
      ErrorMessage: 'The number of partition keys do not match the number of partition values',
    };
  if (partitions.has(keyOf(input)))
    return { ErrorCode: 'AlreadyExistsException', ErrorMessage: 'Partition already exists.' };
  return undefined;
}

/** A page by a token that is the number of the next item. */
function pageOf<Item>(all: readonly Item[], token: string | undefined, size: number) {
  const start = Number(token ?? 0);
  if (!Number.isInteger(start)) throw new AwsFault('InvalidInputException', 'Invalid NextToken');
  const end = start + size;
  return { page: all.slice(start, end), next: end < all.length ? String(end) : undefined };
}
