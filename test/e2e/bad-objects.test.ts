import type { GetObjectCommandOutput, ListBucketsCommandOutput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../../local/cli/hub.ts';
import { answerAll } from '../../local/cli/questions.ts';
import type { QueryReport } from '../../local/cli/report.ts';
import { runWorld } from '../../local/cli/run.ts';
import type { EmbeddedCloud } from '../../local/embedded-cloud.ts';
import { PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { reportOf, type WorldFile, withWorld } from './world-runner.ts';

/** A type of AWS with many entries, one with one, and a custom one; each with the table that it must be in. */
const TABLES = {
  'AWS:Application': 'aws_application',
  'AWS:Network': 'aws_network',
  'Custom:Licence': 'custom_licence',
};

/** Some entries lack attributes. */
const custom = [{ type: 'Custom:Licence', rows: [{ Product: 'a', 'Valid.Until': '2027' }, { Product: 'b' }] }];

function world(): WorldFile {
  const { accounts = [], ...file } = smallWorld({ duration: 'PT3H' });
  const described = accounts.map(({ regions = {}, ...account }) => {
    const near = regions['us-east-1'];
    return { ...account, regions: { ...regions, ...(near && { 'us-east-1': { ...near, custom } }) } };
  });
  return { ...file, accounts: described };
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
/** What is done to the objects of a target's nodes, one after the other in the order of their ids, and what that is called. */
const BENDS: Readonly<Record<string, readonly (readonly [reason: string, bend: (body: string) => Buffer])[]>> = {
  [PAYMENTS]: [
    ['NotJsonLines', (body) => latin1(body.slice(0, -3))],
    ['EmptyObject', () => latin1('')],
    ['NotUtf8', (body) => latin1(body.replace('":"', '":"\xff'))],
  ],
  [STOREFRONT]: [
    [
      'DuplicateKeys',
      (body) => latin1(body.replace(/^\{"(\w+)"/, (key, name) => `{"${name.toUpperCase()}":"x",${key.slice(1)}`)),
    ],
  ],
};

function bend({ ssm }: EmbeddedCloud): void {
  ssm.onDelivery((sent) => {
    const { id, account, region } = sent.node;
    const type = sent.key.split('/')[0] ?? '';
    const active = ssm.nodes(account, region).filter(({ node }) => node.status === 'Active');
    const [, change] = BENDS[account]?.[active.findIndex(({ node }) => node.id === id)] ?? [];
    if (region !== 'us-east-1' || !(type in TABLES) || change === undefined) return sent;
    return { ...sent, body: () => change(Buffer.from(sent.body()).toString('latin1')) };
  });
}

/** How many entries of a type each node has delivered that a reader can make sense of, counted in the bucket itself. */
async function readableEntries({ ask }: Hub, type: string): Promise<string[][]> {
  const counts = new Map<string, number>();
  const { Buckets = [] } = await ask<ListBucketsCommandOutput>('s3', 'ListBuckets', {});
  for (const { Name: Bucket = '' } of Buckets) {
    const { Contents = [] } = await ask<ListObjectsV2CommandOutput>('s3', 'ListObjectsV2', {
      Bucket,
      Prefix: `inventory/${type}/`,
    });
    for (const { Key = '' } of Contents) {
      const { Body } = await ask<GetObjectCommandOutput>('s3', 'GetObject', { Bucket, Key });
      const text = Buffer.from(Body as unknown as Uint8Array).toString();
      const count = text.split('\n').filter(isReadable).length;
      if (count > 0) counts.set(/([^/]+)\.json$/.exec(Key)?.[1] ?? '', count);
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([node, count]) => [node, `${count}`]);
}

function isReadable(line: string): boolean {
  try {
    const keys = Object.keys(JSON.parse(line));
    return new Set(keys.map((key) => key.toLowerCase())).size === keys.length;
  } catch {
    return false;
  }
}

describe('a world whose objects are cut short, empty, no UTF-8, or have keys that differ in case only', () => {
  const counted = new Map<string, QueryReport | undefined>();
  const expected = new Map<string, string[][]>();
  const failed: string[] = [];
  let tables = 0;
  let quarantine: QueryReport | undefined;
  let bent: string[][] = [];
  const ask = async (hub: Hub, sql: string) => (await answerAll(hub, [sql])).at(-1);
  beforeAll(async () => {
    await withWorld(
      world(),
      async (hub) => {
        await runWorld(hub, () => undefined);
        const { catalog } = await reportOf(hub);
        tables = catalog.tables.length;
        for (const { name } of catalog.tables) {
          const answer = await ask(hub, `SELECT * FROM ${name}`);
          if (answer?.error !== null) failed.push(`${name}: ${answer?.error}`);
        }
        for (const [type, table] of Object.entries(TABLES)) {
          const sql = `SELECT resourceid, count(*) FROM ${table} WHERE resourceid IS NOT NULL GROUP BY 1 ORDER BY 1`;
          counted.set(table, await ask(hub, sql));
          expected.set(table, await readableEntries(hub, type));
        }
        quarantine = await ask(hub, 'SELECT type, nodeid, reason FROM quarantine ORDER BY 1, 2');
        bent = Object.entries(BENDS).flatMap(([account, bends]) => {
          const active = hub.embedded.ssm.nodes(account, 'us-east-1').filter(({ node }) => node.status === 'Active');
          return bends.flatMap(([reason], index) =>
            Object.keys(TABLES).map((type) => [type, active[index]?.node.id ?? '', reason]),
          );
        });
      },
      bend,
    );
  });

  it('fails no query over any table', () => {
    expect(tables).toBeGreaterThan(20);
    expect(failed).toEqual([]);
  });

  it.each(Object.values(TABLES))('shows every entry in %s that a reader can make sense of', (table) => {
    expect(counted.get(table)?.rows).toEqual(expected.get(table));
    expect(expected.get(table)?.length).toBeGreaterThan(4);
  });

  it('lists every bad object in quarantine, and nothing else', () => {
    expect(bent).toHaveLength(12);
    const sorted = bent.toSorted((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1));
    expect(quarantine?.rows).toEqual(sorted);
  });
});
