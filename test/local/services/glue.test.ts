import type {
  BatchCreatePartitionCommandOutput,
  BatchDeletePartitionCommandOutput,
  BatchUpdatePartitionCommandOutput,
  GetPartitionCommandOutput,
  GetPartitionsCommandOutput,
  GetTableCommandOutput,
  GetTablesCommandOutput,
} from '@aws-sdk/client-glue';
import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import { Glue } from '../../../local/services/glue.ts';

const administrator = {
  kind: 'administrator',
  account: '100000000002',
  arn: 'arn:aws:iam::100000000002:root',
} as const;
let cloud: Cloud;
let glue: Glue;
const ask = <Output>(operation: string, input: object) =>
  cloud.ask<Output>({ service: 'glue', operation, region: 'us-east-1', caller: administrator, input });
const table = (Name: string) => ({
  Name,
  PartitionKeys: [{ Name: 'day' }],
  StorageDescriptor: { Columns: [{ Name: 'a' }] },
});
const partitions = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ Values: [String(from + index).padStart(4, '0')] }));

beforeEach(async () => {
  cloud = new Cloud(new Clock(new Date('2026-11-02T06:00:00Z')), new Draw(1));
  glue = new Glue(cloud);
  cloud.add(glue);
  glue.createDatabase('muster');
  await ask('CreateTable', { DatabaseName: 'muster', TableInput: table('Nodes') });
});

describe('the Glue Data Catalog', () => {
  it('keeps tables under names in lower case and refuses the same one twice', async () => {
    const { Table } = await ask<GetTableCommandOutput>('GetTable', { DatabaseName: 'MUSTER', Name: 'NODES' });
    expect(Table).toMatchObject({
      Name: 'nodes',
      DatabaseName: 'muster',
      CreateTime: new Date('2026-11-02T06:00:00Z'),
    });
    await expect(ask('CreateTable', { DatabaseName: 'muster', TableInput: table('nodes') })).rejects.toMatchObject({
      name: 'AlreadyExistsException',
    });
  });

  it.each([
    ['a database', 'GetDatabase', { Name: 'nowhere' }],
    ['a table', 'GetTable', { DatabaseName: 'muster', Name: 'nothing' }],
    ['the table to update', 'UpdateTable', { DatabaseName: 'muster', TableInput: table('nothing') }],
  ])('says EntityNotFound for %s that does not exist', async (_case, operation, input) => {
    await expect(ask(operation, input)).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  });

  it('pages tables', async () => {
    await ask('CreateTable', { DatabaseName: 'muster', TableInput: table('tags') });
    const first = await ask<GetTablesCommandOutput>('GetTables', { DatabaseName: 'muster', MaxResults: 1 });
    expect(first.TableList?.map(({ Name }) => Name)).toEqual(['nodes']);
    const second = await ask<GetTablesCommandOutput>('GetTables', {
      DatabaseName: 'muster',
      NextToken: first.NextToken,
    });
    expect(second).toMatchObject({ TableList: [{ Name: 'tags' }], NextToken: undefined });
    await expect(ask('GetTables', { DatabaseName: 'muster', NextToken: 'x' })).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  it('takes at most 100 partitions at once (Glue API reference, BatchCreatePartition)', async () => {
    const input = { DatabaseName: 'muster', TableName: 'nodes', PartitionInputList: partitions(0, 101) };
    await expect(ask('BatchCreatePartition', input)).rejects.toMatchObject({ name: 'InvalidInputException' });
  });

  it('names the partitions of a batch that it refuses and takes the others', async () => {
    const create = (PartitionInputList: object[]) =>
      ask<BatchCreatePartitionCommandOutput>('BatchCreatePartition', {
        DatabaseName: 'muster',
        TableName: 'nodes',
        PartitionInputList,
      });
    await create(partitions(0, 2));
    const { Errors } = await create([...partitions(1, 2), { Values: ['a', 'b'] }]);
    expect(Errors?.map(({ PartitionValues, ErrorDetail }) => [PartitionValues, ErrorDetail?.ErrorCode])).toEqual([
      [['0001'], 'AlreadyExistsException'],
      [['a', 'b'], 'InvalidInputException'],
    ]);
    expect(glue.databases()).toEqual([{ name: 'muster', tables: [{ name: 'nodes', columns: 1, partitions: 3 }] }]);
  });

  it('pages partitions in the order of their values', async () => {
    for (const from of [100, 0])
      await ask('BatchCreatePartition', {
        DatabaseName: 'muster',
        TableName: 'nodes',
        PartitionInputList: partitions(from, 100),
      });
    const page = (NextToken?: string) =>
      ask<GetPartitionsCommandOutput>('GetPartitions', {
        DatabaseName: 'muster',
        TableName: 'nodes',
        MaxResults: 150,
        NextToken,
      });
    const first = await page();
    expect(first.Partitions).toHaveLength(150);
    expect(first.Partitions?.[0]?.Values).toEqual(['0000']);
    const second = await page(first.NextToken);
    expect(second.Partitions).toHaveLength(50);
    expect(second.NextToken).toBeUndefined();
  });

  it('asks for the action on catalog, database and table', async () => {
    const asked: string[] = [];
    cloud.authorizeWith((needs) => asked.push(...needs.map(({ action, resource }) => `${action} ${resource}`)));
    await ask('GetPartitions', { DatabaseName: 'muster', TableName: 'nodes' });
    expect(asked).toEqual(
      ['catalog', 'database/muster', 'table/muster/nodes'].map(
        (path) => `glue:GetPartitions arn:aws:glue:us-east-1:100000000002:${path}`,
      ),
    );
  });

  const at = { DatabaseName: 'muster', TableName: 'nodes' };
  const create = (count: number) => ask('BatchCreatePartition', { ...at, PartitionInputList: partitions(0, count) });

  it('moves a partition, or gives it other values (Glue API reference, UpdatePartition)', async () => {
    await create(2);
    const move = (PartitionInput: object) =>
      ask('UpdatePartition', { ...at, PartitionValueList: ['0000'], PartitionInput });
    await move({ Values: ['0000'], StorageDescriptor: { Location: 's3://b/run=2/' } });
    const { Partition } = await ask<GetPartitionCommandOutput>('GetPartition', { ...at, PartitionValues: ['0000'] });
    expect(Partition?.StorageDescriptor?.Location).toBe('s3://b/run=2/');
    await expect(move({ Values: ['0001'] })).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    await expect(move({ Values: ['a', 'b'] })).rejects.toMatchObject({ name: 'InvalidInputException' });
    await move({ Values: ['0009'] });
    await expect(ask('GetPartition', { ...at, PartitionValues: ['0000'] })).rejects.toMatchObject({
      name: 'EntityNotFoundException',
    });
  });

  it('deletes and updates in batches of 25 and 100, and tells what it refused (Glue API reference)', async () => {
    await create(30);
    const remove = (PartitionsToDelete: object[]) =>
      ask<BatchDeletePartitionCommandOutput>('BatchDeletePartition', { ...at, PartitionsToDelete });
    await expect(remove(partitions(0, 26))).rejects.toMatchObject({ name: 'InvalidInputException' });
    expect((await remove(partitions(20, 25))).Errors).toHaveLength(15);
    const Entries = [
      { PartitionValueList: ['0001'], PartitionInput: { Values: ['0001'] } },
      { PartitionValueList: ['0029'], PartitionInput: {} },
    ];
    const { Errors } = await ask<BatchUpdatePartitionCommandOutput>('BatchUpdatePartition', { ...at, Entries });
    expect(Errors).toMatchObject([
      { PartitionValueList: ['0029'], ErrorDetail: { ErrorCode: 'EntityNotFoundException' } },
    ]);
    await ask('DeletePartition', { ...at, PartitionValues: ['0000'] });
    expect(glue.databases()[0]?.tables[0]?.partitions).toBe(19);
  });

  it('hands partitions out in segments that do not overlap (Glue API reference, GetPartitions: Segment)', async () => {
    await create(10);
    const values: (string | undefined)[] = [];
    for (const SegmentNumber of [0, 1, 2]) {
      const Segment = { SegmentNumber, TotalSegments: 3 };
      const { Partitions } = await ask<GetPartitionsCommandOutput>('GetPartitions', { ...at, Segment });
      values.push(...(Partitions ?? []).map(({ Values }) => Values?.[0]));
    }
    expect(values.toSorted()).toEqual(partitions(0, 10).map(({ Values }) => Values[0]));
    await expect(ask('GetPartitions', { ...at, Expression: "day = '1'" })).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });

  it('leaves the columns of partitions out where they are not asked for (Glue API reference, GetPartitions)', async () => {
    const at = { DatabaseName: 'muster', TableName: 'nodes' };
    const StorageDescriptor = { Columns: [{ Name: 'a' }], Location: 's3://bucket/day/' };
    await ask('BatchCreatePartition', { ...at, PartitionInputList: [{ Values: ['1'], StorageDescriptor }] });
    const whole = await ask<GetPartitionsCommandOutput>('GetPartitions', at);
    expect(whole.Partitions?.[0]?.StorageDescriptor).toEqual(StorageDescriptor);
    const bare = await ask<GetPartitionsCommandOutput>('GetPartitions', { ...at, ExcludeColumnSchema: true });
    expect(bare.Partitions?.[0]).toMatchObject({ Values: ['1'] });
    expect(bare.Partitions?.[0]?.StorageDescriptor).toEqual({ Location: 's3://bucket/day/' });
  });
});
