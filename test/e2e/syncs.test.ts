import { describe, expect, it } from 'vitest';
import { runMachine, runWorld } from '../../local/cli/run.ts';
import { expectAsFiled, findings } from './second-opinion.ts';
import { PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { redeploy, reportOf, runWorldFile, type WorldFile, withWorld } from './world-runner.ts';

const HERE = { account: PAYMENTS, region: 'us-east-1' };
const KEY = `${PAYMENTS}/us-east-1`;

/** Held against what the file alone says must come of it. */
async function targetOf(file: WorldFile) {
  const report = await runWorldFile(file);
  expectAsFiled(file, report);
  const target = report.targets.find(({ accountId, region }) => `${accountId}/${region}` === KEY);
  return { report, target };
}

describe('a target', () => {
  it('with five foreign syncs has no room for ours, and none of them is touched', async () => {
    const { report, target } = await targetOf(smallWorld({ faults: [{ kind: 'sync-quota-full', ...HERE }] }));
    expect(target).toMatchObject({ status: 'Blocked', decision: 'blocked' });
    const owners = target?.slots?.map(({ owner }) => owner);
    expect(owners).toEqual(['inspector', 'foreign', 'foreign', 'foreign', 'foreign']);
    expect(report.wire.calls['ssm:DeleteResourceDataSync']).toBeUndefined();
  });

  it.each(['ResourceDataSyncCountExceededException', 'ResourceDataSyncInvalidConfigurationException'] as const)(
    'with an Organization sync to another bucket says so, whether Create answers %s or not',
    async (organizationConflictCode) => {
      const faults: WorldFile['faults'] = [{ kind: 'organization-sync-elsewhere', ...HERE }];
      const { target } = await targetOf(smallWorld({ faults, unknowns: { organizationConflictCode } }));
      expect(target).toMatchObject({ status: 'Blocked', decision: 'create' });
    },
  );

  it('with an Organization sync to our destination has it adopted, or is in its way where the config does not adopt', async () => {
    const faults: WorldFile['faults'] = [{ kind: 'organization-sync-same-destination', ...HERE }];
    const { target } = await targetOf(smallWorld({ faults }));
    expect(target).toMatchObject({ status: 'Healthy', decision: 'adopt', syncName: 'central-inventory' });
    const { config } = smallWorld();
    const alone = await targetOf(smallWorld({ faults, config: { ...config, adopt: false } }));
    expect(alone.target).toMatchObject({ status: 'Blocked', decision: 'create' });
  });

  it('whose sync points elsewhere gets it replaced, unless the config forbids', async () => {
    const faults: WorldFile['faults'] = [{ kind: 'sync-wrong-destination', ...HERE }];
    const { report, target } = await targetOf(smallWorld({ faults }));
    expect(target).toMatchObject({ status: 'Healthy', decision: 'replace' });
    expect(report.wire.calls['ssm:DeleteResourceDataSync']).toBe(1);
    const { config } = smallWorld();
    const kept = await targetOf(smallWorld({ faults, config: { ...config, replace: 'never' } }));
    expect(kept.target).toMatchObject({ status: 'Blocked', decision: 'blocked' });
    expect(kept.report.wire.calls['ssm:DeleteResourceDataSync']).toBeUndefined();
  });

  it('whose sync was deleted or turned away by somebody is seen by its nodes, and made good the next day', async () => {
    const faults: WorldFile['faults'] = [
      { kind: 'sync-deleted', ...HERE, at: 'PT2H' },
      { kind: 'sync-wrong-destination', account: STOREFRONT, region: 'us-east-1', at: 'PT2H' },
    ];
    const { report, target } = await targetOf(smallWorld({ faults, duration: 'PT9H' }));
    expect(target).toMatchObject({ status: 'Failing', reasons: ['DeliveryStopped', 'SyncMissing'] });
    expect(findings(report)[`${STOREFRONT}/us-east-1`]).toMatchObject({ reasons: ['DeliveryStopped'] });
    const nextDay = await targetOf(smallWorld({ faults, duration: 'PT28H' }));
    expect(nextDay.report.summary['coverage']).toBe(1);
  });
});

describe('a config with another prefix', () => {
  it('replaces in each run no more than its share of the targets, until all are done', async () => {
    const { config } = smallWorld();
    const deletes: number[] = [];
    const file = smallWorld({ duration: 'PT2H', config: { ...config, changes: { maxShare: 0.3 } } });
    const report = await withWorld(file, async (hub) => {
      await runWorld(hub, () => undefined);
      await redeploy(hub, { prefix: 'inventory/second' });
      for (const _run of [1, 2, 3, 4, 5]) {
        const before = hub.tally.calls.get('ssm:DeleteResourceDataSync') ?? 0;
        await runMachine(hub, 'muster-converge');
        deletes.push((hub.tally.calls.get('ssm:DeleteResourceDataSync') ?? 0) - before);
        await hub.embedded.cloud.clock.advanceTo(hub.embedded.cloud.clock.nowMs() + 7_200_000);
      }
      await runMachine(hub, 'muster-assess');
      return reportOf(hub);
    });
    expect(deletes).toEqual([2, 2, 2, 2, 0]);
    expect(report.targets.map(({ decision }) => decision)).toEqual(report.targets.map(() => 'keep'));
    expect(new Set(report.targets.map(({ syncName }) => syncName)).size).toBe(1);
    expect(report.summary['coverage']).toBe(1);
    expect(report.executions.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  });
});
