import { afterEach, describe, expect, it } from 'vitest';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import { answer, MEMBERS, openFleet, type TestFleet } from './a-fleet.ts';

const [first = '', second = ''] = MEMBERS;

describe('assess-delivery', () => {
  let fleet: TestFleet | undefined;
  const open = async (churn: 'none' | 'steady' = 'steady') => {
    fleet = await openFleet();
    const opened = fleet;
    const { resolve, converge, assess, lines, ssm, set } = opened;
    set({ REGIONS: 'us-east-1,ap-east-1' });
    ssm.addNodes(first, 'us-east-1', { nodes: 3, churn });
    /** One run of converge as the state machine does it; without `converge`, of assess. */
    const run = async (runId: string, mode: 'converge' | 'assess' = 'converge') => {
      const scope = mode === 'converge';
      if (scope) {
        const { visits: accounts } = await resolve({ runId });
        await converge({ runId, mode, attempt: 1, accounts });
      }
      const pass1 = await assess({ runId, pass: 1, scope });
      if (pass1.revisit.accounts === 0) return { pass1, judged: pass1 };
      await opened.advance(pass1.revisit.waitSeconds / 60 + 1);
      await converge({ runId, mode: 'observe', attempt: 1, accounts: pass1.revisit.visits });
      return { pass1, judged: await assess({ runId, pass: 2, scope }) };
    };
    const verdict = (accountId: string, region = 'us-east-1') =>
      lines('ledger/latest/verdicts.jsonl').find((one) => one['accountId'] === accountId && one['region'] === region);
    return { ...opened, run, verdict };
  };
  afterEach(() => fleet?.close());

  it('asks for a second look after the baseline before it judges a new sync, and writes nothing else until then', async () => {
    const { run, verdict, keys } = await open();
    const { pass1, judged } = await run('run-1');
    expect(pass1).toMatchObject({ coverage: null, revisit: { accounts: 4, waitSeconds: 360 } });
    expect(judged).toMatchObject({ targets: 8, asked: 4, observed: 4, revisit: { accounts: 0 } });
    expect(verdict(first)).toMatchObject({ status: 'Converging', nodesManaged: 3, nodesDelivered: 3 });
    expect(verdict(second)).toMatchObject({ status: 'Converging', nodesManaged: 0 });
    expect(verdict(first, 'ap-east-1')).toMatchObject({ status: 'Excluded', reasons: ['RegionDisabled'] });
    expect(await keys('state-bucket')).toContain('ledger/partitions.json');
  });

  it('asks for associations in the first look of a day, or in the second when the first did not get so far', async () => {
    const { run, advance, calls, cause, verdict } = await open();
    const asked = () => calls.filter((call) => call === 'ListAssociations').length;
    cause(answer('DescribeInstanceInformation', new AwsFault('ThrottlingException', 'Rate exceeded')));
    await run('run-1');
    expect([asked(), verdict(first)?.['typesMissing']]).toEqual([0, null]);
    cause(() => undefined);
    await advance(40);
    await run('run-2', 'assess');
    expect(asked()).toBe(1);
    await run('run-3');
    expect(asked()).toBe(1);
    await advance(24 * 60);
    await run('run-4');
    expect(asked()).toBe(2);
    expect(verdict(first)).toMatchObject({ reasons: [], typesMissing: [] });
  });

  it('judges a healthy fleet by one LIST, without a visit', async () => {
    const { run, advance, calls, verdict } = await open();
    await run('run-1');
    await advance(70);
    calls.length = 0;
    const { judged } = await run('run-2', 'assess');
    expect(judged).toMatchObject({ coverage: 1, asked: 0, observed: 0 });
    expect([verdict(first), verdict(second)]).toMatchObject([{ status: 'Healthy' }, { status: 'Empty' }]);
    expect(calls).not.toContain('AssumeRole');
    expect(calls.filter((call) => call === 'ListObjectsV2')).toHaveLength(2);
  });

  it('compares content before it calls an old object stale: unchanged is healthy', async () => {
    const { run, advance, verdict, calls } = await open('none');
    await run('run-1');
    await advance(6 * 60);
    await run('run-2', 'assess');
    expect(calls).toContain('GetInventory');
    expect(verdict(first)).toMatchObject({ status: 'Healthy', reasons: [], runId: 'run-2' });
  });

  it('finds nodes whose changes no longer arrive', async () => {
    const { run, advance, verdict, ssm } = await open();
    await run('run-1');
    ssm.onDelivery(() => undefined);
    for (const hour of [1, 2, 3, 4, 5, 6, 7]) {
      await advance(60);
      await run(`run-1-${hour}`, 'assess');
    }
    expect(verdict(first)).toMatchObject({ status: 'Failing', reasons: ['DeliveryStopped'] });
  });

  it('goes on where it may not look at the hub: nothing follows from that', async () => {
    const { run, advance, verdict, cause, lines } = await open();
    await run('run-1');
    await advance(70);
    const refused = new AwsFault('AccessDenied', 'because no identity-based policy allows it', { status: 403 });
    cause(({ operation }) => (/^(DescribeKey|GetKeyPolicy|GetBucketPolicy)$/.test(operation) ? refused : undefined));
    await run('run-2', 'assess');
    expect(verdict(first)).toMatchObject({ status: 'Healthy', runId: 'run-2' });
    expect(lines('runs/run-2/hub.json')).toMatchObject([{ key: 'unknown', bucketPolicy: 'unknown' }]);
  });

  it('goes on where the key of what it would compare is disabled, and says so', async () => {
    const { run, advance, verdict, key, calls, lines } = await open('none');
    await run('run-1');
    await advance(6 * 60);
    key.state = 'Disabled';
    await run('run-2', 'assess');
    expect(calls).toContain('GetInventory');
    expect(verdict(first)).toMatchObject({ status: 'Converging', suspected: ['KeyUnusable'], nodesStale: 0 });
    await advance(60);
    await run('run-3', 'assess');
    expect(verdict(first)).toMatchObject({ status: 'Failing', reasons: ['KeyUnusable'], nodesStale: 0 });
    expect(verdict(second)).toMatchObject({ status: 'Empty' });
    expect(lines('runs/run-3/hub.json')).toMatchObject([{ key: 'disabled', bucketPolicy: 'allows', deniedTargets: 4 }]);
  });

  it('takes a bucket without a policy for one that lets nobody deliver', async () => {
    const { run, advance, verdict, s3, lines } = await open();
    await run('run-1');
    s3.putBucketPolicy('inventory-bucket', undefined);
    for (const hour of [1, 2]) {
      await advance(60);
      await run(`run-1-${hour}`, 'assess');
    }
    expect(verdict(first)).toMatchObject({ status: 'Failing', reasons: ['BucketPolicyDrifted'] });
    expect(lines('runs/run-1-2/hub.json')).toMatchObject([{ key: 'usable', bucketPolicy: 'denies' }]);
  });

  it('judges a target whose visit was lost by nothing at all: Unknown', async () => {
    const { resolve, assess, verdict } = await open();
    await resolve({ runId: 'run-1' });
    expect(await assess({ runId: 'run-1', pass: 2, scope: true })).toMatchObject({ asked: 4, observed: 0 });
    expect(verdict(first)).toMatchObject({ status: 'Unknown', reasons: ['CheckFailed'], observedAt: null });
  });

  it('gives the same verdicts when a pass is done twice', async () => {
    const { run, assess, lines } = await open();
    await run('run-1');
    const before = lines('ledger/memory/targets.jsonl');
    await assess({ runId: 'run-1', pass: 2, scope: true });
    expect(lines('ledger/memory/targets.jsonl')).toEqual(before);
  });

  it('names a malformed line and judges the rest', async () => {
    const { run, write, advance } = await open();
    await run('run-1');
    await write('runs/run-2/observations/odd.jsonl', '{"schemaVersion":2}\nnot json\n');
    await advance(10);
    const { judged } = await run('run-2', 'assess');
    expect(judged).toMatchObject({ targets: 8 });
  });

  it('tells Conflict when another run wrote the memory in between, before it has written anything', async () => {
    const { run, assess, cause, lines } = await open();
    await run('run-1');
    cause(
      answer(
        'PutObject',
        new AwsFault('PreconditionFailed', 'At least one of the pre-conditions did not hold', { status: 412 }),
      ),
    );
    await expect(assess({ runId: 'run-2', pass: 2, scope: false })).rejects.toMatchObject({ name: 'Conflict' });
    expect(lines('runs/run-2/verdicts.jsonl')).toEqual([]);
  });

  it('has nothing to judge before the first converge', async () => {
    const { assess } = await open();
    expect(await assess({ runId: 'run-0', pass: 1, scope: false })).toMatchObject({ targets: 0, coverage: null });
  });
});
