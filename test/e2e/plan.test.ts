import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { ListResourceDataSyncCommandOutput } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import type { Hub } from '../../local/cli/hub.ts';
import { runPlan } from '../../local/cli/plan.ts';
import { finish, runWorld, start } from '../../local/cli/run.ts';
import { HUB, PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { wholeWorld } from './whole-world.ts';
import { reportOf, withWorld } from './world-runner.ts';

const regions = ['us-east-1', 'eu-west-1'];
const foreign = {
  name: 'theirs',
  destination: { BucketName: 'elsewhere', Region: 'us-east-1', SyncFormat: 'JsonSerDe' as const },
};

/** Starts muster-converge as an operator would and waits for its end. */
async function converge(hub: Hub, input: object): Promise<DescribeExecutionOutput> {
  const { clock } = hub.embedded.cloud;
  // A name of its own for each execution, which is made of the time.
  await clock.advanceTo(clock.nowMs() + 1000);
  const { executionArn } = await start(hub, 'muster-converge', input);
  await finish(hub);
  return hub.ask<DescribeExecutionOutput>('states', 'DescribeExecution', { executionArn });
}

async function syncsOf({ embedded: { cloud } }: Hub, account: string, region = 'us-east-1'): Promise<string[]> {
  const question = { service: 'ssm' as const, operation: 'ListResourceDataSync', region, input: {} };
  const caller = cloud.administratorOf(account);
  const { ResourceDataSyncItems = [] } = await cloud.ask<ListResourceDataSyncCommandOutput>({ ...question, caller });
  return ResourceDataSyncItems.flatMap(({ SyncName }) => SyncName ?? []);
}

/** What reads, what starts Muster's own functions, and what keeps its own files, logs and traces. */
const harmless = [
  'account:ListRegions organizations:ListAccounts sts:AssumeRole lambda:Invoke',
  'kms:Decrypt kms:DescribeKey kms:GenerateDataKey kms:GetKeyPolicy',
  's3:GetBucketPolicy s3:GetObject s3:ListObjectsV2 s3:PutObject',
  'ssm:DescribeInstanceInformation ssm:ListAssociations ssm:ListResourceDataSync',
  'logs:CreateLogStream logs:PutLogEvents xray:PutTelemetryRecords xray:PutTraceSegments',
].flatMap((calls) => calls.split(' '));

const creates = ({ tally }: Hub) => tally.calls.get('ssm:CreateResourceDataSync') ?? 0;

/** Lets the world run, then takes our sync away in two targets and puts somebody else's into one of them. */
async function mussUp(hub: Hub): Promise<void> {
  await runWorld(hub, () => undefined);
  const { ssm } = hub.embedded;
  const [ours = ''] = await syncsOf(hub, PAYMENTS);
  for (const account of [PAYMENTS, STOREFRONT]) ssm.removeSync(account, 'us-east-1', ours);
  ssm.placeSync(STOREFRONT, 'us-east-1', foreign);
}

describe('a plan', () => {
  const bareFleet = smallWorld({
    config: { regions, collection: 'ensure' },
    accounts: [{ id: PAYMENTS, regions: { 'us-east-1': { nodes: 2, association: 'none' } } }],
  });
  it.each([
    ['a fleet that stands', smallWorld({ duration: 'PT3H' }), mussUp, ['create', 'create']],
    ['a fleet that nobody mustered yet', bareFleet, () => Promise.resolve(), Array(6).fill('create')],
  ])('of %s changes nothing at all, wherever one looks, but for its own files', (_case, file, prepare, changes) =>
    withWorld(file, async (hub) => {
      await prepare(hub);
      const before = await wholeWorld(hub, regions);
      const calls = new Set<string>();
      hub.embedded.cloud.onCall(
        ({ service, operation, caller }) => caller.kind === 'role' && calls.add(`${service}:${operation}`),
      );

      const { plan } = await runPlan(hub);

      const { objects, ...after } = await wholeWorld(hub, regions);
      const news = Object.entries(objects ?? {}).filter(([key, tag]) => Object(before['objects'])[key] !== tag);
      expect(news.map(([key]) => key.replace(/^[^/]+\//, '')).sort()).toEqual([
        `plans/${plan.hash}.jsonl`,
        ...Array(4).fill(expect.stringMatching(/^runs\/[^/]+-operator\//)),
      ]);
      expect({ ...after, objects: before['objects'] }).toEqual(before);
      expect([...calls].filter((call) => !harmless.includes(call))).toEqual([]);
      expect(plan.decisions.map(({ decision }) => decision).filter((decision) => decision !== 'keep')).toEqual(changes);
    }),
  );

  it('says what it would do, why and at what risk', () =>
    withWorld(smallWorld({ duration: 'PT1H' }), async (hub) => {
      await mussUp(hub);
      const { plan } = await runPlan(hub);
      const create = { region: 'us-east-1', decision: 'create', reason: 'SyncAbsent' };
      expect(plan.decisions.filter(({ decision }) => decision !== 'keep')).toEqual([
        { accountId: PAYMENTS, syncName: expect.stringMatching(/^muster-/), risks: [], ...create },
        { accountId: STOREFRONT, syncName: expect.anything(), risks: ['organization slot unknown'], ...create },
      ]);
      expect(plan.risks).toEqual(['organization slot unknown']);
    }));

  it('comes true when it is applied, and applying it again does nothing', () =>
    withWorld(smallWorld(), async (hub) => {
      const { plan } = await runPlan(hub);
      expect(plan.decisions).toHaveLength(8);
      const applied = await converge(hub, { mode: 'apply', plan: plan.hash });
      expect(JSON.parse(applied.output ?? '')).toMatchObject({ refused: [] });
      for (const { accountId, region, syncName } of plan.decisions)
        expect(await syncsOf(hub, accountId, region)).toEqual([syncName]);
      expect(creates(hub)).toBe(8);
      expect((await converge(hub, { mode: 'apply', plan: plan.hash })).status).toBe('SUCCEEDED');
      expect(creates(hub)).toBe(8);
      const { targets, executions } = await reportOf(hub);
      expect(targets.map(({ status }) => status)).toEqual(Array(8).fill('Converging'));
      expect(executions.map(({ refused }) => refused)).toEqual([[], [], []]);
    }));

  it('is carried out at once, also what a converge by itself would do a few at a time', () => {
    const astray = [PAYMENTS, STOREFRONT].map((account) => ({ account, region: 'us-east-1' }));
    const faults = [
      ...astray.map((target) => ({ kind: 'sync-wrong-destination' as const, ...target })),
      { kind: 'sync-quota-full' as const, account: HUB, region: 'us-east-1' },
      { kind: 'organization-sync-same-destination' as const, account: HUB, region: 'eu-west-1' },
    ];
    return withWorld(smallWorld({ faults }), async (hub) => {
      const { plan } = await runPlan(hub);
      expect(plan.risks).toEqual(['no sync meanwhile']);
      await converge(hub, { mode: 'apply', plan: plan.hash });
      expect(hub.tally.calls.get('ssm:DeleteResourceDataSync')).toBe(2);
      const { targets } = await reportOf(hub);
      const decided = (decisions: readonly { accountId: string; region: string; decision: string | null }[]) =>
        decisions.map(({ accountId, region, decision }) => [accountId, region, decision]);
      expect(decided(targets)).toEqual(decided(plan.decisions));
      expect(new Set(targets.map(({ decision }) => decision))).toEqual(
        new Set(['create', 'replace', 'blocked', 'adopt']),
      );
      const full = targets.find(({ decision }) => decision === 'blocked');
      expect(full).toMatchObject({
        accountId: HUB,
        status: 'Blocked',
        reasons: expect.arrayContaining(['SyncQuotaFull']),
      });
    });
  });

  it('is applied where nothing moved, and the report names where something did', () =>
    withWorld(smallWorld(), async (hub) => {
      const { plan } = await runPlan(hub);
      const { ssm, tree } = hub.embedded;
      ssm.placeSync(PAYMENTS, 'us-east-1', foreign);
      tree.putAccount({ id: STOREFRONT, joinedAt: new Date(0), state: 'SUSPENDED' });
      const { status } = await converge(hub, { mode: 'apply', plan: plan.hash });
      expect(status).toBe('SUCCEEDED');
      expect(await syncsOf(hub, PAYMENTS)).toEqual(['theirs']);
      expect(await syncsOf(hub, STOREFRONT)).toEqual([]);
      expect(creates(hub)).toBe(5);
      const { executions, targets } = await reportOf(hub);
      const moved = [`${PAYMENTS}/us-east-1`, `${STOREFRONT}/eu-west-1`, `${STOREFRONT}/us-east-1`];
      expect(executions.at(-1)).toMatchObject({ trigger: 'manual', refused: moved });
      expect(targets.find(({ accountId }) => accountId === STOREFRONT)).toMatchObject({ status: 'Excluded' });
    }));

  it('may be made and applied for some accounts only', () =>
    withWorld(smallWorld(), async (hub) => {
      const { output = '' } = await converge(hub, { mode: 'plan', accountIds: [PAYMENTS, HUB] });
      const { hash, decisions } = JSON.parse(output);
      expect(decisions).toEqual({ create: 4 });
      await converge(hub, { mode: 'apply', plan: hash, accountIds: [PAYMENTS] });
      expect(creates(hub)).toBe(2);
      expect(await syncsOf(hub, HUB)).toEqual([]);
    }));

  it.each([
    ['a plan that does not exist', { mode: 'apply', plan: '0123456789abcdef' }, 'there is no plan 0123456789abcdef'],
    ['something that is no hash', { mode: 'apply', plan: 'yesterday' }, '16 hexadecimal digits'],
    ['a mode that does not exist', { mode: 'destroy' }, 'mode'],
    ['a misspelt key', { accountIDs: [PAYMENTS] }, 'accountIDs'],
  ])('refuses %s before anybody is visited', (_case, input, sentence) =>
    withWorld(smallWorld(), async (hub) => {
      const { status, error, cause } = await converge(hub, input);
      expect({ status, error }).toEqual({ status: 'FAILED', error: 'InvalidInput' });
      expect(cause).toContain(sentence);
      expect(hub.tally.calls.get('sts:AssumeRole')).toBeUndefined();
    }),
  );
});
