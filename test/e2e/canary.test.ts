import { describe, expect, it } from 'vitest';
import { expectAsFiled, findings } from './second-opinion.ts';
import { HUB, MANAGEMENT, PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { runWorldFile, type WorldFile } from './world-runner.ts';

type Faults = NonNullable<WorldFile['faults']>;

const idle = { churn: 'none' as const };

/** Thirty hours in which nothing changes by itself anywhere, but in one account. */
function idleWorld(changes: Partial<WorldFile> = {}): WorldFile {
  return smallWorld({
    duration: 'PT30H',
    accounts: [
      { id: MANAGEMENT, regions: { 'us-east-1': { nodes: 1, ...idle } } },
      { id: HUB, regions: { 'us-east-1': { nodes: 2, stopped: 1, ...idle } } },
      {
        id: PAYMENTS,
        regions: { 'us-east-1': { nodes: 3, terminated: 1, ...idle }, 'eu-west-1': { hybrid: 2, ...idle } },
      },
      { id: STOREFRONT, regions: { 'us-east-1': { nodes: 1 } } },
    ],
    ...changes,
  });
}

describe('an idle fleet', () => {
  it.each([false, true])(
    'stays Healthy for thirty hours, whether or not unchanged reports move the capture time: %s',
    async (hashOnlyPutMovesCaptureTime) => {
      const file = idleWorld({ unknowns: { hashOnlyPutMovesCaptureTime } });
      const report = await runWorldFile(file);
      expectAsFiled(file, report);
      expect(report.summary).toMatchObject({ Healthy: 5, Empty: 3, coverage: 1 });
      const worse = report.events.filter(({ detail }) =>
        /"to":"(Failing|Degraded|Unknown|Blocked)"/.test(JSON.stringify(detail)),
      );
      expect(worse).toEqual([]);
      expect(report.wire.calls['ssm:PutInventory']).toBe(2 * 4);
      expect(report.catalog.tables.map(({ name }) => name)).not.toContain('custom_musterheartbeat');
    },
  );

  it.each([false, true])(
    'whose deliveries stopped is found by the canary, whether or not unchanged reports move the capture time: %s',
    async (hashOnlyPutMovesCaptureTime) => {
      const faults: Faults = [
        { kind: 'delivery-stopped', account: PAYMENTS, region: 'us-east-1', at: 'PT5H' },
        { kind: 'delivery-stopped', account: PAYMENTS, region: 'eu-west-1', at: 'PT1H' },
        { kind: 'delivery-stopped', account: HUB, region: 'us-east-1', at: 'PT1H', until: 'PT20H' },
        { kind: 'nodes-stale', account: MANAGEMENT, region: 'us-east-1', nodes: 1, at: 'PT28H' },
      ];
      const file = idleWorld({ unknowns: { hashOnlyPutMovesCaptureTime }, faults });
      const report = await runWorldFile(file);
      expectAsFiled(file, report);
      expect(findings(report)).toMatchObject({
        [`${PAYMENTS}/us-east-1`]: { status: 'Failing', reasons: ['DeliveryStopped'] },
        [`${PAYMENTS}/eu-west-1`]: { status: 'Failing', reasons: ['DeliveryStopped'] },
        [`${HUB}/us-east-1`]: { status: 'Healthy' },
        [`${MANAGEMENT}/us-east-1`]: { status: 'Healthy' },
      });
    },
  );

  it('is found as soon where every fifth call is throttled and every tenth one lost', async () => {
    const faults: Faults = [
      { kind: 'delivery-stopped', account: PAYMENTS, region: 'us-east-1', at: 'PT5H' },
      { kind: 'throttle', service: '*', rate: 0.2 },
      { kind: 'unavailable', service: '*', rate: 0.1 },
    ];
    const file = idleWorld({ faults });
    expectAsFiled(file, await runWorldFile(file));
  });

  it('is not told of by a node that never delivered, and not asked by one', async () => {
    const faults: Faults = [
      { kind: 'node-silent', account: PAYMENTS, region: 'us-east-1', nodes: 1 },
      { kind: 'nodes-stale', account: PAYMENTS, region: 'us-east-1', nodes: 1, at: 'PT1H' },
    ];
    const file = idleWorld({ duration: 'PT8H', faults });
    const report = await runWorldFile(file);
    expectAsFiled(file, report);
    expect(findings(report)[`${PAYMENTS}/us-east-1`]).toEqual({ status: 'Degraded', reasons: ['NodesMissing'] });
  });

  it('is left alone where the canary is switched off', async () => {
    const { config } = idleWorld();
    const report = await runWorldFile(
      idleWorld({ duration: 'PT8H', config: { ...config, canary: { enabled: false } } }),
    );
    expect(report.wire.calls).not.toHaveProperty('ssm:PutInventory');
    expect(report.summary['coverage']).toBe(1);
  });
});
