import { describe, expect, it } from 'vitest';
import { expectAsFiled, findings } from './second-opinion.ts';
import { HUB, MANAGEMENT, PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { runWorldFile, type WorldFile } from './world-runner.ts';

type Faults = NonNullable<WorldFile['faults']>;

const NEARBY = { account: PAYMENTS, region: 'us-east-1' };
const EUROPE = { account: PAYMENTS, region: 'eu-west-1' };

/** Every world is held against what its file alone says must come of it. */
async function expectOf(file: WorldFile) {
  const report = await runWorldFile(file);
  expectAsFiled(file, report);
  return report;
}

describe('a small world', () => {
  const kinds: [string, Faults][] = [
    ['a missing member role', [{ kind: 'member-role-missing', account: PAYMENTS }]],
    [
      'denials of Systems Manager in a whole account and in one Region of another',
      [
        { kind: 'scp-deny', account: STOREFRONT },
        { kind: 'scp-deny', account: PAYMENTS, region: 'eu-west-1' },
      ],
    ],
    ['deliveries denied in silence', [{ kind: 'delivery-denied', account: PAYMENTS }]],
    ['deliveries denied at the test of the bucket', [{ kind: 'probe-denied', account: PAYMENTS }]],
    ['a Region whose deliveries stopped before the first', [{ kind: 'delivery-stopped', ...EUROPE }]],
    ['nodes that never deliver', [{ kind: 'node-silent', ...NEARBY, nodes: 2 }]],
    ['a failed sync', [{ kind: 'sync-failed', account: PAYMENTS, region: 'us-east-1' }]],
    ['every service throttled', [{ kind: 'throttle', service: '*', rate: 0.2 }]],
    ['every service unavailable', [{ kind: 'unavailable', service: '*', rate: 0.1 }]],
    [
      'several faults in each account, among them a service control policy, which never binds the management account',
      [
        { kind: 'member-role-missing', account: HUB },
        { kind: 'delivery-denied', account: MANAGEMENT },
        { kind: 'scp-deny', account: MANAGEMENT },
        { kind: 'sync-failed', account: PAYMENTS, region: 'eu-west-1' },
        { kind: 'delivery-denied', account: PAYMENTS },
        { kind: 'sync-failed', account: STOREFRONT, region: 'eu-west-1' },
        { kind: 'probe-denied', account: STOREFRONT },
      ],
    ],
  ];
  it.each(kinds)('with %s is told as it is', async (_kind, faults) => {
    await expectOf(smallWorld({ faults }));
  });

  it('recovers from what only its deliveries suffered, and misses the syncs that its first converge could not make', async () => {
    const world = smallWorld();
    const warehouse = { id: '100000000012', regions: { 'us-east-1': { nodes: 2 } } };
    const faults: Faults = [
      { kind: 'sync-failed', account: MANAGEMENT, region: 'us-east-1', until: 'PT3H' },
      { kind: 'delivery-denied', account: warehouse.id, until: 'PT2H' },
      { kind: 'member-role-missing', account: PAYMENTS, until: 'PT2H' },
      { kind: 'scp-deny', account: STOREFRONT, until: 'PT2H' },
      { kind: 'probe-denied', account: HUB, until: 'PT2H' },
    ];
    const report = await expectOf({ ...world, accounts: [...(world.accounts ?? []), warehouse], faults });
    expect(findings(report)).toMatchObject({
      [`${MANAGEMENT}/us-east-1`]: { status: 'Healthy', reasons: [] },
      [`${warehouse.id}/us-east-1`]: { status: 'Healthy', reasons: [] },
      [`${PAYMENTS}/us-east-1`]: { status: 'Failing', reasons: ['NodesMissing', 'SyncMissing'] },
      [`${STOREFRONT}/eu-west-1`]: { status: 'Failing', reasons: ['SyncMissing'] },
      [`${HUB}/us-east-1`]: { status: 'Blocked', reasons: ['DestinationRejected', 'NodesMissing', 'SyncMissing'] },
    });
  });

  it('has its missing syncs made the next day, and recovers as soon as nothing hinders a look any more', async () => {
    const faults: Faults = [
      { kind: 'scp-deny', account: STOREFRONT, until: 'PT2H' },
      { kind: 'probe-denied', account: HUB, until: 'PT2H' },
      { kind: 'member-role-missing', account: MANAGEMENT, at: 'PT23H30M', until: 'PT25H' },
      { kind: 'scp-deny', account: PAYMENTS, region: 'eu-west-1', at: 'PT23H30M', until: 'PT25H' },
    ];
    const report = await expectOf(smallWorld({ duration: 'PT28H', faults }));
    expect(report.summary['coverage']).toBe(1);
  });

  it('whose deliveries are denied from the second hour on has stopped delivering by the ninth', async () => {
    const faults: Faults = [{ kind: 'delivery-denied', account: PAYMENTS, at: 'PT2H' }];
    const report = await expectOf(smallWorld({ duration: 'PT9H', faults }));
    expect(findings(report)[`${PAYMENTS}/us-east-1`]).toEqual({ status: 'Failing', reasons: ['DeliveryStopped'] });
  });
});

describe('nodes of a small world', () => {
  it('stop delivering all at once, or some of them, and some never began', async () => {
    const faults: Faults = [
      { kind: 'node-silent', ...NEARBY, nodes: 1 },
      { kind: 'nodes-stale', ...NEARBY, nodes: 1, at: 'PT1H30M' },
      { kind: 'delivery-stopped', ...EUROPE, at: 'PT1H30M' },
      { kind: 'nodes-stale', account: STOREFRONT, region: 'us-east-1', nodes: 2, at: 'PT1H30M' },
    ];
    const report = await expectOf(smallWorld({ duration: 'PT9H', faults }));
    expect(findings(report)).toMatchObject({
      [`${PAYMENTS}/us-east-1`]: { status: 'Degraded', reasons: ['NodesMissing', 'NodesStale'] },
      [`${PAYMENTS}/eu-west-1`]: { status: 'Failing', reasons: ['DeliveryStopped'] },
      [`${STOREFRONT}/us-east-1`]: { status: 'Failing', reasons: ['DeliveryStopped'] },
    });
  });

  it('are well again as soon as they deliver', async () => {
    const [at, until] = ['PT1H30M', 'PT8H'];
    const faults: Faults = [
      { kind: 'node-silent', ...NEARBY, nodes: 1, until },
      { kind: 'nodes-stale', ...NEARBY, nodes: 1, at, until },
      { kind: 'delivery-stopped', ...EUROPE, at, until },
    ];
    const report = await expectOf(smallWorld({ duration: 'PT11H', faults }));
    expect(report.summary['coverage']).toBe(1);
    const changes = report.events.filter(({ detail }) => JSON.stringify(detail).includes('"to":"Failing"'));
    expect(changes.map(({ detail }) => detail)).toMatchObject([{ accountId: PAYMENTS, region: 'eu-west-1' }]);
  });
});

describe('the organization of a small world', () => {
  const [management, hub, payments, storefront] = smallWorld().accounts ?? [];

  it('has accounts that are not active and Regions that are not enabled, and they are excluded', async () => {
    const accounts = [
      { ...management, id: MANAGEMENT },
      { ...payments, id: PAYMENTS, state: 'SUSPENDED' as const },
      { ...storefront, id: STOREFRONT, state: 'PENDING_CLOSURE' as const, unit: 'ou-ab12-22222222' },
      { id: '100000000012', regions: { 'eu-south-1': { nodes: 1, optIn: 'ENABLED' as const } } },
      { id: '100000000013', regions: { 'eu-south-1': { nodes: 1, optIn: 'DISABLED' as const } } },
      { id: '100000000014', state: 'PENDING_ACTIVATION' as const },
      { id: '100000000015', state: 'CLOSED' as const },
    ];
    const { config, organization } = smallWorld();
    const report = await expectOf(
      smallWorld({ accounts, organization, config: { ...config, regions: ['us-east-1', 'eu-south-1'] } }),
    );
    expect(findings(report)).toMatchObject({
      [`${PAYMENTS}/us-east-1`]: { status: 'Excluded', reasons: ['AccountNotActive'] },
      [`${HUB}/eu-south-1`]: { status: 'Excluded', reasons: ['RegionDisabled'] },
      '100000000012/eu-south-1': { status: 'Healthy', reasons: [] },
    });
  });

  it('is covered as far as the config asks: units with the units below them, without the accounts left out', async () => {
    const { organization, config } = smallWorld();
    const units = [
      { id: 'ou-ab12-11111111', name: 'production' },
      { id: 'ou-ab12-22222222', name: 'europe', parent: 'ou-ab12-11111111' },
      { id: 'ou-ab12-33333333', name: 'north', parent: 'ou-ab12-22222222' },
      { id: 'ou-ab12-44444444', name: 'sandbox' },
    ];
    const accounts = [
      { ...hub, id: HUB, unit: 'ou-ab12-44444444' },
      { ...payments, id: PAYMENTS, unit: 'ou-ab12-11111111' },
      { ...storefront, id: STOREFRONT, unit: 'ou-ab12-33333333' },
      { id: '100000000012', unit: 'ou-ab12-22222222' },
    ];
    const report = await expectOf(
      smallWorld({
        organization: { ...organization, units },
        accounts,
        config: { ...config, organizationalUnits: ['ou-ab12-11111111'], excludeAccounts: ['100000000012'] },
      }),
    );
    expect(report.summary).toMatchObject({ Healthy: 3, Empty: 1, Excluded: 2 });
  });

  it('may have its hub in the management account', async () => {
    const { organization } = smallWorld();
    const faults: Faults = [
      { kind: 'scp-deny', account: PAYMENTS },
      { kind: 'member-role-missing', account: STOREFRONT },
    ];
    await expectOf(smallWorld({ organization: { ...organization, hubAccountId: MANAGEMENT }, faults }));
  });
});
