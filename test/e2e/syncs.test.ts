import { describe, expect, it } from 'vitest';
import { expectAsFiled, findings } from './second-opinion.ts';
import { PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { runWorldFile, type WorldFile } from './world-runner.ts';

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
    const nextDay = await targetOf(smallWorld({ faults, duration: 'PT27H' }));
    expect(nextDay.report.summary['coverage']).toBe(1);
  });
});
