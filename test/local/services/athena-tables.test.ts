import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, catalog, createAthenaWorld, keyOf } from './athena-world.ts';

const world = createAthenaWorld();
const { ask, put, query, rowsOf, table, glue } = world;
afterAll(() => world.athena.close());

const string = (Name: string) => ({ Name, Type: 'string' });
let tables = 0;
/** A table of its own over these lines. */
async function tableOf(
  lines: readonly (object | string)[],
  columns = [string('name')],
  parameters = {},
): Promise<string> {
  const name = `t${tables++}`;
  await table(name, columns, parameters);
  await put(`${name}/rows.json`, ...lines);
  return name;
}

describe('rows as the OpenX SerDe reads them ("OpenX JSON SerDe")', () => {
  it('finds keys whatever their case, leaves missing ones null and takes other types as text', async () => {
    const name = await tableOf([
      { NAME: 'a' },
      { other: 1 },
      { name: null },
      { name: 7 },
      { name: { a: 1 } },
      '',
      '  ',
    ]);
    expect(await rowsOf(`SELECT name FROM ${name}`)).toEqual([['a'], [null], [null], ['7'], ['{"a":1}']]);
  });

  it('turns numbers in text into numbers', async () => {
    const columns = ['int', 'bigint', 'double', 'boolean', 'decimal(10,2)', 'timestamp', 'date'].map((Type, index) => ({
      Name: `c${index}`,
      Type,
    }));
    const row = { c0: '3', c1: '4', c2: '5', c3: 'true', c4: 1.5, c5: '2026-11-02 06:00:00', c6: '2026-11-02' };
    const name = await tableOf([row, { c0: 3, c1: 4, c2: 5.5, c3: false }], columns);
    expect(await rowsOf(`SELECT * FROM ${name}`)).toEqual([
      ['3', '4', '5.0', 'true', '1.50', '2026-11-02 06:00:00.000', '2026-11-02'],
      ['3', '4', '5.5', 'false', null, null, null],
    ]);
  });

  it('fails for text that is no number', async () => {
    const name = await tableOf([{ n: 'many' }], [{ Name: 'n', Type: 'int' }]);
    expect(await query(`SELECT n FROM ${name}`)).toMatchObject({
      state: 'FAILED',
      reason: 'HIVE_BAD_DATA: Error Parsing a column in the table: For input string: "many"',
    });
  });

  it('reads lists, structs and maps', async () => {
    const columns = [
      { Name: 'list', Type: 'array<struct<Id:int,tags:array<string>>>' },
      { Name: 'map', Type: 'map<string,bigint>' },
      { Name: 'flags', Type: 'struct<on:boolean,at:string>' },
    ];
    const name = await tableOf(
      [
        { list: [{ id: '1', TAGS: ['x', 'y'] }, null], map: { a: 1 }, flags: { ON: true } },
        { list: 'none', map: 1, flags: [] },
      ],
      columns,
    );
    expect(await rowsOf(`SELECT list, map, flags, list[1].tags[2] FROM ${name}`)).toEqual([
      ['[{id=1, tags=[x, y]}, null]', '{a=1}', '{on=true, at=null}', 'y'],
      [null, null, null, null],
    ]);
  });

  it('maps columns to other keys, also to one that a partition key hides', async () => {
    const name = await tableOf([{ ResourceType: 'EC2Instance' }], [string('item_resourcetype')], {
      'mapping.item_resourcetype': 'resourcetype',
    });
    expect(await rowsOf(`SELECT item_resourcetype FROM ${name}`)).toEqual([['EC2Instance']]);
  });

  it('replaces dots in keys when asked', async () => {
    const row = { 'a.b': 'x' };
    const strict = await tableOf([row], [string('a_b')]);
    const lenient = await tableOf([row], [string('a_b')], { 'dots.in.keys': 'true' });
    expect(await rowsOf(`SELECT a_b FROM ${strict}`)).toEqual([[null]]);
    expect(await rowsOf(`SELECT a_b FROM ${lenient}`)).toEqual([['x']]);
  });

  it('keeps cases apart when asked', async () => {
    const parameters = { 'case.insensitive': 'FALSE', 'mapping.url1': 'URL', 'mapping.url2': 'Url' };
    const name = await tableOf([{ URL: 'a', Url: 'b' }], [string('url1'), string('url2')], parameters);
    expect(await rowsOf(`SELECT * FROM ${name}`)).toEqual([['a', 'b']]);
  });

  it('refuses keys that differ in nothing but case', async () => {
    const name = await tableOf([{ URL: 'a', Url: 'b' }]);
    const { reason } = await query(`SELECT * FROM ${name}`);
    expect(reason).toBe('HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: Duplicate key "url"');
  });

  it.each([
    ['fails for a malformed row', {}, 'HIVE_CURSOR_ERROR: Row is not a valid JSON Object'],
    [
      'reads a malformed row as nulls when asked (Trino source, "OpenX JSON format")',
      { 'ignore.malformed.json': 'TRUE' },
      undefined,
    ],
  ])('%s', async (_case, parameters, reason) => {
    const name = await tableOf([{ name: 'a' }, '{"name":', '[1]', { name: 'b' }], undefined, parameters);
    expect((await query(`SELECT name FROM ${name}`)).reason).toBe(reason);
    if (!reason) expect(await rowsOf(`SELECT name FROM ${name}`)).toEqual([['a'], [null], [null], ['b']]);
  });

  it.each([
    ['a row with equal keys', '{"URL":"a","Url":"b"}'],
    ['a truncated row', '{"name":"a'],
  ])('reads %s as nulls when malformed rows are ignored', async (_case, row) => {
    const name = await tableOf([row, { name: 'b' }], undefined, { 'ignore.malformed.json': 'true' });
    expect(await rowsOf(`SELECT name FROM ${name}`)).toEqual([[null], ['b']]);
  });

  it('takes null for what is not of its type when asked', async () => {
    const parameters = { 'use.null.for.invalid.data': 'true' };
    const name = await tableOf([{ n: 'many' }, { n: 1 }], [{ Name: 'n', Type: 'int' }], parameters);
    expect(await rowsOf(`SELECT n FROM ${name}`)).toEqual([[null], ['1']]);
  });

  it('replaces bytes that are no UTF-8 (Hadoop, `Text.decode`)', async () => {
    const name = await tableOf([]);
    const Body = Buffer.concat([Buffer.from('{"name":"a'), Buffer.from([0xff]), Buffer.from('"}')]);
    await ask('s3', 'PutObject', { Bucket: 'inventory', Key: `${name}/broken.json`, Body });
    expect(await rowsOf(`SELECT name FROM ${name}`)).toEqual([['a\ufffd']]);
  });

  it('refuses another format and a type that it does not know', async () => {
    const TableInput = {
      Name: 'csv',
      StorageDescriptor: { Columns: [], SerdeInfo: { SerializationLibrary: 'OpenCSV' } },
    };
    await ask('glue', 'CreateTable', { DatabaseName: 'muster', TableInput });
    expect((await query('SELECT * FROM csv')).reason).toContain('HIVE_UNSUPPORTED_FORMAT');
    const name = await tableOf([], [{ Name: 'a', Type: 'uniontype<int>' }]);
    expect(await query(`SELECT * FROM ${name}`)).toMatchObject({
      state: 'FAILED',
      error: { ErrorCategory: 1, ErrorType: 200 },
    });
  });
});

describe('which objects a table has', () => {
  const [known, unknown] = [at('100000000010', 'us-east-1'), at('100000000011', 'us-east-1')];
  beforeAll(async () => {
    await catalog(world, 'AWS:Tag', [known]);
    for (const target of [known, unknown])
      await put(keyOf('AWS:Tag', target, 'i-1'), { Key: 'Environment', Value: target.accountId, resourceId: 'i-1' });
  });

  it('are those under registered partitions, whose values are columns ("Partition your data")', async () => {
    const sql = 'SELECT value, accountid, region, resourcetype FROM aws_tag ORDER BY value';
    const row = (account: string) => [account, account, 'us-east-1', 'ManagedInstanceInventory'];
    expect(await rowsOf(sql)).toEqual([row('100000000010')]);
    const { StorageDescriptor } = {
      StorageDescriptor: { Location: `s3://inventory/${keyOf('AWS:Tag', unknown, '').replace('/.json', '')}` },
    };
    const Values = ['100000000011', 'us-east-1', 'ManagedInstanceInventory'];
    const input = { DatabaseName: 'muster', TableName: 'aws_tag', PartitionInputList: [{ Values, StorageDescriptor }] };
    await ask('glue', 'BatchCreatePartition', input);
    expect(await rowsOf(sql)).toEqual([row('100000000010'), row('100000000011')]);
  });

  it('are the newest: one that was written anew is read anew', async () => {
    const sql = "SELECT value FROM aws_tag WHERE accountid = '100000000010'";
    await put(keyOf('AWS:Tag', known, 'i-1'), { Value: 'changed' });
    expect(await rowsOf(sql)).toEqual([['changed']]);
  });

  it('are not the hidden and the empty ones ("Table location in Amazon S3")', async () => {
    const name = await tableOf([{ name: 'seen' }]);
    for (const hidden of ['_SUCCESS', '.tmp', '_temporary/x.json']) await put(`${name}/${hidden}`, { name: 'hidden' });
    await put(`${name}/empty.json`, '');
    expect(await rowsOf(`SELECT name FROM ${name}`)).toEqual([['seen']]);
  });

  it('count as scanned, up to the limit of the workgroup ("Setting data usage control limits")', async () => {
    const name = await tableOf(['{"name":"a"}', '{"name":"b"}']);
    const read = await query(`SELECT name FROM ${name}`);
    expect(read.execution?.Statistics?.DataScannedInBytes).toBe(25);
    const configuration = { BytesScannedCutoffPerQuery: 24, ResultConfiguration: { OutputLocation: 's3://results/' } };
    world.athena.createWorkGroup({ account: '100000000002', region: 'us-east-1', name: 'frugal', configuration });
    expect(await query(`SELECT name FROM ${name}`, { WorkGroup: 'frugal' })).toMatchObject({
      state: 'CANCELLED',
      reason: 'Bytes scanned limit was exceeded',
    });
  });
});

describe('what a query scans ("Top 10 performance tuning tips for Amazon Athena": partitions are pruned by conditions on their keys)', () => {
  const targets = ['100000000010', '100000000011', '100000000012'].map((account) => at(account, 'us-east-1'));
  beforeAll(async () => {
    await catalog(world, 'AWS:Service', targets);
    for (const target of targets) await put(keyOf('AWS:Service', target, 'i-1'), '{"Name":"a"}');
  });
  const scanned = async (sql: string) => (await query(sql)).execution?.Statistics?.DataScannedInBytes;

  it.each([
    ['SELECT name FROM aws_service', 36],
    ["SELECT name FROM aws_service WHERE accountid = '100000000011'", 12],
    ["SELECT name FROM aws_service WHERE accountid IN ('100000000011', '100000000012') AND region LIKE 'us-%'", 24],
    ["SELECT name FROM aws_service WHERE substr(accountid, 12) = '0' AND name = 'a'", 12],
    ["SELECT name FROM aws_service WHERE accountid = '100000000011' OR name = 'b'", 36],
    ["WITH s AS (SELECT * FROM aws_service) SELECT name FROM s WHERE accountid > '100000000011'", 12],
    ["SELECT a.name FROM aws_service a JOIN aws_service b USING (name) WHERE a.accountid = '100000000010'", 48],
    ['SELECT name FROM aws_service WHERE CAST(substr(accountid, 12) AS integer) = 1', 12],
    ["SELECT name FROM aws_service WHERE accountid = 'none'", 0],
    ['SELECT 1 WHERE EXISTS (SELECT 1 FROM aws_service WHERE 1 = 0)', 0],
  ])('%s: %i bytes', async (sql, bytes) => {
    expect(await scanned(sql)).toBe(bytes);
  });

  it('is not what lies elsewhere: an object that cannot be read there hurts nobody', async () => {
    await put(keyOf('AWS:Service', at('100000000012', 'us-east-1'), 'i-2'), '{"Name":"secret"}');
    world.refuse('s3:GetObject', 'i-2.json');
    expect(await rowsOf("SELECT name FROM aws_service WHERE accountid <> '100000000012'")).toEqual([['a'], ['a']]);
    expect((await query('SELECT name FROM aws_service')).reason).toMatch(/^PERMISSION_DENIED: .*i-2\.json\)$/);
    world.refuse('');
    expect(await rowsOf('SELECT count(*) FROM aws_service')).toEqual([['4']]);
  });
});

describe('a table', () => {
  it('whose column repeats a partition key cannot be read', async () => {
    const TableInput = {
      Name: 'twice',
      PartitionKeys: [string('resourcetype')],
      StorageDescriptor: { Columns: [string('ResourceType')] },
    };
    await ask('glue', 'CreateTable', { DatabaseName: 'muster', TableInput });
    expect((await query('SELECT * FROM twice')).reason).toMatch(/^HIVE_INVALID_METADATA: .* duplicate columns$/);
  });

  it('is found by pages of partitions', async () => {
    const targets = Array.from({ length: 100 }, (_, index) => at(String(200_000_000_000 + index), 'us-east-1'));
    await catalog(world, 'AWS:Network', targets);
    for (const target of targets) await put(keyOf('AWS:Network', target, 'i-1'), { Name: 'eth0' });
    expect(await rowsOf('SELECT count(DISTINCT accountid) FROM aws_network')).toEqual([['100']]);
    expect(glue.databases()[0]?.tables).toContainEqual(
      expect.objectContaining({ name: 'aws_network', partitions: 100 }),
    );
  });
});
