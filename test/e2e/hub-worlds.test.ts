import { describe, expect, it } from 'vitest';
import { expectAsFiled, findings } from './second-opinion.ts';
import { HUB, PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { runWorldFile, type WorldFile } from './world-runner.ts';

async function expectOf(file: WorldFile) {
  const report = await runWorldFile(file);
  expectAsFiled(file, report);
  return report;
}

describe('a disabled inventory key', () => {
  it('fails every target with nodes at the second look', async () => {
    const report = await expectOf(smallWorld({ faults: [{ kind: 'key-disabled', at: 'PT4H30M' }] }));
    expect(findings(report)[`${PAYMENTS}/us-east-1`]).toEqual({ status: 'Failing', reasons: ['KeyUnusable'] });
  });

  it('keeps contents from being read: the run goes on, and the canary tells that deliveries stopped', async () => {
    const report = await expectOf(smallWorld({ duration: 'PT9H', faults: [{ kind: 'key-disabled', at: 'PT2H30M' }] }));
    expect(report.hub).toEqual({ bucketPolicy: 'same', key: 'disabled' });
    expect(findings(report)).toMatchObject({
      [`${HUB}/eu-west-1`]: { status: 'Failing', reasons: ['DeliveryStopped', 'KeyUnusable'] },
      [`${STOREFRONT}/eu-west-1`]: { status: 'Empty', reasons: [] },
    });
  });

  it('keeps a first converge from making any sync', async () => {
    const report = await expectOf(smallWorld({ faults: [{ kind: 'key-disabled' }] }));
    expect(findings(report)[`${PAYMENTS}/us-east-1`]?.reasons).toEqual([
      'DestinationRejected',
      'KeyUnusable',
      'NodesMissing',
      'SyncMissing',
    ]);
  });

  it('is forgotten once it is enabled again', async () => {
    const report = await expectOf(
      smallWorld({ duration: 'PT9H', faults: [{ kind: 'key-disabled', at: 'PT2H30M', until: 'PT6H30M' }] }),
    );
    expect(report.summary['coverage']).toBe(1);
    expect(report.hub).toEqual({ bucketPolicy: 'same', key: 'usable' });
  });
});

describe('a bucket policy that somebody overwrote', () => {
  it('fails every target with nodes, at the second look and before any delivery is missed', async () => {
    const report = await expectOf(smallWorld({ faults: [{ kind: 'bucket-policy-replaced', at: 'PT4H30M' }] }));
    expect(report.hub).toEqual({ bucketPolicy: 'denies', key: 'usable' });
    expect(findings(report)[`${PAYMENTS}/eu-west-1`]).toEqual({ status: 'Failing', reasons: ['BucketPolicyDrifted'] });
  });

  it('stops deliveries in the end', async () => {
    const report = await expectOf(
      smallWorld({ duration: 'PT9H', faults: [{ kind: 'bucket-policy-replaced', at: 'PT2H30M' }] }),
    );
    expect(findings(report)[`${PAYMENTS}/eu-west-1`]).toEqual({
      status: 'Failing',
      reasons: ['BucketPolicyDrifted', 'DeliveryStopped'],
    });
  });

  it('is forgotten once it is restored', async () => {
    const report = await expectOf(
      smallWorld({ duration: 'PT9H', faults: [{ kind: 'bucket-policy-replaced', at: 'PT2H30M', until: 'PT6H30M' }] }),
    );
    expect(report.summary['coverage']).toBe(1);
    expect(report.hub.bucketPolicy).toBe('same');
  });
});

describe('a foreign sync', () => {
  const faults: WorldFile['faults'] = [
    { kind: 'foreign-sync', account: PAYMENTS, region: 'us-east-1' },
    { kind: 'foreign-sync', account: STOREFRONT, region: 'us-east-1', until: 'PT2H30M' },
  ];

  it('is told with the bucket it sends to, for as long as it is there', async () => {
    const report = await expectOf(smallWorld({ faults }));
    expect(findings(report)[`${PAYMENTS}/us-east-1`]).toEqual({ status: 'Degraded', reasons: ['ForeignSync'] });
    const [bucket] = report.targets.flatMap(({ foreignSyncs }) => foreignSyncs);
    expect(bucket).toBe('asset-exports-of-another-company');
  });

  it('is none where its bucket is allowed', async () => {
    const { config } = smallWorld();
    const allowedDestinations = ['asset-exports-of-another-company'];
    const report = await runWorldFile(
      smallWorld({ duration: 'PT2H', faults, config: { ...config, allowedDestinations } }),
    );
    expect(report.summary['coverage']).toBe(1);
  });
});

describe('a refusal', () => {
  it('tells which kind of policy refused', async () => {
    const { targets } = await expectOf(
      smallWorld({ duration: 'PT2H', faults: [{ kind: 'scp-deny', account: PAYMENTS }] }),
    );
    const denials = targets.filter(({ accountId }) => accountId === PAYMENTS).map(({ denial }) => denial);
    expect(denials).toEqual(['service control policy', 'service control policy']);
    expect(targets.filter(({ denial }) => denial !== null)).toHaveLength(2);
  });
});
