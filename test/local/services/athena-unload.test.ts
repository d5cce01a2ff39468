import type { GetTableCommandOutput } from '@aws-sdk/client-glue';
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaWorld, fleet } from './athena-world.ts';

const world = createAthenaWorld();
const { ask, query, rowsOf, refuse } = world;
beforeAll(() => fleet(world));
afterAll(() => world.athena.close());

const PARQUET = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe';
const keysBelow = async (Prefix: string) => {
  const { Contents } = await ask<ListObjectsV2CommandOutput>('s3', 'ListObjectsV2', { Bucket: 'inventory', Prefix });
  return (Contents ?? []).map(({ Key = '' }) => Key);
};
const text = async (Bucket: string, Key: string) => {
  const { Body } = await ask<{ Body: Uint8Array }>('s3', 'GetObject', { Bucket, Key });
  return Buffer.from(Body).toString();
};
/** A table of Parquet objects in a folder, with a partition key for each value. */
const table = async (Name: string, columns: Record<string, string>, { folder = Name, keys = [] as string[] } = {}) => {
  const Columns = Object.entries(columns).map(([name, Type]) => ({ Name: name, Type }));
  const StorageDescriptor = {
    Columns,
    Location: `s3://inventory/${folder}/`,
    SerdeInfo: { SerializationLibrary: PARQUET },
  };
  const PartitionKeys = keys.map((key) => ({ Name: key, Type: 'string' }));
  await ask('glue', 'CreateTable', { DatabaseName: 'muster', TableInput: { Name, PartitionKeys, StorageDescriptor } });
};
const unload = (sql: string, folder: string, more = '') =>
  query(`UNLOAD (${sql}) TO 's3://inventory/${folder}/' WITH (format = 'PARQUET'${more})`);
const scanned = async (sql: string) => (await query(sql)).execution?.Statistics?.DataScannedInBytes ?? 0;

describe('UNLOAD ("UNLOAD", Athena user guide)', () => {
  it('writes Parquet that a table over the folder gives back', async () => {
    const sql = `SELECT name, version, count(*) AS nodes, map_agg(resourceid, accountid) AS owners, ARRAY['x'] AS list,
      CAST(from_iso8601_timestamp(max(capturetime)) AS timestamp) AS captured, DATE '2026-11-02' AS day
      FROM aws_application GROUP BY name, version ORDER BY version`;
    expect(await unload(sql, 'apps', ", compression = 'ZSTD', compression_level = 4")).toMatchObject({
      state: 'SUCCEEDED',
    });
    const types = {
      name: 'string',
      version: 'string',
      nodes: 'bigint',
      owners: 'map<string,string>',
      list: 'array<string>',
    };
    await table('apps', { ...types, captured: 'timestamp', day: 'date', added: 'string' });
    expect(await rowsOf('SELECT * FROM apps')).toEqual([
      ['aws-cfn-bootstrap', '1.9', '1', '{i-3=100000000011}', '[x]', '2026-11-02 05:00:00.000', '2026-11-02', null],
      [
        'aws-cfn-bootstrap',
        '2.0',
        '2',
        '{i-1=100000000010, i-2=100000000010}',
        '[x]',
        '2026-11-02 05:00:00.000',
        '2026-11-02',
        null,
      ],
    ]);
  });

  it('leaves a manifest of what it wrote with the query results', async () => {
    const { id, execution } = await unload('SELECT 1 AS a', 'manifest');
    const [key] = await keysBelow('manifest/');
    expect(execution?.ResultConfiguration?.OutputLocation).toBe(`s3://results/athena/${id}`);
    expect(execution?.Statistics?.DataManifestLocation).toBe(`s3://results/athena/${id}-manifest.csv`);
    expect(await text('results', `athena/${id}-manifest.csv`)).toBe(`s3://inventory/${key}\n`);
    expect(
      (await ask<{ ResultSet: object }>('athena', 'GetQueryResults', { QueryExecutionId: id })).ResultSet,
    ).toMatchObject({ Rows: [] });
  });

  it('needs a location without data, and writes nothing for no rows', async () => {
    await unload('SELECT 1 AS a WHERE 1 = 0', 'once');
    await unload('SELECT 1 AS a', 'once');
    expect(await keysBelow('once/')).toHaveLength(1);
    const { state, reason } = await unload('SELECT 1 AS a', 'once');
    expect(state).toBe('FAILED');
    expect(reason).toMatch(
      /^HIVE_PATH_ALREADY_EXISTS: Target directory .* already exists: s3:\/\/inventory\/once\/\. /,
    );
  });

  it('writes a folder for each partition, where data may lie already', async () => {
    const sql = 'SELECT resourceid, accountid, region FROM aws_application';
    for (const _ of [1, 2]) await unload(sql, 'parts', ", partitioned_by = ARRAY['accountid', 'region']");
    const folders = (await keysBelow('parts/')).map((key) => key.replace(/[^/]+$/, ''));
    const [first, second] = [
      'parts/accountid=100000000010/region=us-east-1/',
      'parts/accountid=100000000011/region=eu-west-1/',
    ];
    expect(folders).toEqual([first, first, second, second]);
  });

  it.each([
    [
      'columns that are not last',
      'SELECT 1 AS a, 2 AS b',
      ", partitioned_by = ARRAY['a']",
      'HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns',
    ],
    [
      'more than 100 partitions',
      'SELECT 1 AS a, b FROM UNNEST(sequence(1, 101)) AS t (b)',
      ", partitioned_by = ARRAY['b']",
      'HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100',
    ],
    [
      'a type that Hive does not have',
      'SELECT now() AS a',
      '',
      'NOT_SUPPORTED: Unsupported Hive type: timestamp(3) with time zone',
    ],
    ['a query that fails', 'SELECT nope FROM aws_application', '', "COLUMN_NOT_FOUND: line 1:16: Column 'nope'"],
  ])('fails for %s', async (_case, sql, more, reason) => {
    expect((await unload(sql, 'failing', more)).reason).toContain(reason);
    expect(await keysBelow('failing/')).toEqual([]);
  });

  it.each([
    ["UNLOAD (SELECT 1) TO 's3://b/'", 'InvalidRequestException'],
    ["UNLOAD (SELECT 1 FROM) TO 's3://b/' WITH (format = 'PARQUET')", 'InvalidRequestException'],
    ["UNLOAD (SELECT 1) TO 's3://b/' WITH (format = 'ORC')", 'NotImplemented'],
    ["UNLOAD (SELECT 1) TO 's3://b/' WITH (format = 'PARQUET', external_location = 's3://c/')", 'NotImplemented'],
    ["UNLOAD (SELECT 1) TO 's3://b/' WITH (format = 'PARQUET', bucketed_by = ARRAY['a'])", 'NotImplemented'],
  ])('%s is refused', async (sql, name) => {
    await expect(world.start(sql)).rejects.toMatchObject({ name });
  });

  it.each([
    ['s3:ListBucket', 'inventory'],
    ['s3:PutObject', 'inventory/denied'],
  ])('needs %s on its target', async (action, resource) => {
    refuse(action, resource);
    expect((await unload('SELECT 1 AS a', 'denied')).reason).toMatch(
      /^PERMISSION_DENIED: .*\(Path: s3:\/\/inventory\/denied\//,
    );
    refuse('');
  });
});

describe('CREATE TABLE AS ("CREATE TABLE AS", Athena user guide)', () => {
  const create = (name: string, more = '') =>
    query(`CREATE TABLE ${name} WITH (format = 'PARQUET', write_compression = 'SNAPPY'${more}) AS
      SELECT resourceid, 1 AS n, ARRAY[1.5e0] AS list, MAP(ARRAY['k'], ARRAY[CAST(ROW('v') AS ROW(name varchar))]) AS pairs, DATE '2026-11-02' AS day, accountid
      FROM aws_application`);
  const described = (Name: string) => ask<GetTableCommandOutput>('glue', 'GetTable', { DatabaseName: 'muster', Name });

  it('makes a table below the query results', async () => {
    const { id, execution } = await create('copy');
    expect(execution?.ResultConfiguration?.OutputLocation).toBe(`s3://results/athena/tables/${id}`);
    expect((await described('copy')).Table?.StorageDescriptor).toMatchObject({
      Location: `s3://results/athena/tables/${id}/`,
    });
    expect(await rowsOf("SELECT * FROM copy WHERE resourceid = 'i-3'")).toEqual([
      ['i-3', '1', '[1.5]', '{k={name=v}}', '2026-11-02', '100000000011'],
    ]);
    const types = (await described('copy')).Table?.StorageDescriptor?.Columns?.map(({ Type }) => Type);
    expect(types).toEqual(['string', 'int', 'array<double>', 'map<string,struct<name:string>>', 'date', 'string']);
  });

  it('registers its partitions', async () => {
    await create('muster.divided', ", partitioned_by = ARRAY['accountid']");
    expect((await described('divided')).Table?.PartitionKeys).toEqual([{ Name: 'accountid', Type: 'string' }]);
    expect(await rowsOf('SELECT accountid, count(*) FROM divided GROUP BY 1 ORDER BY 1')).toEqual([
      ['100000000010', '2'],
      ['100000000011', '1'],
    ]);
  });

  it('needs a new name, and leaves the place to a workgroup that enforces it', async () => {
    expect((await create('copy')).reason).toBe(
      "TABLE_ALREADY_EXISTS: line 1:1: Destination table 'awsdatacatalog.muster.copy' already exists",
    );
    await expect(create('placed', ", external_location = 's3://inventory/placed/'")).rejects.toThrow(
      'enforces a centralized output location',
    );
    const placed =
      "CREATE TABLE placed WITH (format = 'PARQUET', external_location = 's3://inventory/placed') AS (SELECT 1 AS a)";
    const ResultConfiguration = { OutputLocation: 's3://results/mine/' };
    await query(placed, { WorkGroup: 'primary', ResultConfiguration });
    expect(await rowsOf('SELECT a FROM placed')).toEqual([['1']]);
  });
});

describe('tables of Parquet ("Use columnar storage formats")', () => {
  beforeAll(async () => {
    await unload(
      "SELECT 'x' AS narrow, array_join(sequence(1, 5000), ',') AS wide, 7 AS small",
      'columns',
      ", compression = 'NONE'",
    );
    await table('columns', { narrow: 'string', wide: 'string', small: 'bigint' });
  });

  it('count only the columns that a query reads', async () => {
    const [all, narrow, none] = [
      await scanned('SELECT * FROM columns'),
      await scanned('SELECT narrow FROM columns'),
      await scanned('SELECT count(*) FROM columns'),
    ];
    expect(all).toBeGreaterThan(20_000);
    expect(narrow).toBeLessThan(200);
    expect(await scanned("SELECT 1 FROM columns WHERE narrow = 'x'")).toBe(narrow);
    expect(none).toBe(0);
  });

  it('take numbers that are wider in the table', async () => {
    expect(await rowsOf('SELECT small FROM columns')).toEqual([['7']]);
  });

  it('cancel a query that reads more than its workgroup allows', async () => {
    const configuration = {
      BytesScannedCutoffPerQuery: 10_000,
      ResultConfiguration: { OutputLocation: 's3://results/' },
    };
    world.athena.createWorkGroup({ account: '100000000002', region: 'us-east-1', name: 'frugal', configuration });
    const run = (sql: string) => query(sql, { WorkGroup: 'frugal' });
    expect(await run('SELECT wide FROM columns')).toMatchObject({
      state: 'CANCELLED',
      reason: 'Bytes scanned limit was exceeded',
    });
    expect(await run('SELECT narrow FROM columns')).toMatchObject({ state: 'SUCCEEDED' });
  });

  it('fail for another type and for what is no Parquet', async () => {
    await table('mistyped', { narrow: 'bigint' }, { folder: 'columns' });
    expect((await query('SELECT * FROM mistyped')).reason).toMatch(
      /^HIVE_BAD_DATA: Field narrow's type BINARY in parquet file s3:\/\/inventory\/columns\/\S+ is incompatible with type bigint defined in table schema$/,
    );
    await world.put('text/rows', { a: 1 });
    await table('text', { a: 'string' });
    expect((await query('SELECT * FROM text')).reason).toBe(
      'HIVE_BAD_DATA: Not valid Parquet file: s3://inventory/text/rows',
    );
  });

  it('show the run whose folder the partition lies in: moving it is the commit', async () => {
    await table('curated', { a: 'bigint' }, { keys: ['day'] });
    await unload('SELECT 1 AS a', 'curated/day=1/run=1');
    await unload('SELECT 2 AS a', 'curated/day=1/run=2');
    await query("ALTER TABLE curated ADD PARTITION (day = '1') LOCATION 's3://inventory/curated/day=1/run=1/'");
    expect(await rowsOf('SELECT a, day FROM curated')).toEqual([['1', '1']]);
    await query("ALTER TABLE curated PARTITION (day = '1') SET LOCATION 's3://inventory/curated/day=1/run=2/'");
    expect(await rowsOf('SELECT a, day FROM curated')).toEqual([['2', '1']]);
  });
});

describe('execution parameters ("Use parameterized queries", Athena user guide)', () => {
  const run = (sql: string, ...ExecutionParameters: string[]) => query(sql, { ExecutionParameters });

  it('stand for question marks by their order, in UNLOAD too', async () => {
    const sql = 'SELECT resourceid FROM aws_application WHERE version = ? AND resourceid <> ?';
    const { id, execution } = await run(sql, "'2.0'", "'i-1'");
    expect(execution).toMatchObject({ Query: sql, ExecutionParameters: ["'2.0'", "'i-1'"] });
    expect(await text('results', `athena/${id}.csv`)).toBe('"resourceid"\n"i-2"\n');
    const unloaded = `UNLOAD (${sql}) TO 's3://inventory/parameters/' WITH (format = 'PARQUET')`;
    expect(await run(unloaded, "'2.0'", "'?'")).toMatchObject({ state: 'SUCCEEDED' });
  });

  it.each([["DATE '2026-11-02'"], ['-1'], ['NULL']])('may be %s', async (value) => {
    expect(await run('SELECT 1 WHERE ? IS NOT NULL', value)).toMatchObject({ state: 'SUCCEEDED' });
  });

  it.each([
    [
      'none given',
      'SELECT 1 WHERE 1 = ?',
      [],
      'INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 0',
    ],
    [
      'one too many',
      'SELECT 1',
      ['1'],
      'INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 0 but found 1',
    ],
    ['no text without quotes', 'SELECT 1 WHERE ? = 1', ['Linux'], 'EXPRESSION_NOT_CONSTANT'],
    [
      'nothing more than a value',
      'SELECT 1 WHERE ? = 1',
      ['1) FROM aws_application WHERE (1'],
      'EXPRESSION_NOT_CONSTANT',
    ],
    ['nothing outside of WHERE', 'SELECT ?', ['1'], 'NOT_SUPPORTED: line 1:8: '],
  ])('are refused: %s', async (_case, sql, values, reason) => {
    expect((await run(sql, ...values)).reason).toContain(reason);
  });
});
