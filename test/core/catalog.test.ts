import { describe, expect, it } from 'vitest';
import { inventoryTables, partitionOf, quarantineTable, tableName, verdictsTable } from '../../core/catalog.ts';
import { AccountId, Region } from '../../core/target.ts';

const location = { bucketName: 'inventory', prefix: 'fleet' };
const byType = inventoryTables(location);
const tables = new Map([...byType.values()].map((table) => [table.Name, table]));
const columnsOf = (name: string) => tables.get(name)?.StorageDescriptor.Columns.map(({ Name }) => Name);

describe('the inventory tables', () => {
  it.each([
    ['AWS:Application', 'aws_application'],
    ['AWS:AWSComponent', 'aws_awscomponent'],
    ['Custom:Rack.Location', 'custom_rack_location'],
  ])('name %s as a crawler would: %s', (type, name) => {
    expect(tableName(type)).toBe(name);
  });

  it('declare every attribute and the envelope, each once and all as strings', () => {
    expect(columnsOf('aws_tag')).toEqual(['key', 'value', 'resourceid', 'capturetime', 'schemaversion']);
    for (const table of tables.values()) {
      const names = [...table.StorageDescriptor.Columns, ...table.PartitionKeys].map(({ Name }) => Name);
      expect(new Set(names).size, table.Name).toBe(names.length);
      expect(new Set(table.StorageDescriptor.Columns.map(({ Type }) => Type))).toEqual(new Set(['string']));
    }
  });

  it('keep the data attribute ResourceType beside the partition key of that name by mapping it', () => {
    const table = tables.get('aws_instanceinformation');
    expect(columnsOf('aws_instanceinformation')).toContain('item_resourcetype');
    expect(table?.StorageDescriptor.SerdeInfo.Parameters).toEqual({
      'ignore.malformed.json': 'true',
      'mapping.item_resourcetype': 'resourcetype',
    });
  });

  it('lie at the folder of their type, with or without a prefix', () => {
    expect(tables.get('aws_tag')?.StorageDescriptor.Location).toBe('s3://inventory/fleet/AWS:Tag/');
    const bare = inventoryTables({ bucketName: 'inventory', prefix: '' });
    expect(bare.get('AWS:InstanceInformation')?.StorageDescriptor.Location).toBe(
      's3://inventory/AWS:InstanceInformation/',
    );
  });

  it('are partitioned by account, Region and resource type at the folders that Systems Manager writes', () => {
    const table = byType.get('AWS:InstanceInformation');
    if (!table) throw new Error('no table');
    const target = { accountId: AccountId.parse('100000000010'), region: Region.parse('eu-west-1') };
    expect(partitionOf(table, target)).toEqual({
      values: ['100000000010', 'eu-west-1', 'ManagedInstanceInventory'],
      location:
        's3://inventory/fleet/AWS:InstanceInformation/accountid=100000000010/region=eu-west-1/resourcetype=ManagedInstanceInventory/',
    });
  });
});

describe('the table of verdicts', () => {
  it('reads the ledger where it lies, reasons as a list', () => {
    const { StorageDescriptor, PartitionKeys } = verdictsTable('s3://state/ledger/latest/');
    expect(StorageDescriptor.Location).toBe('s3://state/ledger/latest/');
    const types = new Map(StorageDescriptor.Columns.map(({ Name, Type }) => [Name, Type]));
    expect(types.get('reasons')).toBe('array<string>');
    expect(types.get('nodesmissing')).toBe('int');
    expect(types.get('accountid')).toBe('string');
    expect(PartitionKeys).toEqual([]);
  });
});

describe('the table of quarantined objects', () => {
  it('tells of each what to ask for: its key, its version, its reason and its size', () => {
    const { Name, StorageDescriptor } = quarantineTable('s3://state/ledger/quarantine/');
    expect([Name, StorageDescriptor.Location]).toEqual(['quarantine', 's3://state/ledger/quarantine/']);
    const types = StorageDescriptor.Columns.map(({ Name: name, Type }) => `${name} ${Type}`);
    expect(types.join(', ')).toBe(
      'schemaversion int, key string, versionid string, reason string, accountid string, region string, type string, nodeid string, foundat string, lastmodifiedat string, sizebytes bigint',
    );
  });
});
