/** Data definition, which Athena does in the Data Catalog as the caller ("DDL statements", Athena user guide). */
import type {
  BatchCreatePartitionCommandOutput,
  GetPartitionCommandOutput,
  GetTableCommandOutput,
  PartitionInput,
  Table,
} from '@aws-sdk/client-glue';
import { QueryFailure } from './athena-failure.ts';
import { foldName, partsOf, type SyntaxNode } from './athena-grammar.ts';
import { type Delegate, folderOf, listKeys, partitionsOf } from './athena-scan.ts';

/** Gives the messages that the statement prints. */
type Definition = (delegate: Delegate, node: SyntaxNode, database: string) => Promise<string[]>;

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  alterStatement: alterTable,
  createDatabaseStatement: createDatabase,
  createTableStatement: createTable,
  metastoreCheck: repairTable,
};

/** Throws `QueryFailure`. */
export async function runDefinition(delegate: Delegate, tree: SyntaxNode, database: string): Promise<string[]> {
  const node = [...partsOf(tree)].find(({ rule }) => DEFINITIONS[rule]);
  const run = DEFINITIONS[node?.rule ?? ''];
  if (!node || !run) throw new QueryFailure('GENERIC_USER_ERROR', 'the embedded Athena does not run this statement');
  return run(delegate, node, database);
}

const part = (node: SyntaxNode, rule: string) => [...partsOf(node)].find((part) => part.rule === rule);
const parts = (node: SyntaxNode | undefined, rule: string) =>
  node ? [...partsOf(node)].filter((part) => part.rule === rule) : [];
const unquote = (text = '') => text.slice(1, -1);
const failed = (message: string) => new QueryFailure('DDL_FAILED', `FAILED: ${message}`);

/** What exists already is an error unless the statement says IF NOT EXISTS. */
async function create(
  delegate: Delegate,
  node: SyntaxNode,
  [operation, input]: readonly [string, object],
): Promise<string[]> {
  try {
    const isDone = await delegate.glue(operation, input);
    if (!isDone) throw failed('SemanticException [Error 10072]: Database does not exist');
  } catch (error) {
    const exists = error instanceof QueryFailure && error.message.includes('AlreadyExistsException');
    if (!exists) throw error;
    const task = 'Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask.';
    if (!part(node, 'ifNotExists')) throw failed(`${task} ${error.message}`);
  }
  return [];
}

function createDatabase(delegate: Delegate, node: SyntaxNode): Promise<string[]> {
  const Name = foldName(part(node, 'dbSchemaNameCreate')?.text ?? '');
  return create(delegate, node, ['CreateDatabase', { DatabaseInput: { Name } }]);
}

function createTable(delegate: Delegate, node: SyntaxNode, database: string): Promise<string[]> {
  const [Name = '', DatabaseName = database] = nameOf(part(node, 'tableNameCreate'));
  const serde = part(node, 'rowFormatSerde');
  const StorageDescriptor = {
    Columns: columns(part(node, 'columnNameTypeOrConstraintList')),
    Location: unquote(part(node, 'locationPath')?.children.at(-1)?.text),
    InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    SerdeInfo: {
      SerializationLibrary: unquote(serde?.children.find(({ text }) => /^['"]/.test(text))?.text),
      Parameters: properties(serde),
    },
  };
  if (!StorageDescriptor.Location.startsWith('s3://'))
    throw failed('SemanticException Cannot create table without an Amazon S3 LOCATION');
  const TableInput = {
    Name: Name.toLowerCase(),
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', ...properties(part(node, 'tablePropertiesPrefixed')) },
    PartitionKeys: columns(part(node, 'createTablePartitionSpec')),
    StorageDescriptor,
  };
  return create(delegate, node, ['CreateTable', { DatabaseName, TableInput }]);
}

/** Table, then database. */
function nameOf(node: SyntaxNode | undefined): string[] {
  return parts(node, 'id_')
    .map(({ text }) => foldName(text))
    .toReversed();
}

function columns(node: SyntaxNode | undefined) {
  return parts(node, 'columnNameTypeConstraint').map((column) => ({
    Name: foldName(column.children[0]?.text ?? ''),
    Type: (column.children[1]?.text ?? '').toLowerCase(),
  }));
}

function properties(node: SyntaxNode | undefined): Record<string, string> {
  const pairs = parts(node, 'keyValueProperty').map(({ children }) => [children[0]?.text, children[2]?.text]);
  return Object.fromEntries(pairs.map(([key, value]) => [unquote(key), unquote(value)]));
}

/** The catalog's calls are those of the Glue client for Hive (aws-glue-data-catalog-client-for-apache-hive-metastore). */
async function alterTable(delegate: Delegate, node: SyntaxNode, database: string): Promise<string[]> {
  const target = await findTable(delegate, part(node, 'tableName'), database);
  const suffix = part(node, 'alterTableStatementSuffix');
  const words = suffix?.children.map(({ text }) => text.toUpperCase()) ?? [];
  if (words[0] === 'ADD' && part(node, 'partitionSpec')) await addPartitions(delegate, node, target);
  else if (part(node, 'alterStatementSuffixDropPartitions')) await dropPartitions(delegate, node, target);
  else if (
    part(node, 'partitionSpec') &&
    /^SETLOCATION/i.test(part(node, 'alterTblPartitionStatementSuffix')?.text ?? '')
  )
    await movePartition(delegate, node, target);
  else throw new QueryFailure('GENERIC_USER_ERROR', 'the embedded Athena does not alter a table this way');
  return [];
}

interface Target {
  readonly at: { readonly DatabaseName: string; readonly TableName: string };
  readonly table: Table;
}

async function findTable(delegate: Delegate, name: SyntaxNode | undefined, database: string): Promise<Target> {
  const [TableName = '', DatabaseName = database] = nameOf(name);
  const answer = await delegate.glue<GetTableCommandOutput>('GetTable', { DatabaseName, Name: TableName });
  if (!answer?.Table) throw failed(`SemanticException [Error 10001]: Table not found ${DatabaseName}.${TableName}`);
  return { at: { DatabaseName, TableName }, table: answer.Table };
}

/** `(day = '2026-11-02')` as values in the order of the table's keys. */
function valuesOf(spec: SyntaxNode, { PartitionKeys = [] }: Table): string[] {
  const pairs = [...parts(spec, 'partitionVal'), ...parts(spec, 'partitionSelectorVal')];
  const given = new Map(pairs.map(({ children }) => [foldName(children[0]?.text ?? ''), children.at(-1)?.text ?? '']));
  return PartitionKeys.map(({ Name = '' }) => {
    const value = given.get(Name.toLowerCase());
    if (value === undefined || given.size !== PartitionKeys.length)
      throw failed(
        `SemanticException partition spec ${spec.text} doesn't contain all (${PartitionKeys.length}) partition columns`,
      );
    return /^['"]/.test(value) ? unquote(value) : value;
  });
}

async function addPartitions(delegate: Delegate, node: SyntaxNode, { at, table }: Target): Promise<void> {
  const siblings = part(node, 'alterTableStatementSuffix')?.children ?? [];
  const specs = siblings.flatMap((spec, index) =>
    spec.rule === 'partitionSpec' ? [{ spec, next: siblings[index + 1] }] : [],
  );
  const inputs = specs.map(({ spec, next }) => {
    const Values = valuesOf(spec, table);
    const usual = `${table.StorageDescriptor?.Location?.replace(/\/?$/, '/')}${partitionPath(table.PartitionKeys, Values)}/`;
    const Location = next?.rule === 'locationPath' ? unquote(next.children.at(-1)?.text) : usual;
    return { Values, StorageDescriptor: { ...table.StorageDescriptor, Location } };
  });
  const refused = (await register(delegate, at, inputs)).filter(
    ({ ErrorCode }) => !(ErrorCode === 'AlreadyExistsException' && part(node, 'ifNotExists')),
  );
  const [first] = refused;
  if (first)
    throw failed(
      `Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${first.ErrorCode}: ${first.ErrorMessage}`,
    );
}

async function dropPartitions(delegate: Delegate, node: SyntaxNode, { at, table }: Target): Promise<void> {
  for (const spec of parts(node, 'partitionSelectorSpec')) {
    const PartitionValues = valuesOf(spec, table);
    const found = await delegate.glue('GetPartition', { ...at, PartitionValues });
    if (found) await delegate.glue('DeletePartition', { ...at, PartitionValues });
    else if (!part(node, 'ifExists')) throw failed(`SemanticException [Error 10006]: Partition not found ${spec.text}`);
  }
}

async function movePartition(delegate: Delegate, node: SyntaxNode, { at, table }: Target): Promise<void> {
  const spec = part(node, 'partitionSpec');
  const Values = spec ? valuesOf(spec, table) : [];
  const found = await delegate.glue<GetPartitionCommandOutput>('GetPartition', { ...at, PartitionValues: Values });
  if (!found?.Partition) throw failed(`SemanticException [Error 10006]: Partition not found ${spec?.text}`);
  const Location = unquote(part(node, 'alterTblPartitionStatementSuffix')?.children.at(-1)?.text);
  const { StorageDescriptor, Parameters } = found.Partition;
  const PartitionInput = { Values, Parameters, StorageDescriptor: { ...StorageDescriptor, Location } };
  await delegate.glue('UpdatePartition', { ...at, PartitionValueList: Values, PartitionInput });
}

/** In batches; gives what was refused. */
async function register(delegate: Delegate, at: Target['at'], inputs: readonly PartitionInput[]) {
  const errors: { ErrorCode?: string | undefined; ErrorMessage?: string | undefined }[] = [];
  for (let start = 0; start < inputs.length; start += MOST_IN_BATCH) {
    const input = { ...at, PartitionInputList: inputs.slice(start, start + MOST_IN_BATCH) };
    const answer = await delegate.glue<BatchCreatePartitionCommandOutput>('BatchCreatePartition', input);
    errors.push(...(answer?.Errors ?? []).map(({ ErrorDetail }) => ErrorDetail ?? {}));
  }
  return errors;
}

/** "MSCK REPAIR TABLE" (Athena user guide): registers folders `key=value/`, never removes a partition, and passes over values with a colon without a word. */
async function repairTable(delegate: Delegate, node: SyntaxNode, database: string): Promise<string[]> {
  const { at, table } = await findTable(delegate, part(node, 'tableName'), database);
  const { DatabaseName, TableName } = at;
  const { PartitionKeys: keys = [], StorageDescriptor } = table;
  const registered = await partitionsOf(delegate, { database: DatabaseName, table: TableName });
  const standing = new Set(registered.map(({ values }) => values.join('/')));
  const folder = folderOf(StorageDescriptor?.Location ?? '');
  const found = new Map<string, string[]>();
  for await (const { Key } of listKeys(delegate, folder)) {
    const values = partitionValues(keys, Key.slice(folder.Prefix.length));
    if (values && !standing.has(values.join('/'))) found.set(values.join('/'), values);
  }
  const inputs = [...found.values()].map((Values) => {
    const Location = `s3://${folder.Bucket}/${folder.Prefix}${partitionPath(keys, Values)}/`;
    return { Values, StorageDescriptor: { ...StorageDescriptor, Location } };
  });
  await register(delegate, at, inputs);
  const paths = inputs.map(({ Values }) => `${TableName}:${partitionPath(keys, Values)}`);
  return paths.map((path) => `Repair: Added partition to metastore ${path}`);
}

function partitionPath(keys: Table['PartitionKeys'] = [], values: readonly string[]): string {
  return keys.map(({ Name }, index) => `${Name}=${values[index]}`).join('/');
}

/** BatchCreatePartition (Glue API reference). */
const MOST_IN_BATCH = 100;

function partitionValues(keys: Table['PartitionKeys'] = [], path: string): string[] | undefined {
  const folders = path.split('/').slice(0, -1);
  const values = keys.map(({ Name }, index) => {
    const [key, value = ''] = folders[index]?.split(/=(.*)/s) ?? [];
    return key === Name ? value : '';
  });
  return values.every((value) => value !== '' && !value.includes(':')) ? values : undefined;
}
