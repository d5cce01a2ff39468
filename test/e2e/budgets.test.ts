import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../local/cli/report.ts';
import type { EmbeddedCloud } from '../../local/embedded-cloud.ts';
import { generateWorld } from '../../local/world/generate.ts';
import { runWorldFile, type WorldFile } from './world-runner.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REGIONS = 4;

/** One call of one of Muster's roles, or of SSM when it delivers. */
interface Asked {
  /** Milliseconds since the world began. */
  readonly atMs: number;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A fleet without faults, and all that was asked while it ran. */
async function watched(
  size: { accounts: number; nodes: number },
  duration: string,
  churn: 'steady' | 'none' = 'steady',
) {
  const asked: Asked[] = [];
  const watch = ({ cloud }: EmbeddedCloud) => {
    const startMs = cloud.clock.nowMs();
    cloud.onCall(({ service, operation, caller, input }) => {
      const by = caller.kind === 'service' ? caller.principal.split('.')[0] : caller.kind;
      if (caller.kind === 'administrator' || (by !== 'role' && by !== 'ssm')) return;
      const name = `${by === 'role' ? '' : 'ssm '}${service}:${operation}`;
      asked.push({ atMs: cloud.clock.nowMs() - startMs, name, input: input as Asked['input'] });
    });
  };
  const { faults: _none, accounts, ...world } = generateWorld({ ...size, regions: REGIONS }, 7);
  const withChurn = (regions: object) =>
    Object.fromEntries(Object.entries(regions).map(([region, nodes]) => [region, { ...nodes, churn }]));
  const described = accounts.map((account) => ({ ...account, regions: withChurn(account.regions) }));
  const file = { ...world, accounts: described, duration } as unknown as WorldFile;
  return { asked, report: await runWorldFile(file, watch) };
}

function isOfInventory({ input }: Asked): boolean {
  return String(input['Bucket']).includes('inventory');
}

/** What a visit costs: how often it lists, creates and assumes a role, for each target. */
function visitsPerTarget(asked: readonly Asked[], [from, to]: readonly [number, number], targets: number): number {
  const counted = /^(ssm:ListResourceDataSync|ssm:CreateResourceDataSync|sts:AssumeRole)$/;
  const visits = asked.filter(({ name, atMs }) => counted.test(name) && atMs >= from && atMs < to);
  return visits.length / targets;
}

/** How many of the calls came in each hour that had any. */
function byHour(asked: readonly Asked[]): Map<number, number> {
  const hours = new Map<number, number>();
  for (const { atMs } of asked) hours.set(Math.floor(atMs / HOUR), (hours.get(Math.floor(atMs / HOUR)) ?? 0) + 1);
  return hours;
}

const seriesOf = ({ metrics }: Report) =>
  metrics.map(({ name, dimensions }) => name + JSON.stringify(dimensions)).sort();

describe('a fleet of 10 accounts in 4 Regions over a day', () => {
  const targets = 10 * REGIONS;
  let asked: Asked[];
  let report: Report;
  beforeAll(async () => {
    ({ asked, report } = await watched({ accounts: 10, nodes: 60 }, 'PT25H'));
  });

  it('is whole', () => {
    expect(report.targets).toHaveLength(targets);
    expect(report.summary['coverage']).toBe(1);
    expect(report.wire.denied).toEqual([]);
  });

  it.each([
    ['its first converge', 2 + 1.05 / REGIONS, [0, MINUTE]],
    ['the look that sees Successful', 1 + 1.05 / REGIONS, [MINUTE, HOUR]],
    ['a day of assesses', 0, [HOUR, 24 * HOUR - MINUTE]],
    ['a steady converge', 1 + 1.05 / REGIONS, [24 * HOUR - MINUTE, 25 * HOUR]],
  ] as const)('costs in %s at most %d calls a target', (_when, most, window) => {
    const calls = visitsPerTarget(asked, window, targets);
    expect(calls).toBeLessThanOrEqual(most);
    expect(calls).toBeGreaterThanOrEqual(Math.floor(most));
  });

  it('asks once a day for the associations of each target with nodes, and about each association once', () => {
    const withNodes = report.targets.filter(({ nodes }) => (nodes?.managed ?? 0) > 0).length;
    const count = (name: string, from: number, to: number) =>
      asked.filter((call) => call.name === name && call.atMs >= from && call.atMs < to).length;
    expect(count('ssm:ListAssociations', 0, 24 * HOUR - MINUTE)).toBe(withNodes);
    expect(count('ssm:ListAssociations', 24 * HOUR - MINUTE, 25 * HOUR)).toBe(withNodes);
    expect(count('ssm:DescribeAssociation', 0, 25 * HOUR)).toBe(withNodes);
  });

  it('reads each version of an inventory object once, by its first bytes', () => {
    const reads = asked.filter((call) => call.name === 's3:GetObject' && isOfInventory(call));
    const versions = new Set(reads.map(({ input }) => `${input['Key']} ${input['IfMatch']}`));
    const written = asked.filter(({ name }) => name === 'ssm s3:PutObject').length;
    expect(versions.size).toBe(reads.length);
    expect(reads.length).toBeLessThan(written);
    expect(reads.length).toBeGreaterThan(10 * 8);
    expect(reads.filter(({ input }) => !/^bytes=0-\d+$/.test(String(input['Range'])))).toEqual([]);
  });

  it('never asks Systems Manager for content, and puts no heartbeat', () => {
    const { calls } = report.wire;
    expect(calls).not.toHaveProperty('ssm:GetInventory');
    expect(calls).not.toHaveProperty('ssm:PutInventory');
  });

  it('registers each partition once, a hundred at a time, and asks for none that stands', () => {
    const creations = asked.filter(({ name }) => name === 'glue:BatchCreatePartition');
    const partitions = creations.flatMap(({ input }) => {
      const list = input['PartitionInputList'] as readonly { Values: string[] }[];
      return list.map(({ Values }) => `${input['TableName']} ${Values.join('/')}`);
    });
    expect(new Set(partitions).size).toBe(partitions.length);
    expect(creations).toHaveLength(new Set(creations.map(({ input }) => input['TableName'])).size);
    const registered = report.catalog.tables.reduce((sum, table) => sum + table.partitions, 0);
    expect(registered).toBe(partitions.length);
    const others = asked.filter(({ name }) => name.startsWith('glue:') && name.includes('Partition'));
    expect(others).toEqual(creations);
  });

  describe('beside one of 40 accounts', () => {
    let many: Awaited<ReturnType<typeof watched>>;
    beforeAll(async () => {
      many = await watched({ accounts: 40, nodes: 400 }, 'PT1H');
    });

    it('has as many series of metrics, and not more than 24', () => {
      expect(many.report.summary['coverage']).toBe(1);
      expect(seriesOf(many.report)).toEqual(seriesOf(report));
      expect(seriesOf(report).length).toBeLessThanOrEqual(24);
    });

    it('each thousand objects are counted by one LIST', () => {
      const put = many.asked.filter(({ name }) => name === 'ssm s3:PutObject').map(({ input }) => input['Key']);
      const passes = many.report.invocations['assess-delivery'] ?? 0;
      const lists = many.asked.filter((call) => call.name === 's3:ListObjectsV2' && isOfInventory(call)).length;
      const objects = new Set(put).size;
      expect(objects).toBeGreaterThan(2500);
      expect(lists).toBeGreaterThan(0);
      expect(lists).toBeLessThanOrEqual(passes * ((1.05 * objects) / 1000 + 1));
    });
  });
});

describe('an idle fleet of 3 accounts in 4 Regions over 40 hours', () => {
  let asked: Asked[];
  let report: Report;
  let occupied: number;
  beforeAll(async () => {
    ({ asked, report } = await watched({ accounts: 3, nodes: 40 }, 'PT40H', 'none'));
    occupied = report.targets.filter(({ nodes }) => (nodes?.managed ?? 0) > 0).length;
  });
  const of = (name: string) => asked.filter((call) => call.name === name);

  it('is whole', () => {
    expect(occupied).toBeGreaterThan(5);
    expect(report.summary['coverage']).toBe(1);
  });

  it('is asked for content at ever longer intervals, one chain for each type of a target', () => {
    const hours = byHour(of('ssm:GetInventory'));
    expect([...hours.keys()]).toEqual([3, 4, 6, 9, 15, 27]);
    const chains = new Set(of('ssm:GetInventory').map(({ input }) => JSON.stringify(input['ResultAttributes'])));
    for (const calls of hours.values()) expect(calls).toBeLessThanOrEqual(chains.size * occupied);
  });

  it('gets a heartbeat for each target with nodes a day, which costs no visit of its own', () => {
    expect(byHour(of('ssm:PutInventory'))).toEqual(new Map([3, 27].map((hour) => [hour, occupied])));
    const visits = new Set(byHour(of('ssm:ListResourceDataSync')).keys());
    expect([...visits]).toEqual([0, 3, 4, 6, 9, 15, 24, 27]);
  });
});
