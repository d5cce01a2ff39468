import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../local/services/ssm-delivery.ts';
import type { NodesDescription } from '../../../local/services/ssm-fleet.ts';
import type { Unknowns } from '../../../local/world/schema.ts';
import { createInventoryCloud, destination, HOUR, MEMBER, MINUTE, REGION } from './inventory-cloud.ts';

const SUFFIX = `accountid=${MEMBER}/region=${REGION}/resourcetype=ManagedInstanceInventory`;

function createFleet(description: NodesDescription, unknowns: Partial<Unknowns> = {}) {
  const made = createInventoryCloud({ unknowns, bucket: { versioning: true } });
  made.ssm.addNodes(MEMBER, REGION, description);
  const bucket = made.s3.bucket('inventory-bucket');
  const keyOf = (type: string, index = 0) =>
    `inventory/${type}/${SUFFIX}/${made.ssm.nodes(MEMBER, REGION)[index]?.node.id}.json`;
  const writtenAt = (key: string) => bucket?.get(key)?.lastModified.getTime();
  const delivered = async () => (await made.keys()).filter((key) => !key.endsWith('test.json'));
  return { ...made, bucket, keyOf, writtenAt, delivered };
}

type Fleet = ReturnType<typeof createFleet>;
/** When the newest object was written. */
const newest = async (fleet: Fleet) => Math.max(...(await fleet.delivered()).map((key) => fleet.writtenAt(key) ?? 0));

describe('the baseline ("Creating a resource data sync for Inventory", Systems Manager user guide)', () => {
  it('is one object per node and type by the key grammar, after 1 to 5 minutes ("Walkthrough: Using resource data sync to aggregate inventory data")', async () => {
    const { createSync, delivered, advance } = createFleet({ nodes: 1, hybrid: 1 });
    await createSync();
    await advance(MINUTE - 1);
    expect(await delivered()).toEqual([]);
    await advance(4 * MINUTE + 1);
    const keys = await delivered();
    expect(keys).toHaveLength(16);
    for (const key of keys)
      expect(key).toMatch(
        /^inventory\/AWS:\w+\/accountid=\d{12}\/region=eu-west-1\/resourcetype=ManagedInstanceInventory\/m?i-[0-9a-f]{17}\.json$/,
      );
  });

  it('is NDJSON: strings only, with the envelope of the node ("Metadata collected by inventory")', async () => {
    const { createSync, advance, delivered, records } = createFleet({ nodes: 1, windows: 1 });
    await createSync();
    await advance(5 * MINUTE);
    for (const key of await delivered())
      for (const record of records(key)) {
        expect(Object.values(record).every((value) => typeof value === 'string')).toBe(true);
        expect(key).toContain(record['resourceId']);
        expect(record['captureTime']).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(record['schemaVersion']).toBe(key.includes('AWS:Application/') ? '1.1' : '1.0');
      }
  });

  it('holds stopped and terminated nodes with their state and an old capture time, and never writes them again', async () => {
    const { createSync, advance, keyOf, records, writtenAt, ssm } = createFleet({ stopped: 1, terminated: 1 });
    await createSync();
    await advance(5 * MINUTE);
    const key = [0, 1].map((index) => keyOf('AWS:InstanceInformation', index));
    const rows = key.flatMap(records);
    expect(rows.map((row) => row['InstanceStatus']).sort()).toEqual(['Stopped', 'Terminated']);
    for (const row of rows) expect(row['captureTime'] ?? '').toMatch(/^2026-(10|11-01)/);
    const before = key.map(writtenAt);
    await advance(12 * HOUR);
    expect(key.map(writtenAt)).toEqual(before);
    expect(ssm.nodes(MEMBER, REGION)).toHaveLength(2);
  });

  it('without an inventory association holds only what SSM itself knows ("Metadata collected by inventory")', async () => {
    const { createSync, advance, delivered } = createFleet({ nodes: 1, association: 'none' });
    await createSync();
    await advance(5 * MINUTE);
    const types = (await delivered()).map((key) => key.split('/')[1]);
    expect(types).toEqual(['AWS:ComplianceItem', 'AWS:InstanceInformation', 'AWS:Tag']);
  });

  it.each([false, true])('ends each object with a line feed: %s (not documented)', async (trailingNewline) => {
    const { createSync, advance, bucket, keyOf } = createFleet({ nodes: 1 }, { trailingNewline });
    await createSync();
    await advance(5 * MINUTE);
    const text = Buffer.from(bucket?.get(keyOf('AWS:Tag'))?.read() ?? []).toString();
    expect(text.endsWith('}\n')).toBe(trailingNewline);
  });

  it('works without a prefix (SSM API reference, ResourceDataSyncS3Destination)', async () => {
    const { createSync, advance, keys } = createFleet({ nodes: 1 });
    await createSync({ S3Destination: { ...destination, Prefix: undefined } });
    await advance(5 * MINUTE);
    for (const key of await keys()) expect(key).toMatch(/^AWS:/);
  });
});

describe('continuous delivery', () => {
  it('brings each online node a change at least every two hours, 1 to 5 minutes after its capture', async () => {
    const fleet = createFleet({ nodes: 3, hybrid: 1 });
    await fleet.createSync();
    await fleet.advance(5 * MINUTE);
    const lateness: number[] = [];
    const reached = new Set<string>();
    fleet.ssm.onDelivery((delivery) => {
      lateness.push(
        fleet.cloud.clock.nowMs() - Date.parse(JSON.parse(delivery.body().toString().split('\n')[0] ?? '').captureTime),
      );
      reached.add(delivery.node.id);
      return delivery;
    });
    for (let hours = 0; hours < 12; hours += 2) {
      reached.clear();
      await fleet.advance(2 * HOUR);
      expect(reached.size).toBe(4);
    }
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(MINUTE);
    expect(Math.max(...lateness)).toBeLessThanOrEqual(5 * MINUTE);
  });

  it('writes only the types that changed', async () => {
    const fleet = createFleet({ nodes: 1 });
    await fleet.createSync();
    await fleet.advance(5 * MINUTE);
    const baseline = fleet.writtenAt(fleet.keyOf('AWS:Network'));
    await fleet.advance(12 * HOUR);
    expect(fleet.writtenAt(fleet.keyOf('AWS:Network'))).toBe(baseline);
    expect(fleet.writtenAt(fleet.keyOf('AWS:Application'))).toBeGreaterThan((baseline ?? 0) + HOUR);
  });

  it('writes nothing more where nothing changes', async () => {
    const fleet = createFleet({ nodes: 2, churn: 'none' });
    await fleet.createSync();
    await fleet.advance(5 * MINUTE);
    const before = await newest(fleet);
    await fleet.advance(12 * HOUR);
    expect(await newest(fleet)).toBe(before);
  });

  it('loses what S3 refuses without a word: the status stays Successful', async () => {
    const fleet = createFleet({ nodes: 1 });
    await fleet.createSync();
    await fleet.advance(5 * MINUTE);
    const before = await newest(fleet);
    fleet.refuse(({ action }) => action === 's3:PutObjectTagging');
    await fleet.advance(6 * HOUR);
    expect(await newest(fleet)).toBe(before);
    expect(await fleet.inMember('ListResourceDataSync')).toMatchObject({
      ResourceDataSyncItems: [{ LastStatus: 'Successful' }],
    });
    fleet.refuse(() => false);
    await fleet.advance(2 * HOUR + 5 * MINUTE);
    expect(await newest(fleet)).toBeGreaterThan(before);
  });

  it('stops with the sync and leaves its objects ("Creating a resource data sync for Inventory")', async () => {
    const fleet = createFleet({ nodes: 1 });
    await fleet.createSync();
    await fleet.advance(5 * MINUTE);
    const keys = await fleet.delivered();
    const before = await newest(fleet);
    fleet.ssm.removeSync(MEMBER, REGION, 'muster');
    await fleet.advance(6 * HOUR);
    expect([await fleet.delivered(), await newest(fleet)]).toEqual([keys, before]);
  });

  it('never begins when the sync is deleted before its baseline', async () => {
    const fleet = createFleet({ nodes: 1 });
    await fleet.createSync();
    fleet.ssm.removeSync(MEMBER, REGION, 'muster');
    await fleet.advance(6 * HOUR);
    expect(await fleet.delivered()).toEqual([]);
  });

  const rules: [string, (sent: Delivery) => Delivery | undefined, string | undefined][] = [
    ['withheld', () => undefined, undefined],
    ['altered', (sent) => ({ ...sent, body: () => Buffer.from('not json') }), 'not json'],
  ];
  it.each(rules)('passes every delivery through the rules of the world: %s', async (_, alter, body) => {
    const fleet = createFleet({ nodes: 1 });
    const key = fleet.keyOf('AWS:Tag');
    const isTag = ({ key: sent }: Delivery) => key.endsWith(sent);
    const undo = fleet.ssm.onDelivery((delivery) => (isTag(delivery) ? alter(delivery) : delivery));
    await fleet.createSync();
    await fleet.advance(5 * MINUTE);
    expect(fleet.bucket?.get(key)?.read().toString()).toBe(body);
    undo();
    fleet.ssm.removeSync(MEMBER, REGION, 'muster');
    await fleet.createSync();
    await fleet.advance(5 * MINUTE);
    expect(fleet.records(key)[0]).toHaveProperty('Key');
  });

  it('passes a delivery through every rule in the order in which they were added, as long as each stands', async () => {
    const fleet = createFleet({ nodes: 1 });
    const append = (text: string) => (sent: Delivery) => ({
      ...sent,
      body: () => Buffer.concat([sent.body(), Buffer.from(text)]),
    });
    const text = () => fleet.bucket?.get(fleet.keyOf('AWS:Tag'))?.read().toString() ?? '';
    const deliverAnew = async () => {
      fleet.ssm.removeSync(MEMBER, REGION, 'muster');
      await fleet.createSync();
      await fleet.advance(5 * MINUTE);
    };
    const undoFirst = fleet.ssm.onDelivery(append('1'));
    fleet.ssm.onDelivery(append('2'));
    await deliverAnew();
    expect(text()).toMatch(/}12$/);
    undoFirst();
    await deliverAnew();
    expect(text()).toMatch(/}2$/);
    fleet.ssm.onDelivery(() => undefined);
    const before = fleet.writtenAt(fleet.keyOf('AWS:Tag'));
    await deliverAnew();
    expect(fleet.writtenAt(fleet.keyOf('AWS:Tag'))).toBe(before);
  });

  it.each([
    [false, 'ssm.amazonaws.com'],
    [true, 'ssm.ap-east-1.amazonaws.com'],
  ])(
    'with regional principals (%s) writes from a later Region as %s (not documented)',
    async (regionalPrincipals, principal) => {
      const { asked, askAs } = createFleet({}, { regionalPrincipals });
      const caller = { kind: 'administrator', account: MEMBER, arn: 'arn' } as const;
      const create = askAs(caller, { service: 'ssm', region: 'ap-east-1' }, 'CreateResourceDataSync');
      await create({ SyncName: 'muster', S3Destination: destination });
      expect(asked.find(({ call }) => call.operation === 'PutObject')?.call.caller).toMatchObject({ principal });
    },
  );

  it('is the same for the same seed', async () => {
    const run = async () => {
      const fleet = createFleet({ nodes: 3, hybrid: 1, windows: 1 });
      await fleet.createSync();
      await fleet.advance(5 * HOUR);
      return (await fleet.delivered()).map((key) => [key, fleet.writtenAt(key), fleet.records(key)]);
    };
    expect(await run()).toEqual(await run());
  });
});
