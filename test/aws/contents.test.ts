import { afterEach, describe, expect, it } from 'vitest';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import type { Delivery } from '../../local/services/ssm-delivery.ts';
import { MEMBERS, openFleet, type TestFleet } from './a-fleet.ts';

const [account = ''] = MEMBERS;
const region = 'us-east-1';
const BUCKET = 'inventory-bucket';

/** A GET of a delivered object. */
interface Read {
  readonly key: string;
  readonly range: string | undefined;
}

describe('the check of contents', () => {
  let fleet: TestFleet | undefined;
  /** One account whose nodes have their baseline; nothing of it was looked into yet. */
  const open = async ({ nodes = 2, bend }: { nodes?: number; bend?: (sent: Delivery) => Delivery } = {}) => {
    fleet = await openFleet(MEMBERS.slice(0, 1));
    const opened = fleet;
    const { resolve, converge, assess, advance, lines, ssm, set, s3, cause, write } = opened;
    set({ REGIONS: region });
    ssm.addNodes(account, region, { nodes, churn: 'none' });
    if (bend) ssm.onDelivery(bend);
    const { visits } = await resolve({ runId: 'run-0' });
    await converge({ runId: 'run-0', mode: 'converge', attempt: 1, accounts: visits });
    await advance(7);
    const reads: Read[] = [];
    let hindrance: { fault: AwsFault; only: string } | undefined;
    cause(({ operation, input }) => {
      const { Bucket, Key, Range } = input as Record<string, string | undefined>;
      if (operation !== 'GetObject' || Bucket !== BUCKET) return undefined;
      reads.push({ key: Key ?? '', range: Range });
      return hindrance && Key?.includes(hindrance.only) ? hindrance.fault : undefined;
    });
    let passes = 0;
    return {
      ...opened,
      reads,
      /** Answers reads with a fault, those of keys with `only` in them; without a fault as they are. */
      hinder: (fault?: AwsFault, only = '') => {
        hindrance = fault && { fault, only };
      },
      /** One pass, and what it read. */
      async look(): Promise<Read[]> {
        reads.length = 0;
        await assess({ runId: `run-${passes}`, pass: 2, scope: passes === 0 });
        passes += 1;
        return [...reads];
      },
      quarantine: () => lines('ledger/quarantine/objects.jsonl'),
      ledger: () => lines('ledger/contents.json')[0],
      verdict: () => lines('ledger/latest/verdicts.jsonl').find((line) => line['accountId'] === account),
      /** By type, of the node at that index. */
      keyOf: (type: string, index = 0) =>
        `inventory/${type}/accountid=${account}/region=${region}/resourcetype=ManagedInstanceInventory/${ssm.nodes(account, region)[index]?.node.id}.json`,
      overwrite: (key: string, text: string) => write(key, text, BUCKET),
      remove: (key: string) => s3.bucket(BUCKET)?.remove(key),
    };
  };
  afterEach(() => fleet?.close());

  const broken = (type: string) => (sent: Delivery) =>
    sent.key.startsWith(type) ? { ...sent, body: () => Buffer.from('{"Key":') } : sent;

  it('reads each version once, with the first bytes of small objects as their whole', async () => {
    const { look, keys, ledger, advance } = await open();
    const objects = (await keys(BUCKET)).filter((key) => !key.endsWith('test.json'));
    const reads = await look();
    expect(reads.map(({ key }) => key).sort()).toEqual(objects.sort());
    expect(reads.every(({ range }) => /^bytes=0-\d+$/.test(range ?? ''))).toBe(true);
    await advance(60);
    expect(await look()).toEqual([]);
    expect(ledger()).toMatchObject({ readThrough: '2026-11-02T07:06:00.000Z', backlog: [] });
  });

  it('reads a large object at its two ends, and whole when they do not suffice', async () => {
    const { look, keyOf, overwrite, advance, quarantine } = await open();
    await look();
    const envelope = { captureTime: '2026-11-02T06:00:00Z', schemaVersion: '1.0' };
    const line = (key: string, more = '') =>
      JSON.stringify({ resourceId: /[^/]+(?=\.json$)/.exec(key)?.[0], ...envelope, Value: more });
    const [many, long] = [keyOf('AWS:Tag', 0), keyOf('AWS:Tag', 1)];
    const lines = `${`${line(many)}\n`.repeat(400)}${line(many).slice(0, -3)}`;
    await overwrite(many, lines);
    await overwrite(long, line(long, 'x'.repeat(30_000)));
    await advance(5);
    const ranges = (await look()).map(({ key, range }) => `${key === many ? 'many' : 'long'} ${range}`).sort();
    const size = line(long, 'x'.repeat(30_000)).length;
    expect(ranges).toEqual([
      'long bytes=0-16383',
      `long bytes=0-${size - 1}`,
      `long bytes=${size - 4096}-${size - 1}`,
      'many bytes=0-16383',
      `many bytes=${lines.length - 4096}-${lines.length - 1}`,
    ]);
    expect(quarantine()).toMatchObject([{ key: many, reason: 'NotJsonLines', sizeBytes: lines.length }]);
  });

  it('lists what is not to be trusted with all that one needs to find it, names it in the verdict, and leaves it as it is', async () => {
    const { look, quarantine, verdict, ledger, keyOf, s3 } = await open({ bend: broken('AWS:Tag') });
    await look();
    expect(quarantine()).toEqual(
      [0, 1].map((index) => ({
        schemaVersion: 1,
        key: keyOf('AWS:Tag', index),
        versionId: null,
        reason: 'NotJsonLines',
        accountId: account,
        region,
        type: 'AWS:Tag',
        nodeId: expect.stringMatching(/^i-/),
        foundAt: '2026-11-02T06:07:00.000Z',
        lastModifiedAt: expect.stringMatching(/^2026-11-02T06:0/),
        sizeBytes: 7,
      })),
    );
    expect(verdict()).toMatchObject({
      status: 'Degraded',
      reasons: ['DataQuarantined'],
      objectsQuarantined: 2,
      objectsForged: 0,
    });
    expect(ledger()).toMatchObject({ quarantined: { NotJsonLines: 2 } });
    expect(s3.bucket(BUCKET)?.get(keyOf('AWS:Tag'))?.read().toString()).toBe('{"Key":');
  });

  it('lets an object out when a new version is good, keeps it when that is no better, and drops it when it is gone', async () => {
    const { look, quarantine, keyOf, overwrite, remove, advance, verdict } = await open({
      nodes: 3,
      bend: broken('AWS:Tag'),
    });
    await look();
    const [mended, worse, gone] = [0, 1, 2].map((index) => keyOf('AWS:Tag', index));
    const nodeId = /[^/]+(?=\.json$)/.exec(mended ?? '')?.[0];
    await overwrite(mended ?? '', JSON.stringify({ Key: 'a', Value: 'b', resourceId: nodeId }));
    await overwrite(worse ?? '', JSON.stringify({ Key: 'a', Value: 'b', resourceId: 'i-0fedcba9876543210' }));
    remove(gone ?? '');
    await advance(5);
    expect((await look()).map(({ key }) => key).sort()).toEqual([mended, worse].sort());
    expect(quarantine()).toMatchObject([{ key: worse, reason: 'NodeMismatch' }]);
    expect(verdict()).toMatchObject({ reasons: ['DataForged'], objectsQuarantined: 1, objectsForged: 1 });
    await advance(5);
    expect(await look()).toEqual([]);
    expect(quarantine()).toHaveLength(1);
  });

  it('finds every empty object in the listing, whatever the share', async () => {
    const { look, quarantine, set, reads } = await open({
      bend: (sent) => (sent.key.startsWith('AWS:Network') ? { ...sent, body: () => new Uint8Array() } : sent),
    });
    set({ CONTENT_SAMPLE_SHARE: '0' });
    await look();
    expect(quarantine()).toMatchObject([{ reason: 'EmptyObject', sizeBytes: 0 }, { reason: 'EmptyObject' }]);
    expect(reads.map(({ range }) => range)).toEqual([undefined, undefined]);
  });

  it('compares nothing with an object in quarantine, and what else its node delivered as ever', async () => {
    const { look, advance, assess } = await open({ bend: broken('AWS:Tag') });
    await look();
    await advance(180);
    const { revisit } = await assess({ runId: 'run-9', pass: 1, scope: false });
    const compare = revisit.visits.find(({ accountId }) => accountId === account)?.compare?.[region];
    const types = compare?.flatMap((node) => node.types);
    expect(types).toContain('AWS:Application');
    expect(types).not.toContain('AWS:Tag');
  });

  it('counts as read only what could be read, so that objects under a disabled key are looked into later', async () => {
    const { look, hinder, ledger, advance, verdict } = await open({ bend: broken('AWS:Tag') });
    hinder(new AwsFault('AccessDenied', 'no', { status: 403 }));
    const refused = await look();
    expect(refused.length).toBeGreaterThan(0);
    expect(ledger()).toMatchObject({ readThrough: null, quarantined: {} });
    hinder();
    await advance(5);
    expect(await look()).toHaveLength(refused.length);
    expect(verdict()).toMatchObject({ reasons: ['DataQuarantined'] });
  });

  it('does not come back to a single object that nobody may read', async () => {
    const { look, hinder, ledger, advance, keyOf } = await open();
    hinder(new AwsFault('AccessDenied', 'no', { status: 403 }), keyOf('AWS:Tag'));
    await look();
    expect(ledger()).toMatchObject({ readThrough: '2026-11-02T06:06:00.000Z' });
    await advance(5);
    expect(await look()).toEqual([]);
  });

  it('judges nothing by a version that was overwritten since it was listed', async () => {
    const { look, hinder, quarantine, advance, reads } = await open({ bend: broken('AWS:Tag') });
    hinder(new AwsFault('PreconditionFailed', 'At least one of the pre-conditions did not hold', { status: 412 }));
    await look();
    expect(quarantine()).toEqual([]);
    hinder();
    await advance(5);
    await look();
    expect(reads).toEqual([]);
  });

  it('fails as Unavailable, with nothing written, when S3 cannot answer', async () => {
    const { look, hinder, keys } = await open();
    hinder(new AwsFault('InternalError', 'We encountered an internal error.', { status: 500 }));
    await expect(look()).rejects.toMatchObject({ name: 'Unavailable' });
    expect((await keys('state-bucket')).filter((key) => key.startsWith('ledger/'))).toEqual([]);
  });
});
