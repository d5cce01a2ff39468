import type { GetTableCommandOutput } from '@aws-sdk/client-glue';
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addObject, noDeliveries } from '../../core/delivery.ts';
import { sampleNewest } from '../../core/newest-objects.ts';
import { censusOf, formatCensus } from '../../core/partition-census.ts';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import { openFleet, type TestFleet } from './a-fleet.ts';

const BUCKET = 'inventory-bucket';
const keyOf = (type: string, account = '100000000010', node = 'i-0123456789abcdef0') =>
  `inventory/${type}/accountid=${account}/region=us-east-1/resourcetype=ManagedInstanceInventory/${node}.json`;
const entry = (attributes: object) =>
  JSON.stringify({ ...attributes, resourceId: 'i-0123456789abcdef0', captureTime: 't', schemaVersion: '1.0' });

describe('the tables of custom types', () => {
  let fleet: TestFleet;
  let reads: string[];
  const put = (type: string, attributes: object, account?: string) =>
    fleet.write(keyOf(type, account), entry(attributes), BUCKET);
  /** What a LIST sees now, and a pass over it: its outcome and the ranges that it read. */
  const pass = async () => {
    const { Contents = [] } = await fleet.ask<ListObjectsV2CommandOutput>('ListObjectsV2', { Bucket: BUCKET });
    const deliveries = noDeliveries('inventory');
    for (const { Key: key = '', ETag: etag = '', Size: sizeBytes = 0, LastModified } of Contents)
      addObject(deliveries, { key, etag, sizeBytes, lastModifiedMs: LastModified?.getTime() ?? 0 });
    const file = { ...formatCensus(censusOf(deliveries.partitions.values())), newest: sampleNewest(deliveries.newest) };
    await fleet.write('ledger/partitions.json', JSON.stringify(file));
    reads.length = 0;
    const outcome = await fleet.maintain({ runId: 'run-1' });
    return { outcome, reads: [...reads] };
  };
  const table = async (Name: string) => {
    const { Table } = await fleet.askGlue<GetTableCommandOutput>('GetTable', { DatabaseName: 'muster', Name });
    const { Columns = [], SerdeInfo, Location } = Table?.StorageDescriptor ?? {};
    return { columns: Columns.map(({ Name: column }) => column), properties: SerdeInfo?.Parameters, Location };
  };
  const envelope = ['resourceid', 'capturetime', 'schemaversion'];

  beforeEach(async () => {
    fleet = await openFleet();
    reads = [];
    fleet.cause(({ operation, input }) => {
      const { Bucket, Key = '', Range = '' } = input as Record<string, string | undefined>;
      if (operation === 'GetObject' && Bucket === BUCKET) reads.push(`${Key.split('/')[1]} ${Range}`);
      return undefined;
    });
  });
  afterEach(() => fleet.close());

  it('come from their newest objects, each read once up to 256 KB; a steady pass reads nothing', async () => {
    await put('Custom:Rack', { 'Rack.Row': '1', Order: '2' });
    await fleet.write(keyOf('Custom:Large'), `${entry({ Big: 'a' })}\n`.repeat(4000), BUCKET);
    await put('AWS:Tag', { Key: 'a', Value: 'b' });
    const first = await pass();
    expect(first.outcome).toMatchObject({ tables: 22, partitionsCreated: 3 });
    expect(first.reads.sort()).toEqual([
      'Custom:Large bytes=0-262143',
      expect.stringMatching(/^Custom:Rack bytes=0-\d+$/),
    ]);
    expect(await table('custom_rack')).toEqual({
      columns: ['item_order', 'rack_row', ...envelope],
      properties: { 'ignore.malformed.json': 'true', 'mapping.rack_row': 'rack.row', 'mapping.item_order': 'order' },
      Location: 's3://inventory-bucket/inventory/Custom:Rack/',
    });
    expect((await table('custom_large')).columns).toEqual(['big', ...envelope]);
    expect(await pass()).toMatchObject({ outcome: { tables: 0, partitionsCreated: 0 }, reads: [] });
  });

  it('grow at their end by what a new version holds, and so do their partitions', async () => {
    await put('Custom:Rack', { Bay: '1' });
    await pass();
    await fleet.advance(60);
    await put('Custom:Rack', { 'b a y': '1', 'B.A.Y': '2', Zone: '3' }, '100000000011');
    const grown = await pass();
    expect(grown.outcome).toMatchObject({ tables: 1, partitionsUpdated: 1, partitionsCreated: 1 });
    expect(grown.reads).toHaveLength(1);
    expect(await table('custom_rack')).toMatchObject({
      columns: ['bay', ...envelope, 'zone', 'b_a_y', 'b_a_y_2'],
      properties: { 'mapping.b_a_y': 'b a y', 'mapping.b_a_y_2': 'b.a.y' },
    });
  });

  it('keep columns whose attributes nobody sends any more', async () => {
    await put('Custom:Rack', { Bay: '1' });
    await pass();
    await put('Custom:Rack', { Zone: '1' });
    await pass();
    expect((await table('custom_rack')).columns).toEqual(['bay', ...envelope, 'zone']);
    fleet.glue.createDatabase('muster');
    await pass();
    expect((await table('custom_rack')).columns).toEqual(['bay', 'zone', ...envelope]);
  });

  it('are two where two types come to one name', async () => {
    await put('Custom:A_B', { One: '1' });
    await pass();
    await put('Custom:A.B', { Two: '2' });
    await pass();
    expect(await table('custom_a_b')).toMatchObject({ columns: ['one', ...envelope] });
    expect(await table('custom_a_b_2')).toMatchObject({
      columns: ['two', ...envelope],
      Location: 's3://inventory-bucket/inventory/Custom:A.B/',
    });
  });

  it('are not held up by an object that is no inventory, that is gone or that nobody may read; the last is tried again', async () => {
    await fleet.write(keyOf('Custom:Broken'), '{"Cut":', BUCKET);
    await put('Custom:Rack', { Bay: '1' });
    fleet.cause(({ operation, input }) => {
      const { Key = '' } = input as Record<string, string | undefined>;
      if (operation !== 'GetObject' || !Key.includes('Custom:Rack')) return undefined;
      return new AwsFault('AccessDenied', 'not this one', { status: 403 });
    });
    expect((await pass()).outcome).toMatchObject({ tables: 22 });
    expect((await table('custom_broken')).columns).toEqual(envelope);
    expect((await table('custom_rack')).columns).toEqual(envelope);
    fleet.cause(() => undefined);
    expect((await pass()).outcome).toMatchObject({ tables: 1 });
    expect((await table('custom_rack')).columns).toEqual([...envelope, 'bay']);
    await put('Custom:Late', { Bay: '1' });
    await fleet.write(keyOf('Custom:Late'), entry({ Bay: '2' }), BUCKET);
    expect((await pass()).outcome).toMatchObject({ tables: 1 });
  });

  it('tell what somebody edited by hand, in a file that a person can read', async () => {
    await put('Custom:Rack', { Bay: '1' });
    await pass();
    const { Table } = await fleet.askGlue<GetTableCommandOutput>('GetTable', {
      DatabaseName: 'muster',
      Name: 'custom_rack',
    });
    const Columns = Table?.StorageDescriptor?.Columns?.map((column) => ({ ...column, Type: 'bigint' })).slice(0, 1);
    const StorageDescriptor = { ...Table?.StorageDescriptor, Columns };
    await fleet.askGlue('UpdateTable', { DatabaseName: 'muster', TableInput: { ...Table, StorageDescriptor } });
    expect((await pass()).outcome).toMatchObject({ tables: 1, tablesEdited: 1, partitionsUpdated: 1 });
    expect(fleet.lines('catalog/tables.json')[0]).toMatchObject({ edited: { custom_rack: ['column bay is bigint'] } });
    expect((await table('custom_rack')).columns).toEqual(['bay', ...envelope]);
  });
});
