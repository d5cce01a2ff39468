/** A hub with the inventory of three nodes in two accounts, as SSM delivers it, and Muster's own catalog over it. */
import type { GetQueryExecutionCommandOutput, GetQueryResultsCommandOutput } from '@aws-sdk/client-athena';
import type { Column } from '@aws-sdk/client-glue';
import { inventoryTables, partitionOf, verdictsTable } from '../../../core/catalog.ts';
import { Target } from '../../../core/target.ts';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import type { Caller, Need, ServiceName } from '../../../local/cloud/service.ts';
import { createAthena } from '../../../local/services/athena.ts';
import { Glue } from '../../../local/services/glue.ts';
import { createS3 } from '../../../local/services/s3.ts';

const account = '100000000002';
const region = 'us-east-1';
export const START = new Date('2026-11-02T06:00:00Z');
const analyst: Caller = {
  kind: 'role',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/Analyst/ann`,
  roleArn: `arn:aws:iam::${account}:role/Analyst`,
  sessionName: 'ann',
};

export const at = (accountId: string, region: string) => Target.parse({ accountId, region });

export function createAthenaWorld() {
  const cloud = new Cloud(new Clock(START), new Draw(3));
  const services = { glue: new Glue(cloud), s3: createS3(cloud), athena: createAthena(cloud) };
  cloud.add(...Object.values(services));
  const { glue, s3, athena } = services;
  const asked: Need[] = [];
  let refused: (need: Need) => boolean = () => false;
  cloud.authorizeWith((needs) => {
    asked.push(...needs);
    if (needs.some((need) => refused(need))) throw new AwsFault('AccessDeniedException', 'not authorized');
  });
  for (const name of ['inventory', 'results']) s3.createBucket({ name, account, region });
  glue.createDatabase('muster');
  const OutputLocation = 's3://results/athena';
  athena.createWorkGroup({
    account,
    region,
    name: 'muster',
    configuration: { EnforceWorkGroupConfiguration: true, ResultConfiguration: { OutputLocation } },
  });

  const ask = <Output>(service: ServiceName, operation: string, input: object) =>
    cloud.ask<Output>({ service, operation, region, caller: analyst, input });
  const put = (Key: string, ...rows: (object | string)[]) => {
    const Body = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');
    return ask('s3', 'PutObject', { Bucket: 'inventory', Key, Body });
  };
  const settled = async (QueryExecutionId: string | undefined) => {
    await cloud.clock.advanceTo(cloud.clock.nowMs());
    const input = { QueryExecutionId };
    const { QueryExecution } = await ask<GetQueryExecutionCommandOutput>('athena', 'GetQueryExecution', input);
    const { State, StateChangeReason, AthenaError } = QueryExecution?.Status ?? {};
    return {
      id: QueryExecutionId,
      execution: QueryExecution,
      state: State,
      reason: StateChangeReason,
      error: AthenaError,
    };
  };
  const start = async (QueryString: string, more: object = {}) => {
    const input = { QueryString, WorkGroup: 'muster', QueryExecutionContext: { Database: 'muster' }, ...more };
    const { QueryExecutionId } = await ask<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', input);
    return QueryExecutionId;
  };
  const query = async (sql: string, more: object = {}) => settled(await start(sql, more));
  /** Rows without the header, nulls as null. Fails with the reason of a query that failed. */
  const rowsOf = async (sql: string) => {
    const { id, state, reason } = await query(sql);
    if (state !== 'SUCCEEDED') throw new Error(reason);
    const results = await ask<GetQueryResultsCommandOutput>('athena', 'GetQueryResults', { QueryExecutionId: id });
    const rows = results.ResultSet?.Rows ?? [];
    return rows.slice(1).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue ?? null));
  };
  const typesOf = async (sql: string) => {
    const { id } = await query(sql);
    const { ResultSet } = await ask<GetQueryResultsCommandOutput>('athena', 'GetQueryResults', {
      QueryExecutionId: id,
    });
    return ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name, Type }) => `${Name} ${Type}`);
  };
  /** A table over `s3://inventory/<name>/` without partitions. */
  const table = (Name: string, Columns: Column[], Parameters: Record<string, string> = {}) =>
    ask('glue', 'CreateTable', {
      DatabaseName: 'muster',
      TableInput: {
        Name,
        StorageDescriptor: {
          Columns,
          Location: `s3://inventory/${Name}/`,
          SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe', Parameters },
        },
      },
    });
  const refuse = (action: string, resource = '') => {
    refused = (need) => need.action === action && need.resource.includes(resource);
  };
  return { ...services, cloud, asked, refuse, ask, put, start, settled, query, rowsOf, typesOf, table };
}

type AthenaWorld = ReturnType<typeof createAthenaWorld>;

const inventory = inventoryTables({ bucketName: 'inventory', prefix: 'org' });

/** Creates the table of a type and registers the partitions of the targets. */
export async function catalog({ ask }: AthenaWorld, type: string, targets: readonly Target[]): Promise<void> {
  const TableInput = inventory.get(type);
  if (!TableInput) throw new Error(`no type ${type}`);
  await ask('glue', 'CreateTable', { DatabaseName: 'muster', TableInput });
  const PartitionInputList = targets.map((target) => {
    const { values: Values, location: Location } = partitionOf(TableInput, target);
    return { Values, StorageDescriptor: { ...TableInput.StorageDescriptor, Location } };
  });
  await ask('glue', 'BatchCreatePartition', { DatabaseName: 'muster', TableName: TableInput.Name, PartitionInputList });
}

export function keyOf(type: string, { accountId, region }: Target, node: string): string {
  return `org/${type}/accountid=${accountId}/region=${region}/resourcetype=ManagedInstanceInventory/${node}.json`;
}

export async function fleet(world: AthenaWorld): Promise<void> {
  const { ask, put } = world;
  const [first, second] = [at('100000000010', 'us-east-1'), at('100000000011', 'eu-west-1')];
  for (const type of ['AWS:InstanceInformation', 'AWS:Application', 'AWS:PatchSummary'])
    await catalog(world, type, [first, second]);
  await ask('glue', 'CreateTable', {
    DatabaseName: 'muster',
    TableInput: verdictsTable('s3://inventory/ledger/latest/'),
  });
  const nodes = [
    { target: first, id: 'i-1', platform: 'Linux', agent: '3.3.1', missing: '4', version: '2.0' },
    { target: first, id: 'i-2', platform: 'Linux', agent: '3.3.1', missing: '0', version: '2.0' },
    { target: second, id: 'i-3', platform: 'Windows', agent: '3.2.9', missing: '11', version: '1.9' },
  ];
  for (const { target, id, platform, agent, missing, version } of nodes) {
    const envelope = { resourceId: id, captureTime: '2026-11-02T05:00:00Z', schemaVersion: '1.0' };
    const status = { InstanceStatus: 'Active', ResourceType: 'EC2Instance' };
    await put(keyOf('AWS:InstanceInformation', target, id), {
      ...{ PlatformType: platform, PlatformName: platform, PlatformVersion: '1', AgentVersion: agent },
      ...status,
      ...envelope,
    });
    await put(keyOf('AWS:Application', target, id), { Name: 'aws-cfn-bootstrap', Version: version, ...envelope });
    await put(keyOf('AWS:PatchSummary', target, id), { MissingCount: missing, FailedCount: '0', ...envelope });
  }
  await put(
    'ledger/latest/verdicts.jsonl',
    { accountId: '1', region: 'a', status: 'Healthy', reasons: [], nodesManaged: 2 },
    { accountId: '2', region: 'a', status: 'Failing', reasons: ['SyncMissing', 'NeverDelivered'], nodesManaged: 1 },
    { accountId: '3', region: 'a', status: 'Failing', reasons: ['SyncMissing'], nodesManaged: 4 },
  );
}
