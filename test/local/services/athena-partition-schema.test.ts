import { beforeEach, describe, expect, it } from 'vitest';
import { createAthenaWorld } from './athena-world.ts';

const column = (Name: string, Type = 'string') => ({ Name, Type });
const SerdeInfo = { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe', Parameters: {} };
const at = { DatabaseName: 'muster', TableName: 'racks' };
const TableInput = (Columns: object[], Parameters: object = {}) => ({
  Name: 'racks',
  PartitionKeys: [column('day')],
  StorageDescriptor: { Columns, Location: 's3://inventory/racks/', SerdeInfo: { ...SerdeInfo, Parameters } },
});

describe('a partition ("Update tables with partitions", Athena user guide)', () => {
  let world: ReturnType<typeof createAthenaWorld>;
  const partition = (day: string, descriptor: object) => ({
    Values: [day],
    StorageDescriptor: { ...descriptor, Location: `s3://inventory/racks/day=${day}/` },
  });
  const update = (table: object) => world.ask('glue', 'UpdateTable', { DatabaseName: 'muster', TableInput: table });
  const add = (...PartitionInputList: object[]) =>
    world.ask('glue', 'BatchCreatePartition', { ...at, PartitionInputList });
  const rows = () => world.rowsOf('SELECT * FROM racks ORDER BY day');

  beforeEach(async () => {
    world = createAthenaWorld();
    await world.ask('glue', 'CreateTable', { DatabaseName: 'muster', TableInput: TableInput([column('bay')]) });
    for (const day of ['1', '2']) await world.put(`racks/day=${day}/a.json`, { bay: `b${day}`, zone: `z${day}` });
  });

  it('keeps its own columns when its table gains one, until it is updated', async () => {
    await add(partition('1', { Columns: [column('bay')], SerdeInfo }));
    expect(await rows()).toEqual([['b1', '1']]);
    const grown = TableInput([column('bay'), column('zone')]);
    await update(grown);
    await add(partition('2', grown.StorageDescriptor));
    expect(await rows()).toEqual([
      ['b1', null, '1'],
      ['b2', 'z2', '2'],
    ]);
    const Entries = [{ PartitionValueList: ['1'], PartitionInput: partition('1', grown.StorageDescriptor) }];
    await world.ask('glue', 'BatchUpdatePartition', { ...at, Entries });
    expect(await rows()).toEqual([
      ['b1', 'z1', '1'],
      ['b2', 'z2', '2'],
    ]);
  });

  it('is read by its own properties', async () => {
    const mapped = { ...SerdeInfo, Parameters: { 'mapping.bay': 'zone' } };
    await add(partition('1', { Columns: [column('bay')], SerdeInfo: mapped }));
    expect(await rows()).toEqual([['z1', '1']]);
  });

  it('without columns of its own has those of its table', async () => {
    await add(partition('1', {}));
    expect(await rows()).toEqual([['b1', '1']]);
  });

  it('fails every query that reads it when a column at the same place has another type', async () => {
    await add(partition('1', { Columns: [column('bays', 'double')], SerdeInfo }));
    expect(await world.query('SELECT bay FROM racks')).toMatchObject({
      state: 'FAILED',
      reason:
        "HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. The types are incompatible and cannot be coerced. The column 'bay' in table 'muster.racks' is declared as type 'string', but partition 'day=1' declared column 'bays' as type 'double'.",
      error: { ErrorCategory: 2 },
    });
    expect(await world.rowsOf("SELECT bay FROM racks WHERE day = '2'")).toEqual([]);
  });
});
