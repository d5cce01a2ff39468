/** Glue tables over delivered inventory and over the ledger, as plain values in the shapes of the Glue API (TableInput, PartitionInput). */
import { declaredTypes } from './inventory-types.ts';
import { VerdictRecord } from './ledger.ts';
import { QuarantinedObject } from './quarantine.ts';
import type { Target } from './target.ts';

export interface Column {
  readonly Name: string;
  readonly Type: string;
}

interface StorageDescriptor {
  readonly Columns: readonly Column[];
  readonly Location: string;
  readonly InputFormat: string;
  readonly OutputFormat: string;
  readonly SerdeInfo: { readonly SerializationLibrary: string; readonly Parameters: Readonly<Record<string, string>> };
}

export interface TableDefinition {
  readonly Name: string;
  readonly Description: string;
  readonly TableType: 'EXTERNAL_TABLE';
  readonly Parameters: Readonly<Record<string, string>>;
  readonly PartitionKeys: readonly Column[];
  readonly StorageDescriptor: StorageDescriptor;
}

/** What a sync adds to every entry. */
const ENVELOPE = ['resourceid', 'capturetime', 'schemaversion'];
const PARTITION_KEYS = ['accountid', 'region', 'resourcetype'];

/** What no attribute's column may be called. Athena refuses a table whose column repeats a partition key ("duplicate columns"). */
export const reservedColumns: ReadonlySet<string> = new Set([...ENVELOPE, ...PARTITION_KEYS]);

/** `AWS:Application` -> `aws_application`, the name a Glue crawler would choose. */
export function tableName(type: string): string {
  return type.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
}

/** `s3://bucket/prefix/`, with the trailing slash that a Glue location needs. */
export interface InventoryLocation {
  readonly bucketName: string;
  readonly prefix: string;
}

const folderOf = ({ bucketName, prefix }: InventoryLocation, type: string) =>
  `s3://${bucketName}/${prefix === '' ? '' : `${prefix}/`}${type}/`;

/**
 * Keys of a declared type's attributes by the names of their columns: `ResourceType` of AWS:InstanceInformation would repeat a partition key, so
 * such an attribute becomes `item_<name>`.
 */
function columnsOf(attributes: readonly string[]): Record<string, string> {
  const keys = attributes.map((attribute) => attribute.toLowerCase());
  return Object.fromEntries(keys.map((key) => [reservedColumns.has(key) ? `item_${key}` : key, key]));
}

/** JSON lines read by the OpenX SerDe; one malformed row is skipped instead of failing everybody's query. */
function jsonLines(
  columns: readonly Column[],
  location: string,
  mappings: Record<string, string> = {},
): StorageDescriptor {
  return {
    Columns: columns,
    Location: location,
    InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    SerdeInfo: {
      SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
      Parameters: { 'ignore.malformed.json': 'true', ...mappings },
    },
  };
}

const external = { TableType: 'EXTERNAL_TABLE', Parameters: { classification: 'json', EXTERNAL: 'TRUE' } } as const;

interface InventoryColumns {
  readonly type: string;
  readonly name: string;
  /** Keys in the type's objects by the names of their columns. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * The table of a type: its attributes and the envelope, all strings. A column whose key is called otherwise is mapped to it; keys are in lower case,
 * as the SerDe has them unless told otherwise (Athena user guide, "OpenX JSON SerDe").
 */
export function inventoryTable(
  location: InventoryLocation,
  { type, name, columns }: InventoryColumns,
): TableDefinition {
  const mapped = Object.entries(columns).filter(([column, key]) => column !== key);
  const mappings = Object.fromEntries(mapped.map(([column, key]) => [`mapping.${column}`, key]));
  const strings = (names: readonly string[]) => names.map((Name) => ({ Name, Type: 'string' }));
  return {
    ...external,
    Name: name,
    Description: `SSM Inventory ${type}, one row per item of a node`,
    PartitionKeys: strings(PARTITION_KEYS),
    StorageDescriptor: jsonLines(strings([...Object.keys(columns), ...ENVELOPE]), folderOf(location, type), mappings),
  };
}

/** One table for each declared inventory type, by type. */
export function inventoryTables(location: InventoryLocation): Map<string, TableDefinition> {
  return new Map(
    declaredTypes().map(({ type, attributes }) => [
      type,
      inventoryTable(location, { type, name: tableName(type), columns: columnsOf(attributes) }),
    ]),
  );
}

const INT_COLUMNS = [
  'schemaversion',
  ...['nodesmanaged', 'nodesdelivered', 'nodesmissing', 'nodesstale', 'nodessilent', 'nodesghosts'],
  ...['objectsquarantined', 'objectsforged'],
];
const LIST_COLUMNS = [
  'reasons',
  'suspected',
  'typesmissing',
  'missingnodes',
  'stalenodes',
  'silentnodes',
  'ghostnodes',
  'foreignsyncs',
];

/** The ledger as a table: every field of a `VerdictRecord` is a column. `folder` is the state bucket's `s3://.../ledger/latest/`. */
export function verdictsTable(folder: string): TableDefinition {
  return {
    ...external,
    Name: 'sync_verdicts',
    Description: 'The latest verdict of every target: account, Region, status and reasons',
    PartitionKeys: [],
    StorageDescriptor: jsonLines(columnsOfFile(VerdictRecord.shape), folder),
  };
}

/** Delivered objects that are not to be trusted, each with its version and reason. `folder` is the state bucket's `s3://.../ledger/quarantine/`. */
export function quarantineTable(folder: string): TableDefinition {
  return {
    ...external,
    Name: 'quarantine',
    Description: 'Delivered objects that are malformed or disagree with their key, with version id and reason',
    PartitionKeys: [],
    StorageDescriptor: jsonLines(columnsOfFile(QuarantinedObject.shape), folder),
  };
}

/** One of Muster's own files: every field of its lines is a column. */
function columnsOfFile(fields: object): Column[] {
  return Object.keys(fields).map((field) => {
    const name = field.toLowerCase();
    return { Name: name, Type: typeOf(name) };
  });
}

function typeOf(column: string): string {
  if (column === 'slots') return 'array<struct<owner:string,syncname:string,bucketname:string>>';
  if (LIST_COLUMNS.includes(column)) return 'array<string>';
  if (column === 'sizebytes') return 'bigint';
  return INT_COLUMNS.includes(column) ? 'int' : 'string';
}

/** A partition by its values, and where its objects lie. All else it has from its table. */
export interface Partition {
  readonly values: readonly string[];
  readonly location: string;
}

/** The partition of a pair, at the folder that Systems Manager writes to. */
export function partitionOf({ StorageDescriptor }: TableDefinition, { accountId, region }: Target): Partition {
  const values = [accountId, region, 'ManagedInstanceInventory'];
  const path = PARTITION_KEYS.map((key, index) => `${key}=${values[index]}/`).join('');
  return { values, location: `${StorageDescriptor.Location}${path}` };
}
