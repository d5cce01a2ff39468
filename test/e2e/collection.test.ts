import { describe, expect, it } from 'vitest';
import type { EmbeddedCloud } from '../../local/embedded-cloud.ts';
import { expectAsFiled, findings } from './second-opinion.ts';
import { HUB, MANAGEMENT, PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { runWorldFile, type WorldFile } from './world-runner.ts';

const REGION = 'us-east-1';

/** Nodes that nobody collects from, in one account some that never change by themselves; Inspector's; and somebody's. */
function collectionWorld(collection: string, more: Partial<WorldFile> = {}): WorldFile {
  const { config } = smallWorld();
  return smallWorld({
    config: { ...config, collection },
    accounts: [
      { id: MANAGEMENT, regions: { [REGION]: { nodes: 2, association: 'none', churn: 'none' } } },
      { id: HUB, regions: { [REGION]: { nodes: 2, association: 'foreign' } } },
      { id: PAYMENTS, regions: { [REGION]: { nodes: 3, windows: 1, association: 'none' } } },
      { id: STOREFRONT, regions: { [REGION]: { nodes: 1, association: 'all' } } },
    ],
    ...more,
  });
}

/** Runs a world and holds it against its file; then what stands in it. */
async function runCollection(file: WorldFile, disturb: (embedded: EmbeddedCloud) => void = () => undefined) {
  let seen: EmbeddedCloud | undefined;
  let bucket = '';
  const report = await runWorldFile(file, (embedded) => {
    seen = embedded;
    embedded.cloud.onCall(({ operation, input }) => {
      const { Bucket, Key } = input as { Bucket?: string; Key?: string };
      if (operation === 'PutObject' && Key === LEDGER) bucket = Bucket ?? '';
    });
    disturb(embedded);
  });
  expectAsFiled(file, report);
  const owners = await Promise.all(
    [MANAGEMENT, HUB, PAYMENTS, STOREFRONT].map(async (account) => {
      const caller = { kind: 'administrator', account, arn: `arn:aws:iam::${account}:root` } as const;
      const asked = { service: 'ssm', operation: 'ListAssociations', region: REGION, caller, input: {} } as const;
      const answer = await seen?.cloud.ask<{ Associations: { AssociationName: string }[] }>(asked);
      return answer?.Associations.map(({ AssociationName }) => AssociationName);
    }),
  );
  const ledger = Buffer.from(seen?.s3.bucket(bucket)?.get(LEDGER)?.read() ?? []).toString();
  return { report, owners, calls: report.wire.calls, missing: missingTypes(ledger) };
}

const LEDGER = 'ledger/latest/verdicts.jsonl';
type Line = { accountId: string; region: string; typesMissing: string[] | null };

/** Of the ledger that lies in a bucket, the types that each account misses. */
function missingTypes(ledger: string): Record<string, readonly string[]> {
  const lines = ledger.split('\n').filter(Boolean);
  const records = lines.map((line): Line => JSON.parse(line)).filter(({ region }) => region === REGION);
  return Object.fromEntries(records.map(({ accountId, typesMissing }) => [accountId, typesMissing ?? []]));
}

const INSPECTOR = ['InspectorInventoryCollection-do-not-delete'];
const SOMEBODY = ['Inventory-Association'];
const OURS = ['MusterInventory'];

describe('where collection is', () => {
  it('ensured, nodes that nobody collected from are, and nobody else’s association is touched', async () => {
    const { report, owners, calls, missing } = await runCollection(collectionWorld('ensure', { duration: 'PT25H' }));
    expect(report.summary['coverage']).toBe(1);
    expect(owners).toEqual([OURS, INSPECTOR, OURS, SOMEBODY]);
    expect(calls['ssm:CreateAssociation']).toBe(2);
    expect(calls).not.toHaveProperty('ssm:DeleteAssociation');
    expect(calls['ssm:ListAssociations']).toBe(2 * 4);
    expect(Object.values(missing).flat()).toEqual([]);
  });

  it('adopted, it is only looked at', async () => {
    const { report, owners, calls, missing } = await runCollection(collectionWorld('adopt'));
    expect(findings(report)[`${PAYMENTS}/${REGION}`]).toEqual({
      status: 'Degraded',
      reasons: ['InventoryNotCollected'],
    });
    expect(owners).toEqual([[], INSPECTOR, [], SOMEBODY]);
    expect(calls).not.toHaveProperty('ssm:CreateAssociation');
    expect(Object.values(missing).flat()).toEqual([]);
  });

  it('off, nobody asks and nobody complains', async () => {
    const { report, owners, calls } = await runCollection(collectionWorld('off'));
    expect(report.summary['coverage']).toBe(1);
    expect(owners).toEqual([[], INSPECTOR, [], SOMEBODY]);
    expect(Object.keys(calls).filter((call) => call.includes('Association'))).toEqual([]);
  });
});

describe('an association of ours that the config has outgrown', () => {
  it('is made anew once, however many calls are throttled, and the nodes are collected from all along', async () => {
    const { config } = collectionWorld('ensure');
    const file = collectionWorld('ensure', {
      config: { ...config, collectionSchedule: 'rate(30 minutes)', collectionParameters: { services: 'Disabled' } },
      faults: [{ kind: 'throttle', service: 'ssm', rate: 0.2 }],
    });
    const { owners, missing } = await runCollection(file, ({ ssm }) => {
      ssm.placeAssociation(PAYMENTS, REGION, { AssociationName: 'MusterInventory', ScheduleExpression: 'rate(1 day)' });
    });
    expect(owners).toEqual([OURS, INSPECTOR, OURS, SOMEBODY]);
    expect(missing[PAYMENTS]).toEqual([]);
  });
});
