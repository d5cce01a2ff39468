import type { GetPartitionCommandOutput } from '@aws-sdk/client-glue';
import { afterAll, describe, expect, it } from 'vitest';
import { at, createAthenaWorld, keyOf } from './athena-world.ts';

const world = createAthenaWorld();
const { query, put, rowsOf, glue, ask, refuse } = world;
afterAll(() => world.athena.close());

const columns: Record<string, string> = {
  Application: 'Name string, ResourceId string, ApplicationType string, Publisher string, Version string',
  AWSComponent: '`ResourceId` string, `Name` string',
  WindowsUpdate: '`ResourceId` string, `HotFixId` string, `InstalledBy` string',
  InstanceInformation: '`AgentType` string, `InstanceId` string, `PlatformType` string',
  Network: '`ResourceId` string, `Name` string, `IPV4` string',
  PatchSummary: '`ResourceId` string, `PatchGroup` string, `MissingCount` int, `FailedCount` int',
};
const createTable = (
  type: string,
  words = 'CREATE EXTERNAL TABLE',
) => `${words} ssminventory.AWS_${type} (${columns[type]})
  PARTITIONED BY (AccountId string, Region string, ResourceType string)
  ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES ('serialization.format' = '1')
  LOCATION 's3://inventory/org/AWS:${type}/'
  TBLPROPERTIES ("comment" = 'by hand')`;

describe('the statements of "Walkthrough: Use resource data sync to aggregate inventory data" (Systems Manager user guide)', () => {
  it('make a database', async () => {
    expect(await query('CREATE DATABASE ssminventory')).toMatchObject({
      state: 'SUCCEEDED',
      execution: { StatementType: 'DDL' },
    });
    expect(glue.databases().map(({ name }) => name)).toContain('ssminventory');
  });

  it.each(Object.keys(columns))('make a table of %s, register its partitions and read it', async (type) => {
    const target = at('100000000010', 'us-east-1');
    await put(keyOf(`AWS:${type}`, target, 'i-1'), { resourceId: 'i-1', InstanceId: 'i-1', MissingCount: '3' });
    expect(await query(createTable(type))).toMatchObject({ state: 'SUCCEEDED' });
    expect(await rowsOf(`SELECT count(*) FROM ssminventory.AWS_${type}`)).toEqual([['0']]);
    const repaired = await query(`MSCK REPAIR TABLE ssminventory.AWS_${type}`);
    expect(repaired.execution?.ResultConfiguration?.OutputLocation).toMatch(/\.txt$/);
    const sql = `SELECT count(*), min(accountid), min(resourcetype) FROM ssminventory.AWS_${type}`;
    expect(await rowsOf(sql)).toEqual([['1', '100000000010', 'ManagedInstanceInventory']]);
  });

  it('read counts as numbers where the table says so', async () => {
    expect(await rowsOf('SELECT missingcount + 1 FROM ssminventory.AWS_PatchSummary')).toEqual([['4']]);
  });
});

describe('MSCK REPAIR TABLE', () => {
  const repair = async () => {
    const { id } = await query('MSCK REPAIR TABLE ssminventory.aws_network');
    const { Body } = await ask<{ Body: Uint8Array }>('s3', 'GetObject', { Bucket: 'results', Key: `athena/${id}.txt` });
    return Buffer.from(Body).toString();
  };

  it("finds what was not there before, and no folder that is not of the table's keys or has a colon", async () => {
    const folder = 'org/AWS:Network/accountid=100000000011';
    for (const path of [
      'region=us-east-1/resourcetype=ManagedInstanceInventory',
      'region=a:b/resourcetype=x',
      'zone=a/resourcetype=x',
      'region=eu',
    ])
      await put(`${folder}/${path}/i-1.json`, { Name: 'eth0' });
    expect(await repair()).toBe(
      'Repair: Added partition to metastore aws_network:accountid=100000000011/region=us-east-1/resourcetype=ManagedInstanceInventory\n',
    );
    expect(await repair()).toBe('');
  });

  it('fails for a table that does not exist', async () => {
    expect((await query('MSCK REPAIR TABLE nothing')).reason).toBe(
      'FAILED: SemanticException [Error 10001]: Table not found muster.nothing',
    );
  });

  it("needs the caller's permission to register partitions", async () => {
    await put('org/AWS:Network/accountid=100000000012/region=a/resourcetype=x/i-1.json', { Name: 'eth0' });
    refuse('glue:BatchCreatePartition');
    expect((await query('MSCK REPAIR TABLE ssminventory.aws_network')).reason).toContain('Insufficient permissions');
    refuse('');
  });
});

describe('CREATE', () => {
  it.each([
    ['CREATE DATABASE ssminventory', /^FAILED: Execution Error, return code 1.*Database already exists/],
    ['CREATE DATABASE IF NOT EXISTS ssminventory', undefined],
    [createTable('Network'), /^FAILED: Execution Error, return code 1.*Table already exists/],
    [createTable('Network', 'CREATE EXTERNAL TABLE IF NOT EXISTS'), undefined],
    ['CREATE EXTERNAL TABLE nowhere (a string)', /without an Amazon S3 LOCATION$/],
  ])('%s', async (sql, reason) => {
    const { state, reason: given } = await query(sql);
    expect(state).toBe(reason ? 'FAILED' : 'SUCCEEDED');
    if (reason) expect(given).toMatch(reason);
  });

  it('fails in a database that does not exist', async () => {
    const sql = createTable('Network').replace('ssminventory', 'nowhere');
    expect((await query(sql)).reason).toContain('Database does not exist');
  });
});

describe('ALTER TABLE ("ALTER TABLE ADD PARTITION", "ALTER TABLE DROP PARTITION", "ALTER TABLE SET LOCATION")', () => {
  const alter = async (rest: string) => (await query(`ALTER TABLE ssminventory.aws_network ${rest}`)).reason;
  const key = (account: string) => `PARTITION (AccountId = '${account}', region = 'a', resourcetype = 'x')`;
  const located = async (account: string) => {
    const at = { DatabaseName: 'ssminventory', TableName: 'aws_network', PartitionValues: [account, 'a', 'x'] };
    const { Partition } = await ask<GetPartitionCommandOutput>('glue', 'GetPartition', at);
    return Partition?.StorageDescriptor?.Location;
  };

  it('adds partitions, where they lie by their names or where it is said', async () => {
    expect(await alter(`ADD ${key('1')} ${key('2')} LOCATION 's3://inventory/elsewhere/'`)).toBeUndefined();
    expect(await located('1')).toBe('s3://inventory/org/AWS:Network/accountid=1/region=a/resourcetype=x/');
    expect(await located('2')).toBe('s3://inventory/elsewhere/');
  });

  it('leaves one that exists alone, and says so unless IF NOT EXISTS', async () => {
    expect(await alter(`ADD ${key('2')}`)).toMatch(/^FAILED: Execution Error, return code 1 .* AlreadyExistsException/);
    expect(await alter(`ADD IF NOT EXISTS ${key('2')} ${key('3')}`)).toBeUndefined();
    expect([await located('2'), await located('3')]).toEqual(['s3://inventory/elsewhere/', expect.any(String)]);
  });

  it('moves a partition', async () => {
    expect(await alter(`${key('2')} SET LOCATION 's3://inventory/moved/'`)).toBeUndefined();
    expect(await located('2')).toBe('s3://inventory/moved/');
    expect(await alter(`${key('9')} SET LOCATION 's3://inventory/moved/'`)).toContain('Partition not found');
  });

  it('drops partitions', async () => {
    expect(await alter(`DROP ${key('2')}, ${key('3')}`)).toBeUndefined();
    await expect(located('2')).rejects.toMatchObject({ name: 'EntityNotFoundException' });
    expect(await alter(`DROP ${key('2')}`)).toContain('Partition not found');
    expect(await alter(`DROP IF EXISTS ${key('2')}`)).toBeUndefined();
  });

  it('refuses a partition without all of its keys, and what is not served', async () => {
    expect(await alter("ADD PARTITION (accountid = '1')")).toContain("doesn't contain all (3) partition columns");
    expect(await alter("SET TBLPROPERTIES ('a' = 'b')")).toContain('the embedded Athena does not alter');
  });

  it.each([
    ['glue:BatchCreatePartition', `ADD ${key('5')}`],
    ['glue:UpdatePartition', `${key('1')} SET LOCATION 's3://inventory/x/'`],
    ['glue:DeletePartition', `DROP ${key('1')}`],
  ])('needs %s', async (action, rest) => {
    refuse(action);
    expect(await alter(rest)).toContain('Insufficient permissions');
    refuse('');
  });
});
