import { describe, expect, it } from 'vitest';
import { inventoryTables } from '../../core/catalog.ts';
import { compareTable, type StandingTable, shapeOf } from '../../core/table-comparison.ts';

const wanted = inventoryTables({ bucketName: 'inventory', prefix: 'fleet' }).get('AWS:InstanceInformation');
if (wanted === undefined) throw new Error('no table');
const { Columns, Location, SerdeInfo } = wanted.StorageDescriptor;
const whole: StandingTable = {
  columns: Columns,
  partitionKeys: wanted.PartitionKeys,
  location: Location,
  serde: SerdeInfo.SerializationLibrary,
  properties: SerdeInfo.Parameters,
};
const nothing = { missingColumns: [], missingProperties: {}, edits: [], isForeign: false };
const column = (Name: string, Type = 'string') => ({ Name, Type });
const without = (name: string) => Columns.filter(({ Name }) => Name !== name);

describe('a table that stands', () => {
  it('has nothing to be told of when it is as it should be, whatever somebody added', () => {
    expect(compareTable(wanted, whole)).toEqual(nothing);
    const more: StandingTable = {
      ...whole,
      columns: [
        ...Columns.map(({ Name, Type }) => column(Name.toUpperCase(), Type.toUpperCase())),
        column('theirs', 'int'),
      ],
      location: Location.replace(/\/$/, ''),
      properties: { ...whole.properties, 'use.null.for.invalid.data': 'true' },
    };
    expect(compareTable(wanted, more)).toEqual(nothing);
  });

  it('grows by columns and properties that it lacks', () => {
    const { 'mapping.item_resourcetype': mapping = '', ...properties } = whole.properties;
    expect(compareTable(wanted, { ...whole, columns: without('item_resourcetype'), properties })).toEqual({
      ...nothing,
      missingColumns: [column('item_resourcetype')],
      missingProperties: { 'mapping.item_resourcetype': mapping },
    });
  });

  it.each<[string, Partial<StandingTable>, string, boolean]>([
    [
      'a column of another type',
      { columns: [...without('agentversion'), column('agentversion', 'int')] },
      'column agentversion is int',
      false,
    ],
    [
      'another SerDe',
      { serde: 'org.apache.hive.hcatalog.data.JsonSerDe' },
      'SerDe is org.apache.hive.hcatalog.data.JsonSerDe',
      false,
    ],
    [
      'another property',
      { properties: { ...whole.properties, 'ignore.malformed.json': 'false' } },
      'ignore.malformed.json is false',
      false,
    ],
    ['another location', { location: 's3://elsewhere/' }, 'location is s3://elsewhere/', true],
    ['other partitions', { partitionKeys: [column('day')] }, 'partitioned by day string', true],
    ['no partitions', { partitionKeys: [] }, 'partitioned by nothing', true],
  ])('is told to have been edited: %s', (_, edit, told, isForeign) => {
    expect(compareTable(wanted, { ...whole, ...edit })).toEqual({ ...nothing, edits: [told], isForeign });
  });

  it('has another shape with whatever its partitions take after it, and only then', () => {
    const [one = '', other = ''] = Object.keys(whole.properties);
    const turned = { [other]: whole.properties[other] ?? '', [one]: whole.properties[one] ?? '' };
    expect(shapeOf({ ...whole, properties: turned, location: 's3://elsewhere/' })).toBe(shapeOf(whole));
    for (const edit of [
      { columns: [...Columns, column('more')] },
      { columns: Columns.toReversed() },
      { serde: 'another' },
      { properties: {} },
    ])
      expect(shapeOf({ ...whole, ...edit })).not.toBe(shapeOf(whole));
  });
});
