import { beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../local/cli/hub.ts';
import { answerAll } from '../../local/cli/questions.ts';
import type { QueryReport, Report } from '../../local/cli/report.ts';
import { runWorld } from '../../local/cli/run.ts';
import type { EmbeddedCloud } from '../../local/embedded-cloud.ts';
import { HUB, PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { reportOf, type WorldFile, withWorld } from './world-runner.ts';

type Row = Readonly<Record<string, string>>;
interface Custom {
  readonly type: string;
  readonly nodes?: number;
  readonly rows: readonly Row[];
}

const RACK = 'Custom:Rack.Location';
const awkward: Row = {
  'Rack.Row': 'B',
  'Rack Row': 'C',
  Rack_Row: 'D',
  Order: '7',
  Region: 'hall 4',
  SerialNumber: 'SN-1',
  '2nd Disk': 'no',
  Größe: '"2 U"\n',
};
/** By account and Region. */
const customs: Readonly<Record<string, Custom[]>> = {
  [`${PAYMENTS}/us-east-1`]: [
    { type: RACK, rows: [awkward, { SerialNumber: 'SN-2' }] },
    { type: 'Custom:Licence', nodes: 1, rows: [{ Key: 'abc', Until: '2027-01-01' }] },
  ],
  [`${PAYMENTS}/eu-west-1`]: [{ type: RACK, rows: [{ SERIALNUMBER: 'SN-3', Bay: '' }] }],
  [`${STOREFRONT}/us-east-1`]: [
    { type: 'Custom:Rack_Location', rows: [{ Order: '8' }] },
    // Two keys that differ in case only, once the sync has put its envelope around them: the SerDe refuses the row.
    { type: 'Custom:Duplicate', nodes: 1, rows: [{ ResourceId: 'x', Colour: 'red' }] },
    { type: 'Custom:Duplicated', nodes: 1, rows: [{ Colour: 'blue' }] },
  ],
};

/** How the columns of each table are called, written down by hand. */
const tables: Readonly<Record<string, { type: string; columns: Readonly<Record<string, string>> }>> = {
  custom_rack_location: {
    type: RACK,
    columns: {
      'rack.row': 'rack_row_3',
      'rack row': 'rack_row_2',
      rack_row: 'rack_row',
      order: 'item_order',
      region: 'item_region',
      serialnumber: 'serialnumber',
      '2nd disk': 'item_2nd_disk',
      größe: 'gr_e',
      bay: 'bay',
      zone: 'zone',
    },
  },
  custom_rack_location_2: { type: 'Custom:Rack_Location', columns: { order: 'item_order' } },
  custom_licence: { type: 'Custom:Licence', columns: { key: 'key', until: 'until' } },
  custom_duplicated: { type: 'Custom:Duplicated', columns: { colour: 'colour' } },
};

function world(): WorldFile {
  const { accounts = [], ...file } = smallWorld({ duration: 'PT25H' });
  const described = accounts.map(({ regions = {}, ...account }) => {
    const withCustom = Object.entries(regions).map(([region, nodes]) => {
      const custom = customs[`${account.id}/${region}`];
      return [region, custom === undefined ? nodes : { ...nodes, custom }];
    });
    return { ...account, regions: Object.fromEntries(withCustom) };
  });
  return { ...file, accounts: described };
}

/** A node of the storefront begins to report its rack during the day. */
const LATE: Row = { SerialNumber: 'SN-9', Zone: 'new' };
function reportLater({ cloud, ssm }: EmbeddedCloud): void {
  cloud.clock.at(cloud.clock.nowMs() + 12 * 3_600_000, 'a rack is reported', () => {
    const [node] = onlineNodes(ssm, `${STOREFRONT}/us-east-1`);
    const CaptureTime = `${cloud.clock.now().toISOString().slice(0, 19)}Z`;
    const Items = [{ TypeName: RACK, SchemaVersion: '1.0', CaptureTime, Content: [LATE] }];
    const input = { InstanceId: node, Items };
    const caller = cloud.administratorOf(STOREFRONT);
    return cloud.ask({ service: 'ssm', operation: 'PutInventory', region: 'us-east-1', caller, input });
  });
}

function onlineNodes(ssm: Hub['embedded']['ssm'], target: string): string[] {
  const [account = '', region = ''] = target.split('/');
  return ssm.nodes(account, region).flatMap(({ node }) => (node.status === 'Active' ? [node.id] : []));
}

/** What a table must show, as `account region node column=value ...`, from what was put on the nodes. */
function expectedRows({ embedded: { ssm } }: Hub, table: string): string[] {
  const { type, columns } = tables[table] ?? { type: '', columns: {} };
  const put = Object.entries(customs).flatMap(([target, types]) =>
    types.filter((one) => one.type === type).map(({ nodes, rows }) => ({ target, nodes, rows })),
  );
  if (type === RACK) put.push({ target: `${STOREFRONT}/us-east-1`, nodes: 1, rows: [LATE] });
  return put
    .flatMap(({ target, nodes, rows }) =>
      onlineNodes(ssm, target)
        .slice(0, nodes)
        .flatMap((node) => rows.map((row) => describeRow(`${target.replace('/', ' ')} ${node}`, named(row, columns)))),
    )
    .sort();
}

function named(row: Row, columns: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(row).map(([attribute, value]) => [columns[attribute.toLowerCase()] ?? '(none)', value]),
  );
}

function describeRow(of: string, values: Readonly<Record<string, string>>): string {
  return JSON.stringify([of, ...Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function shownRows({ columns, rows }: QueryReport): string[] {
  const outside = ['accountid', 'region', 'resourceid', 'resourcetype', 'capturetime', 'schemaversion'];
  return rows
    .map((row) => {
      const cells = new Map(columns.map((column, index) => [column, row[index] ?? null]));
      const attributes = [...cells].flatMap(([column, value]) =>
        value === null || outside.includes(column) ? [] : [[column, value]],
      );
      const of = ['accountid', 'region', 'resourceid'].map((column) => cells.get(column)).join(' ');
      return describeRow(of, Object.fromEntries(attributes));
    })
    .sort();
}

describe('a world whose nodes report custom types with awkward attributes', () => {
  let report: Report;
  const answers = new Map<string, QueryReport>();
  const expected = new Map<string, string[]>();
  const ask = async (hub: Hub, name: string, sql: string) => {
    const answer = (await answerAll(hub, [sql])).at(-1);
    if (answer !== undefined) answers.set(name, answer);
  };
  beforeAll(async () => {
    await withWorld(
      world(),
      async (hub) => {
        await runWorld(hub, () => undefined);
        for (const table of Object.keys(tables)) {
          await ask(hub, table, `SELECT * FROM ${table} WHERE resourceid IS NOT NULL`);
          expected.set(table, expectedRows(hub, table));
        }
        await ask(hub, 'duplicates', 'SELECT count(*), count(resourceid) FROM custom_duplicate');
        report = await reportOf(hub);
      },
      reportLater,
    );
  });

  it.each(Object.keys(tables))('shows every row of every node in %s', (table) => {
    const answer = answers.get(table);
    expect(answer?.error).toBeNull();
    expect(answer && shownRows(answer)).toEqual(expected.get(table));
    expect(expected.get(table)?.length).toBeGreaterThan(0);
  });

  it('fails no query for keys that differ in case only: their rows are null, and their objects in quarantine', () => {
    expect(answers.get('duplicates')).toMatchObject({ error: null, rows: [['1', '0']] });
    const shop = report.targets.find(({ accountId, region }) => accountId === STOREFRONT && region === 'us-east-1');
    expect(shop).toMatchObject({ status: 'Degraded', reasons: ['DataQuarantined'] });
  });

  it('has no table for heartbeats, lists each custom table once, and is refused nothing', () => {
    const names = report.catalog.tables.map(({ name }) => name).filter((name) => name.startsWith('custom_'));
    expect(names).toEqual([
      'custom_duplicate',
      'custom_duplicated',
      'custom_licence',
      'custom_rack_location',
      'custom_rack_location_2',
    ]);
    expect(report.wire.denied).toEqual([]);
    expect(report.targets.filter(({ accountId }) => accountId === HUB).map(({ status }) => status)).toEqual([
      'Healthy',
      'Healthy',
    ]);
  });

  it('asks Glue for no partitions, over two converges', () => {
    expect(report.invocations['maintain-catalog']).toBe(2);
    expect(report.wire.calls['glue:GetTables']).toBe(2);
    expect(report.wire.calls['glue:GetPartitions']).toBeUndefined();
    expect(report.wire.calls['glue:BatchUpdatePartition']).toBe(1);
  });
});
