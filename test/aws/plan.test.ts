import { afterEach, describe, expect, it } from 'vitest';
import { deny, MEMBERS, openFleet, type TestFleet } from './a-fleet.ts';

const [first = '', second = ''] = MEMBERS;
const elsewhere = { BucketName: 'elsewhere', Region: 'us-east-1', SyncFormat: 'JsonSerDe' as const };
const key = (hash: string) => `plans/${hash}.jsonl`;

describe('planning and applying', () => {
  let fleet: TestFleet | undefined;
  const open = async () => {
    fleet = await openFleet();
    const opened = fleet;
    const { resolve, converge, assess, lines, set } = opened;
    set({ REGIONS: 'us-east-1' });
    /** A plan as the state machine makes it. */
    const plan = async (runId: string, more: object = {}) => {
      const { visits: accounts } = await resolve({ runId, mode: 'plan', ...more });
      await converge({ runId, mode: 'plan', attempt: 1, accounts });
      return assess({ runId, pass: 1, scope: true, plan: true });
    };
    /** The first half of a run that applies a plan: its acts, and what they came to. */
    const apply = async (runId: string, hash: string, more: object = {}) => {
      const { visits: accounts } = await resolve({ runId, mode: 'apply', plan: hash, ...more });
      if (accounts.length > 0) await converge({ runId, mode: 'apply', attempt: 1, accounts });
      return assess({ runId, pass: 1, scope: true });
    };
    const decisions = (hash = '') => lines(key(hash)).map((line) => `${line['accountId']} ${line['decision']}`);
    return { ...opened, plan, apply, decisions };
  };
  afterEach(() => fleet?.close());

  it('writes what it would do in every target it saw, and counts those it did not', async () => {
    const { plan, cause, decisions, keys } = await open();
    cause(deny('DescribeInstanceInformation'));
    const answered = await plan('plan-1');
    expect(answered).toMatchObject({ asked: 4, observed: 0, summary: { Blocked: 4 }, revisit: { accounts: 0 } });
    expect(answered.plan).toMatchObject({ decisions: { create: 4 }, undecided: 0, risks: [] });
    expect(decisions(answered.plan?.hash)).toHaveLength(4);
    cause(deny('AssumeRole'));
    expect((await plan('plan-2')).plan).toMatchObject({ decisions: {}, undecided: 4 });
    expect((await keys('state-bucket')).filter((name) => name.startsWith('plans/'))).toHaveLength(2);
  });

  it('leaves nothing behind but files of the run and the plan', async () => {
    const { plan, keys, calls } = await open();
    const { plan: planned } = await plan('plan-1');
    const kept = (await keys('state-bucket')).filter((name) => !name.startsWith('runs/plan-1/'));
    expect(kept).toEqual([planned?.key]);
    expect(calls.filter((call) => /^(Create|Delete|Update|Send|PutInventory)/.test(call))).toEqual([]);
  });

  it('judges its targets as they are now, beside the ledger', async () => {
    const { plan, lines } = await open();
    await plan('plan-1');
    const [verdict] = lines('runs/plan-1/verdicts.jsonl');
    expect(verdict).toMatchObject({ status: 'Converging', reasons: [], decision: 'create', previousStatus: null });
  });

  it('names the same plan whenever and however often it is made', async () => {
    const { plan, advance } = await open();
    const { plan: before } = await plan('plan-1');
    await advance(600);
    const { plan: after } = await plan('plan-2');
    expect(after).toEqual(before);
  });

  it('applies exactly what the plan says, and nothing the second time', async () => {
    const { plan, apply, calls, syncs, decisions } = await open();
    const { plan: planned } = await plan('plan-1', { accountIds: [first] });
    expect(decisions(planned?.hash)).toEqual([`${first} create`]);
    expect(await apply('apply-1', planned?.hash ?? '')).toMatchObject({ refused: [] });
    expect([await syncs(first, 'us-east-1'), await syncs(second, 'us-east-1')]).toMatchObject([
      [expect.stringMatching(/^muster-/)],
      [],
    ]);
    calls.length = 0;
    expect(await apply('apply-2', planned?.hash ?? '')).toMatchObject({ refused: [] });
    expect(calls).not.toContain('CreateResourceDataSync');
  });

  it('leaves alone a target that moved, and names it', async () => {
    const { plan, apply, ssm, syncs, tree } = await open();
    const { plan: planned } = await plan('plan-1');
    ssm.placeSync(first, 'us-east-1', { name: 'theirs', destination: elsewhere });
    tree.putAccount({ id: second, state: 'SUSPENDED', joinedAt: new Date() });
    const { refused } = await apply('apply-1', planned?.hash ?? '');
    expect(refused).toEqual([`${first}/us-east-1`, `${second}/us-east-1`]);
    expect(await syncs(first, 'us-east-1')).toEqual(['theirs']);
  });

  it.each([
    ['a hash that no plan has', { mode: 'apply', plan: '0123456789abcdef' }, /there is no plan 0123456789abcdef/],
    ['a hash that is none', { mode: 'apply', plan: 'latest' }, /16 hexadecimal digits/],
    ['an order to apply nothing', { mode: 'apply' }, /16 hexadecimal digits/],
    ['a plan to another mode', { mode: 'converge', plan: '0123456789abcdef' }, /plan/],
    ['a mode that it does not have', { mode: 'destroy' }, /mode/],
    ['a misspelt key', { accountIDs: [first] }, /accountIDs/],
  ])('refuses %s as InvalidInput', async (_case, input, message) => {
    const { resolve, keys } = await open();
    await expect(resolve({ runId: 'run-1', ...input })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(message),
    });
    expect(await keys('state-bucket')).toEqual([]);
  });

  it.each([
    ['changed', (line: string) => line.replace('create', 'remove')],
    ['cut off', (line: string) => line.slice(0, 20)],
  ])('refuses a plan whose file was %s', async (_case, change) => {
    const { plan, resolve, lines, write } = await open();
    const { plan: planned } = await plan('plan-1');
    const [line, ...others] = lines(planned?.key ?? '').map((one) => JSON.stringify(one));
    await write(planned?.key ?? '', [change(line ?? ''), ...others].join('\n'));
    const again = resolve({ runId: 'run-1', mode: 'apply', plan: planned?.hash });
    await expect(again).rejects.toMatchObject({ name: 'InvalidInput', message: expect.stringMatching(/plan again/) });
  });
});
