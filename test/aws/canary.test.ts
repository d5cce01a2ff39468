import { afterEach, describe, expect, it } from 'vitest';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import { answer, MEMBERS, openFleet, type TestFleet } from './a-fleet.ts';

const [account = ''] = MEMBERS;
const region = 'us-east-1';

/** One account with idle nodes: converge at the start, then assess at some of the hours that follow. */
describe('the canary of an idle target', () => {
  let fleet: TestFleet | undefined;
  const open = async () => {
    fleet = await openFleet(MEMBERS.slice(0, 1));
    const opened = fleet;
    const { resolve, converge, assess, advance, lines, ssm, set, keys } = opened;
    set({ REGIONS: region });
    ssm.addNodes(account, region, { nodes: 3, terminated: 1, churn: 'none' });
    const { visits } = await resolve({ runId: 'run-0' });
    await converge({ runId: 'run-0', mode: 'converge', attempt: 1, accounts: visits });
    await assess({ runId: 'run-0', pass: 2, scope: true });
    let now = 0;
    const assessAt = async (...hours: number[]) => {
      for (const hour of hours) {
        await advance(60 * (hour - now));
        now = hour;
        const runId = `run-${hour}`;
        const pass1 = await assess({ runId, pass: 1, scope: false });
        if (pass1.revisit.accounts === 0) continue;
        await converge({ runId, mode: 'observe', attempt: 1, accounts: pass1.revisit.visits });
        await assess({ runId, pass: 2, scope: false });
      }
    };
    const ofTarget = (key: string) => lines(key).find((line) => line['accountId'] === account);
    return {
      ...opened,
      assessAt,
      nodeIds: ssm.nodes(account, region).flatMap(({ node }) => (node.status === 'Active' ? [node.id] : [])),
      verdict: () => ofTarget('ledger/latest/verdicts.jsonl'),
      canary: () => ofTarget('ledger/memory/targets.jsonl')?.['canary'],
      heartbeats: async () => (await keys('inventory-bucket')).filter((key) => key.includes('/Custom:')),
    };
  };
  afterEach(() => fleet?.close());

  it('puts one heartbeat on the first node a day, sees it come and keeps it out of everything else', async () => {
    const { assessAt, nodeIds, verdict, canary, heartbeats, calls, s3 } = await open();
    await assessAt(3, 26, 27);
    expect(await heartbeats()).toEqual([expect.stringContaining(`${nodeIds[0]}.json`)]);
    expect(calls.filter((call) => call === 'PutInventory')).toHaveLength(2);
    await assessAt(28);
    expect(verdict()).toMatchObject({
      status: 'Healthy',
      nodesManaged: 3,
      nodesGhosts: 1,
      heartbeatPutAt: '2026-11-03T09:00:00Z',
      lastDeliveredAt: expect.stringMatching(/^2026-11-02T06:0/),
    });
    expect(canary()).toMatchObject({ nodeId: nodeIds[0], unansweredSince: null });
    const partitions = s3.bucket('state-bucket')?.get('ledger/partitions.json')?.read().toString();
    expect(partitions).toContain('AWS:Tag');
    expect(partitions).not.toContain('Custom:');
  });

  it('tells of a delivery that stopped when a heartbeat does not come, and asks for content ever more rarely', async () => {
    const { assessAt, verdict, ssm, calls } = await open();
    await assessAt(2);
    const undo = ssm.onDelivery(() => undefined);
    await assessAt(3, 4, 5);
    expect(verdict()).toMatchObject({ status: 'Healthy', suspected: ['DeliveryStopped'] });
    await assessAt(6, 7, 26);
    expect(verdict()).toMatchObject({ status: 'Failing', reasons: ['DeliveryStopped'] });
    undo();
    await assessAt(27, 28);
    expect(verdict()).toMatchObject({
      status: 'Healthy',
      heartbeatDeliveredAt: expect.stringMatching(/^2026-11-03T09:/),
    });
    const types = new Set(ssm.nodes(account, region).flatMap((inventory) => inventory.items().map(({ type }) => type)));
    expect(calls.filter((call) => call === 'GetInventory').length).toBeLessThanOrEqual(6 * types.size);
  });

  it.each([
    ['CustomSchemaCountLimitExceededException', 'You have exceeded the limit for custom schemas.'],
    ['InvalidInstanceId', 'The managed node is not in a valid state.'],
  ])(
    'rests for a day when SSM refuses the heartbeat with %s, and holds nothing against the target',
    async (name, text) => {
      const { assessAt, verdict, cause, calls } = await open();
      cause(answer('PutInventory', new AwsFault(name, text)));
      await assessAt(3, 4, 20);
      expect(verdict()).toMatchObject({ status: 'Healthy', suspected: [], heartbeatDeliveredAt: null });
      expect(calls.filter((call) => call === 'PutInventory')).toHaveLength(1);
    },
  );

  it('is refused like any other call where the role may not put inventory', async () => {
    const { assessAt, verdict, cause } = await open();
    cause(answer('PutInventory', new AwsFault('AccessDeniedException', 'not authorized to perform: ssm:PutInventory')));
    await assessAt(3);
    expect(verdict()).toMatchObject({ status: 'Blocked', reasons: ['DeniedByPolicy'] });
  });

  it('is not put on a node that went since it was chosen', async () => {
    const { assess, converge, advance, nodeIds, calls } = await open();
    await advance(180);
    const { revisit } = await assess({ runId: 'run-3', pass: 1, scope: false });
    const visit = revisit.visits.find(({ accountId }) => accountId === account);
    expect(visit).toMatchObject({ heartbeat: { [region]: nodeIds[0] } });
    const elsewhere = { ...visit, heartbeat: { [region]: 'i-0000000000000000f' } };
    await converge({ runId: 'run-3', mode: 'observe', attempt: 1, accounts: [elsewhere] });
    expect(calls).not.toContain('PutInventory');
  });

  it.each(['plan', 'converge', 'apply'])('is put by a look only, never in mode %s', async (mode) => {
    const { converge, nodeIds, calls } = await open();
    const visit = { accountId: account, regions: [region], heartbeat: { [region]: nodeIds[0] } };
    await converge({ runId: 'run-1', mode, attempt: 1, accounts: [visit] });
    expect(calls).not.toContain('PutInventory');
    await converge({ runId: 'run-1', mode: 'observe', attempt: 1, accounts: [visit] });
    expect(calls).toContain('PutInventory');
  });

  it('is not there when it is switched off', async () => {
    const { assessAt, set, calls } = await open();
    set({ CANARY_MINUTES: 'off' });
    await assessAt(3, 6);
    expect(calls).not.toContain('PutInventory');
  });
});
