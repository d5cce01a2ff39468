import { type GetPartitionsCommandOutput, type GetTableCommandOutput, GlueClient } from '@aws-sdk/client-glue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Catalog } from '../../aws/catalog.ts';
import { censusOf, formatCensus } from '../../core/partition-census.ts';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import { openFleet, type TestFleet } from './a-fleet.ts';

const REGIONS = ['us-east-1', 'eu-west-1'];
const ACCOUNTS = Array.from({ length: 30 }, (_, index) => String(100_000_000_200 + index));
const [FIRST = '', SECOND = ''] = ACCOUNTS;
const TAGS = { DatabaseName: 'muster', TableName: 'aws_tag' };
const DAY = 24 * 60;
const steady = { tables: 0, tablesEdited: 0, partitionsCreated: 0, partitionsUpdated: 0, partitionsDropped: 0 };
const valuesOf = (account: string, region: string) => [account, region, 'ManagedInstanceInventory'];

describe('the partitions of the catalog', () => {
  let fleet: TestFleet;
  let runs = 0;
  /** What a pass came to, and its calls of Glue. */
  const pass = async () => {
    fleet.calls.length = 0;
    runs += 1;
    const outcome = await fleet.maintain({ runId: `run-${runs}` });
    const glueCalls = fleet.calls.filter((operation) => /Table|Partition/.test(operation));
    return { outcome, calls: glueCalls };
  };
  /** The bucket holds objects of these accounts, in both Regions. */
  const hold = (accounts: readonly string[], types = ['AWS:Tag']) => {
    const partitions = accounts.flatMap((accountId) =>
      REGIONS.flatMap((region) => types.map((type) => ({ type, accountId, region }))),
    );
    return fleet.write('ledger/partitions.json', JSON.stringify({ ...formatCensus(censusOf(partitions)), newest: {} }));
  };
  /** The organization of the next pass. */
  const resolve = (accounts: readonly string[]) => {
    const lines = accounts.map((accountId) =>
      JSON.stringify({ schemaVersion: 1, accountId, region: 'us-east-1', accountName: 'any', exclusion: null }),
    );
    return fleet.write(`runs/run-${runs + 1}/scope.jsonl`, `${lines.join('\n')}\n`);
  };
  const standing = async () => {
    const { Partitions = [] } = await fleet.askGlue<GetPartitionsCommandOutput>('GetPartitions', TAGS);
    return Partitions;
  };
  const accountsOf = async () => [...new Set((await standing()).map(({ Values = [] }) => Values[0]))];
  const tags = async () => (await fleet.askGlue<GetTableCommandOutput>('GetTable', { ...TAGS, Name: 'aws_tag' })).Table;

  beforeEach(async () => {
    fleet = await openFleet();
  });
  afterEach(() => fleet.close());

  it('are registered a hundred a call, and a steady pass asks Glue for its tables and for nothing else', async () => {
    await hold(ACCOUNTS, ['AWS:Tag', 'AWS:Network']);
    const first = await pass();
    expect(first.outcome).toMatchObject({ tables: 20, partitionsCreated: 120 });
    expect(first.calls.filter((operation) => operation === 'BatchCreatePartition')).toHaveLength(2);
    expect(await pass()).toEqual({ outcome: steady, calls: ['GetTables'] });
    expect(fleet.lines('catalog/partitions.json')[0]).toMatchObject({ typeSets: [['AWS:Network', 'AWS:Tag']] });
  });

  it('take after their table: its columns, its SerDe, and a folder of their own', async () => {
    await hold([FIRST]);
    await pass();
    const { Columns, SerdeInfo } = (await tags())?.StorageDescriptor ?? {};
    const [europe] = await standing();
    expect(europe?.StorageDescriptor).toMatchObject({ Columns, SerdeInfo });
    expect(europe?.StorageDescriptor?.Location).toMatch(`/inventory/AWS:Tag/accountid=${FIRST}/region=eu-west-1/`);
  });

  it('are remembered but for those that Glue refuses, which are tried again', async () => {
    await hold([FIRST, SECOND]);
    const refuse = new AwsFault('InvalidInputException', 'not today', { status: 400 });
    fleet.cause(({ operation }) => (operation === 'BatchCreatePartition' ? refuse : undefined));
    await expect(pass()).rejects.toThrow('not today');
    fleet.cause(() => undefined);
    expect((await pass()).outcome).toMatchObject({ partitionsCreated: 4 });
  });

  it('that somebody was faster to add count as registered', async () => {
    await hold([FIRST]);
    await pass();
    const PartitionInputList = [{ Values: valuesOf(SECOND, 'eu-west-1') }];
    await fleet.askGlue('BatchCreatePartition', { ...TAGS, PartitionInputList });
    await hold([FIRST, SECOND]);
    expect((await pass()).outcome).toEqual({ ...steady, partitionsCreated: 2 });
    expect((await pass()).outcome).toEqual(steady);
  });

  it('that Glue refuses one by one are told with its reason, and those of the same call are there', async () => {
    await pass();
    const catalog = new Catalog(new GlueClient({}), 'muster');
    const [whole, short] = [valuesOf(FIRST, 'us-east-1'), [FIRST]];
    const partitions = [short, whole].map((values) => ({ values, location: 's3://inventory-bucket/any/' }));
    expect(await catalog.createPartitions({ Name: 'aws_tag' }, partitions)).toEqual([
      { values: short, problem: expect.stringContaining('number of partition keys') },
    ]);
    expect((await standing()).map(({ Values }) => Values)).toEqual([whole]);
    const gone = { values: valuesOf(SECOND, 'us-east-1'), location: 's3://inventory-bucket/any/' };
    expect(await catalog.updatePartitions({ Name: 'aws_tag' }, [gone])).toEqual([
      { values: gone.values, problem: 'Partition not found.' },
    ]);
    expect(await catalog.dropPartitions({ Name: 'aws_tag' }, [gone])).toEqual([]);
  });

  it('are made again with a table that somebody deleted', async () => {
    await hold([FIRST]);
    await pass();
    fleet.glue.createDatabase('muster');
    expect((await pass()).outcome).toMatchObject({ tables: 20, partitionsCreated: 2 });
  });

  it('stay when their account left, unless the config says otherwise; then they go, 25 a call, and come back with it', async () => {
    await hold(ACCOUNTS);
    await pass();
    await resolve([FIRST]);
    expect((await pass()).outcome).toEqual(steady);

    fleet.set({ DROP_LEFT_ACCOUNTS: 'true' });
    await resolve([FIRST]);
    const dropping = await pass();
    expect(dropping.outcome).toEqual({ ...steady, partitionsDropped: 58 });
    expect(dropping.calls).toEqual(['GetTables', ...Array.from({ length: 3 }, () => 'BatchDeletePartition')]);
    expect(await accountsOf()).toEqual([FIRST]);

    await resolve([FIRST, SECOND]);
    expect((await pass()).outcome).toEqual({ ...steady, partitionsCreated: 2 });
    expect(await accountsOf()).toEqual([FIRST, SECOND]);
  });

  it('stay when the run resolved no account at all, which tells nothing', async () => {
    fleet.set({ DROP_LEFT_ACCOUNTS: 'true' });
    await hold([FIRST]);
    await resolve([FIRST]);
    await pass();
    expect((await pass()).outcome).toEqual(steady);
  });

  it('of objects that are gone stay: their account is still there', async () => {
    fleet.set({ DROP_LEFT_ACCOUNTS: 'true' });
    await hold([FIRST, SECOND]);
    await resolve([FIRST, SECOND]);
    await pass();
    await hold([FIRST]);
    await resolve([FIRST, SECOND]);
    expect((await pass()).outcome).toEqual(steady);
  });

  describe('are audited once a month', () => {
    const disturb = async () => {
      const { StorageDescriptor } = (await standing())[0] ?? {};
      const ask = fleet.askGlue;
      const lost = [{ Values: valuesOf(FIRST, 'eu-west-1') }];
      await ask('BatchDeletePartition', { ...TAGS, PartitionsToDelete: lost });
      const Location = 's3://elsewhere/';
      const PartitionInput = {
        Values: valuesOf(SECOND, 'eu-west-1'),
        StorageDescriptor: { ...StorageDescriptor, Location },
      };
      await ask('BatchUpdatePartition', {
        ...TAGS,
        Entries: [{ PartitionValueList: PartitionInput.Values, PartitionInput }],
      });
      const added = [valuesOf('100000000999', 'us-east-1'), ['by', 'some', 'body']];
      await ask('BatchCreatePartition', {
        ...TAGS,
        PartitionInputList: added.map((Values) => ({ Values, StorageDescriptor })),
      });
    };

    it('which makes again what somebody deleted, puts right what lies elsewhere and leaves alone what is somebody’s own', async () => {
      await hold([FIRST, SECOND]);
      await pass();
      await disturb();
      await fleet.advance(29 * DAY);
      expect(await pass()).toEqual({ outcome: steady, calls: ['GetTables'] });

      await fleet.advance(DAY);
      const audit = await pass();
      expect(audit.outcome).toEqual({ ...steady, partitionsCreated: 1, partitionsUpdated: 2 });
      expect(audit.calls.filter((operation) => operation === 'GetPartitions')).toHaveLength(18);
      expect((await accountsOf()).sort()).toEqual([FIRST, SECOND, '100000000999', 'by'].sort());
      const places = (await standing()).map(({ StorageDescriptor }) => StorageDescriptor?.Location);
      expect(places).not.toContain('s3://elsewhere/');
      expect(await pass()).toEqual({ outcome: steady, calls: ['GetTables'] });
    });

    it('and when what is known of them was lost', async () => {
      await hold([FIRST, SECOND]);
      await pass();
      await fleet.write('catalog/partitions.json', '{"schemaVersion":1,"partitions":{}}');
      const audit = await pass();
      expect(audit.outcome).toEqual({ ...steady, partitionsUpdated: 4 });
      expect(await pass()).toEqual({ outcome: steady, calls: ['GetTables'] });
    });
  });

  describe('and a table that somebody edited', () => {
    const edit = async (change: (table: NonNullable<GetTableCommandOutput['Table']>) => object) => {
      const {
        CatalogId: _,
        DatabaseName: __,
        CreateTime: ___,
        UpdateTime: ____,
        ...table
      } = (await tags()) ?? { Name: '' };
      await fleet.askGlue('UpdateTable', { DatabaseName: 'muster', TableInput: { ...table, ...change(table) } });
    };

    it('is told of, not fought, and its partitions follow what it has become', async () => {
      await hold([FIRST]);
      await pass();
      await edit(({ StorageDescriptor }) => ({
        StorageDescriptor: {
          ...StorageDescriptor,
          Columns: StorageDescriptor?.Columns?.map((column) =>
            column.Name === 'value' ? { ...column, Type: 'int' } : column,
          ),
        },
      }));
      const edited = await tags();
      expect(await pass()).toEqual({
        outcome: { ...steady, tablesEdited: 1, partitionsUpdated: 2 },
        calls: ['GetTables', 'BatchUpdatePartition'],
      });
      expect((await pass()).outcome).toEqual({ ...steady, tablesEdited: 1 });
      expect(await tags()).toEqual(edited);
      const [partition] = await standing();
      expect(partition?.StorageDescriptor?.Columns).toEqual(edited?.StorageDescriptor?.Columns);
    });

    it('grows all the same by what it lacks, and so do its partitions', async () => {
      await hold([FIRST]);
      await pass();
      await edit(({ StorageDescriptor }) => ({
        StorageDescriptor: {
          ...StorageDescriptor,
          Columns: [...(StorageDescriptor?.Columns ?? []).slice(1), { Name: 'mine', Type: 'int' }],
        },
      }));
      expect((await pass()).outcome).toEqual({ ...steady, tables: 1, partitionsUpdated: 2 });
      const [partition] = await standing();
      const names = partition?.StorageDescriptor?.Columns?.map(({ Name }) => Name);
      expect(names).toEqual(['value', 'resourceid', 'capturetime', 'schemaversion', 'mine', 'key']);
    });

    it('makes partitions anew that were to follow it and are gone', async () => {
      await hold([FIRST]);
      await pass();
      await edit(({ StorageDescriptor }) => ({
        StorageDescriptor: { ...StorageDescriptor, Columns: StorageDescriptor?.Columns?.slice(1) },
      }));
      await fleet.askGlue('BatchDeletePartition', {
        ...TAGS,
        PartitionsToDelete: [{ Values: valuesOf(FIRST, 'eu-west-1') }],
      });
      expect((await pass()).outcome).toEqual({ ...steady, tables: 1, partitionsUpdated: 1, partitionsCreated: 1 });
      expect((await pass()).outcome).toEqual(steady);
    });

    it('is left alone with its partitions once it lies elsewhere', async () => {
      await hold([FIRST]);
      await pass();
      await edit(({ StorageDescriptor }) => ({
        StorageDescriptor: { ...StorageDescriptor, Columns: [], Location: 's3://elsewhere/' },
      }));
      await hold([FIRST, SECOND]);
      expect(await pass()).toEqual({ outcome: { ...steady, tablesEdited: 1 }, calls: ['GetTables'] });
    });
  });
});
