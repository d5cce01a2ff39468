import { describe, expect, it } from 'vitest';
import type { Hub } from '../../local/cli/hub.ts';
import { runPlan } from '../../local/cli/plan.ts';
import { finish, runMachine, runWorld, start } from '../../local/cli/run.ts';
import { PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { redeploy, reportOf, withWorld } from './world-runner.ts';

const TWO_HOURS = 7_200_000;

/** Adopted in one target, foreign in another. */
function theWorld(config: object) {
  return smallWorld({
    duration: 'PT2H',
    config: { ...smallWorld().config, ...config },
    faults: [
      { kind: 'organization-sync-same-destination', account: STOREFRONT, region: 'us-east-1' },
      { kind: 'foreign-sync', account: PAYMENTS, region: 'us-east-1' },
    ],
  });
}

/** The names of the syncs that stand in the two accounts. */
function standing({ embedded: { ssm } }: Hub): Record<string, string[]> {
  const targets = [PAYMENTS, STOREFRONT].flatMap((account) =>
    ['us-east-1', 'eu-west-1'].map((region) => [account, region] as const),
  );
  return Object.fromEntries(
    targets.map(([account, region]) => [`${account}/${region}`, ssm.syncNames(account, region)]),
  );
}

async function converge(hub: Hub): Promise<number> {
  const deletes = () => hub.tally.calls.get('ssm:DeleteResourceDataSync') ?? 0;
  const before = deletes();
  await runMachine(hub, 'muster-converge');
  const { clock } = hub.embedded.cloud;
  await clock.advanceTo(clock.nowMs() + TWO_HOURS);
  return deletes() - before;
}

const without = { excludeAccounts: [PAYMENTS, STOREFRONT] };

describe('a config that no longer wants some accounts', () => {
  it('has the syncs that Muster made there removed, its share in each run, and no other', async () => {
    const file = theWorld({ remove: true, changes: { maxShare: 0.3 } });
    await withWorld(file, async (hub) => {
      await runWorld(hub, () => undefined);
      const before = standing(hub);
      await redeploy(hub, without);
      expect([await converge(hub), await converge(hub), await converge(hub), await converge(hub)]).toEqual([
        1, 1, 1, 0,
      ]);
      const isMade = (name: string) => /^muster-[0-9a-f]{8}$/.test(name);
      const others = Object.entries(before).map(([target, names]) => [target, names.filter((name) => !isMade(name))]);
      expect(standing(hub)).toEqual(Object.fromEntries(others));
      expect(standing(hub)[`${STOREFRONT}/us-east-1`]).toEqual(['central-inventory']);
      const report = await reportOf(hub);
      const left = report.targets.filter(({ accountId }) => without.excludeAccounts.includes(accountId));
      expect(left.map(({ status, reasons }) => [status, ...reasons])).toEqual(
        left.map(() => ['Excluded', 'ExcludedByConfig']),
      );
    });
  });

  it('leaves them where the config does not say that they are to be removed', async () => {
    await withWorld(theWorld({}), async (hub) => {
      await runWorld(hub, () => undefined);
      const before = standing(hub);
      await redeploy(hub, without);
      expect(await converge(hub)).toBe(0);
      expect(standing(hub)).toEqual(before);
    });
  });

  it('shows the removals in a plan, and makes them all when it is applied', async () => {
    await withWorld(theWorld({ remove: true }), async (hub) => {
      await runWorld(hub, () => undefined);
      await redeploy(hub, without);
      const { plan } = await runPlan(hub);
      const removals = plan.decisions.filter(({ decision }) => decision === 'remove');
      expect(removals.map(({ accountId, region }) => `${accountId}/${region}`)).toEqual([
        `${PAYMENTS}/eu-west-1`,
        `${PAYMENTS}/us-east-1`,
        `${STOREFRONT}/eu-west-1`,
      ]);
      expect(new Set(removals.flatMap(({ risks }) => risks))).toEqual(new Set(['inventory stops']));
      const { clock } = hub.embedded.cloud;
      await clock.advanceTo(clock.nowMs() + 1000);
      await start(hub, 'muster-converge', { mode: 'apply', plan: plan.hash });
      await finish(hub);
      expect(hub.tally.calls.get('ssm:DeleteResourceDataSync')).toBe(3);
    });
  });
});
