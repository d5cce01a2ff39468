import type {
  GetNamedQueryCommandOutput,
  GetQueryResultsCommandOutput,
  ListNamedQueriesCommandOutput,
  ListQueryExecutionsCommandOutput,
} from '@aws-sdk/client-athena';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Kms } from '../../../local/services/kms.ts';
import type { PutObjectRequest } from '../../../local/services/s3-objects.ts';
import { createAthenaWorld, START } from './athena-world.ts';

const hub = { account: '100000000002', region: 'us-east-1' };
let world = createAthenaWorld();
beforeEach(async () => {
  await world.athena.close();
  world = createAthenaWorld();
  await world.table('nodes', [{ Name: 'id', Type: 'string' }]);
  await world.put('nodes/rows.json', { id: 'i-1' }, { id: null }, { id: 'say "hi"' });
});
afterAll(() => world.athena.close());
const results = (input: object) => world.ask<GetQueryResultsCommandOutput>('athena', 'GetQueryResults', input);
const file = async (Key: string) => {
  const { Body } = await world.ask<{ Body: Uint8Array }>('s3', 'GetObject', { Bucket: 'results', Key });
  return Buffer.from(Body).toString();
};

describe('a query', () => {
  it('is queued, runs in the background and tells what became of it', async () => {
    const id = await world.start('SELECT id FROM nodes');
    const input = { QueryExecutionId: id };
    await expect(results(input)).rejects.toThrow(/^Query has not yet finished\. Current state: (QUEUED|RUNNING)$/);
    expect((await world.settled(id)).execution).toEqual({
      QueryExecutionId: id,
      Query: 'SELECT id FROM nodes',
      StatementType: 'DML',
      WorkGroup: 'muster',
      QueryExecutionContext: { Database: 'muster' },
      ResultConfiguration: { OutputLocation: `s3://results/athena/${id}.csv` },
      Status: { State: 'SUCCEEDED', SubmissionDateTime: START, CompletionDateTime: START },
      Statistics: { DataScannedInBytes: 44, EngineExecutionTimeInMillis: 0, TotalExecutionTimeInMillis: 0 },
      EngineVersion: { EffectiveEngineVersion: 'Athena engine version 3' },
    });
  });

  it('writes a file with a header, every value in quotes and nothing for null ("Working with query results, recent queries, and output files")', async () => {
    const { id } = await world.query('SELECT id, 1 AS n FROM nodes');
    expect(await file(`athena/${id}.csv`)).toBe('"id","n"\n"i-1","1"\n,"1"\n"say ""hi""","1"\n');
    expect(JSON.parse(await file(`athena/${id}.csv.metadata`))).toMatchObject({
      ColumnInfo: [{ Name: 'id' }, { Name: 'n' }],
    });
  });

  it('answers in pages, the header first (API reference, GetQueryResults)', async () => {
    const { id } = await world.query('SELECT id FROM nodes');
    const pages: unknown[] = [];
    for (let NextToken: string | undefined, page = 0; page < 3; page++) {
      const answer = await results({ QueryExecutionId: id, MaxResults: 2, NextToken });
      pages.push(answer.ResultSet?.Rows?.map(({ Data }) => Data?.[0]?.VarCharValue));
      ({ NextToken } = answer);
      if (!NextToken) break;
    }
    expect(pages).toEqual([
      ['id', 'i-1'],
      [undefined, 'say "hi"'],
    ]);
  });

  it('gives at most 1,000 rows at once (API reference, GetQueryResults)', async () => {
    const { id } = await world.query('SELECT x FROM UNNEST(sequence(1, 1500)) AS t (x)');
    const first = await results({ QueryExecutionId: id });
    const second = await results({ QueryExecutionId: id, NextToken: first.NextToken });
    expect(
      [first, second].map(({ ResultSet, NextToken }) => [ResultSet?.Rows?.length, NextToken === undefined]),
    ).toEqual([
      [1000, false],
      [501, true],
    ]);
    for (const bad of [{ MaxResults: 1001 }, { MaxResults: 0 }, { NextToken: 'x' }])
      await expect(results({ QueryExecutionId: id, ...bad })).rejects.toMatchObject({
        name: 'InvalidRequestException',
      });
  });

  it('has no results when it failed', async () => {
    const { id } = await world.query('SELECT nope FROM nodes');
    await expect(results({ QueryExecutionId: id })).rejects.toThrow(
      'Query did not finish successfully. Final query state: FAILED',
    );
  });

  it('is started once for one token (API reference, StartQueryExecution: ClientRequestToken)', async () => {
    const ClientRequestToken = 'a'.repeat(32);
    const ids = [
      await world.start('SELECT 1', { ClientRequestToken }),
      await world.start('SELECT 1', { ClientRequestToken }),
    ];
    expect(ids[0]).toBe(ids[1]);
    expect(await world.start('SELECT 1')).not.toBe(ids[0]);
    await expect(world.start('SELECT 2', { ClientRequestToken })).rejects.toThrow('Idempotent parameters do not match');
  });

  it.each(['GetQueryExecution', 'GetQueryResults'])('that nobody started is unknown to %s', async (operation) => {
    const input = { QueryExecutionId: 'x' };
    await expect(world.ask('athena', operation, input)).rejects.toThrow('QueryExecution x was not found');
  });
});

describe('a workgroup ("Override client-side settings")', () => {
  const encryption = { EncryptionOption: 'SSE_KMS', KmsKey: 'arn:aws:kms:us-east-1:100000000002:key/k' } as const;
  const location = { OutputLocation: 's3://results/mine/' };
  it.each([
    ['that enforces its configuration ignores the client', true, 's3://results/theirs/'],
    ['that does not lets the client decide', false, 's3://results/mine/'],
  ])('%s', async (_case, EnforceWorkGroupConfiguration, folder) => {
    const ResultConfiguration = { OutputLocation: 's3://results/theirs/' };
    world.athena.createWorkGroup({
      ...hub,
      name: 'w',
      configuration: { EnforceWorkGroupConfiguration, ResultConfiguration },
    });
    const { execution } = await world.query('SELECT 1', { WorkGroup: 'w', ResultConfiguration: location });
    expect(execution?.ResultConfiguration?.OutputLocation).toContain(folder);
  });

  it.each([
    [encryption, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: encryption.KmsKey }],
    [{ EncryptionOption: 'SSE_S3' } as const, { ServerSideEncryption: 'AES256' }],
  ])('encrypts results as %j says', async (EncryptionConfiguration, expected) => {
    const puts: PutObjectRequest[] = [];
    world.cloud.onCall(({ operation, input }) => operation === 'PutObject' && puts.push(input as PutObjectRequest));
    const configuration = { ResultConfiguration: { ...location, EncryptionConfiguration } };
    world.athena.createWorkGroup({ ...hub, name: 'w', configuration });
    await world.query('SELECT 1', { WorkGroup: 'w' });
    expect(puts[0]).toMatchObject(expected);
  });

  it('is `primary` unless another is named, and needs somewhere to write', async () => {
    await expect(world.start('SELECT 1', { WorkGroup: undefined })).rejects.toThrow('No output location provided.');
    const { execution } = await world.query('SELECT 1', { WorkGroup: undefined, ResultConfiguration: location });
    expect(execution).toMatchObject({ WorkGroup: 'primary' });
    await expect(world.start('SELECT 1', { WorkGroup: 'none' })).rejects.toThrow('WorkGroup none is not found.');
  });

  it('lists its executions, newest first, in pages', async () => {
    const ids = [await world.start('SELECT 1'), await world.start('SELECT 2')];
    const list = (input: object) =>
      world.ask<ListQueryExecutionsCommandOutput>('athena', 'ListQueryExecutions', { WorkGroup: 'muster', ...input });
    const { QueryExecutionIds, NextToken } = await list({ MaxResults: 1 });
    expect(QueryExecutionIds).toEqual([ids[1]]);
    expect(await list({ NextToken })).toEqual({ QueryExecutionIds: [ids[0]] });
    await expect(list({ NextToken: 'x' })).rejects.toThrow('Invalid NextToken or MaxResults');
  });
});

describe('named queries', () => {
  it('are listed and read', async () => {
    const query = { ...hub, database: 'muster', workGroup: 'muster', queryString: 'SELECT 1' };
    const [second, first] = ['b', 'a'].map((name) =>
      world.athena.createNamedQuery({ ...query, name, ...(name === 'a' && { description: 'one' }) }),
    );
    expect(world.athena.namedQueries().map(({ name }) => name)).toEqual(['a', 'b']);
    const { NamedQueryIds } = await world.ask<ListNamedQueriesCommandOutput>('athena', 'ListNamedQueries', {
      WorkGroup: 'muster',
    });
    expect(NamedQueryIds).toEqual([second?.id, first?.id]);
    const read = (NamedQueryId?: string) =>
      world.ask<GetNamedQueryCommandOutput>('athena', 'GetNamedQuery', { NamedQueryId });
    expect((await read(first?.id)).NamedQuery).toEqual({
      NamedQueryId: first?.id,
      Name: 'a',
      Database: 'muster',
      WorkGroup: 'muster',
      QueryString: 'SELECT 1',
      Description: 'one',
    });
    await expect(read('x')).rejects.toThrow('NamedQuery x was not found');
  });
});

describe('what the caller may do ("Fine-grained access to databases and tables in the AWS Glue Data Catalog", "Access to Amazon S3")', () => {
  const insufficient =
    /^Insufficient permissions to execute the query\. not authorized \(Service: AmazonDataCatalog; Status Code: 400; Error Code: AccessDeniedException/;
  const output =
    /^PERMISSION_DENIED: Access denied when writing output to url: s3:\/\/results\/athena\/.*\.csv \. Please ensure/;
  it.each([
    ['glue:GetDatabase', 'database/muster', insufficient, 1500],
    ['glue:GetTable', 'table/muster/nodes', insufficient, 1500],
    ['s3:ListBucket', 'inventory', /^PERMISSION_DENIED: Access Denied.*\(Path: s3:\/\/inventory\/nodes\/\)$/, 1501],
    [
      's3:GetObject',
      'inventory/nodes',
      /^PERMISSION_DENIED: Access Denied.*\(Path: s3:\/\/inventory\/nodes\/rows.json\)$/,
      1501,
    ],
    ['s3:GetBucketLocation', 'results', output, 1501],
    ['s3:PutObject', 'results', output, 1501],
  ])('is what the query may: without %s it fails', async (action, resource, reason, ErrorType) => {
    world.refuse(action, resource);
    const { state, reason: given, error } = await world.query('SELECT id FROM nodes');
    expect(given).toMatch(reason);
    expect({ state, error }).toMatchObject({ state: 'FAILED', error: { ErrorCategory: 2, ErrorType } });
  });

  it('is asked again for a table that another query loaded', async () => {
    expect(await world.rowsOf('SELECT count(*) FROM nodes')).toEqual([['3']]);
    expect(await world.rowsOf('SELECT count(id) FROM nodes')).toEqual([['2']]);
    world.refuse('s3:GetObject', 'inventory/');
    expect(await world.query('SELECT id FROM nodes')).toMatchObject({ state: 'FAILED' });
  });

  it('is needed to read the results', async () => {
    const { id } = await world.query('SELECT id FROM nodes');
    world.refuse('s3:GetObject', 'results/');
    await expect(results({ QueryExecutionId: id })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('is asked for on the workgroup', async () => {
    await world.query('SELECT 1');
    const resource = 'arn:aws:athena:us-east-1:100000000002:workgroup/muster';
    expect(world.asked).toContainEqual({ action: 'athena:StartQueryExecution', resource, owner: hub.account });
    world.refuse('athena:StartQueryExecution');
    await expect(world.start('SELECT 1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it.each([
    ['Disabled', 'KMS.DisabledException', ' is disabled.'],
    ['PendingDeletion', 'KMS.KMSInvalidStateException', ' is pending deletion.'],
  ] as const)("fails with KMS's own error when the key of the data is %s", async (state, code, text) => {
    const kms = new Kms(world.cloud, false);
    world.cloud.add(kms);
    const key = kms.createKey({ ...hub, policy: { Version: '2012-10-17', Statement: [] } });
    const encrypted = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn, Body: '{"id":"i-4"}' };
    await world.ask('s3', 'PutObject', { Bucket: 'inventory', Key: 'nodes/secret.json', ...encrypted });
    expect(await world.rowsOf('SELECT count(*) FROM nodes')).toEqual([['4']]);
    key.state = state;
    await world.put('nodes/rows.json', { id: 'i-1' });
    const { reason, error } = await world.query('SELECT id FROM nodes');
    expect(reason).toContain(`${text} (Service: Amazon S3; Status Code: 400; Error Code: ${code}; `);
    expect(error).toMatchObject({ ErrorCategory: 2, ErrorType: 1009 });
  });

  it("fails with S3's own error when the data is not there", async () => {
    const StorageDescriptor = {
      Columns: [{ Name: 'a', Type: 'string' }],
      Location: 's3://gone/',
      SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
    };
    await world.ask('glue', 'CreateTable', { DatabaseName: 'muster', TableInput: { Name: 'gone', StorageDescriptor } });
    expect((await world.query('SELECT * FROM gone')).reason).toContain(
      'The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket',
    );
  });
});
