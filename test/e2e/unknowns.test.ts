import { beforeAll, describe, expect, it } from 'vitest';
import { World } from '../../local/world/schema.ts';
import { expectAsFiled, findings } from './second-opinion.ts';
import { PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { runWorldFile, type WorldFile } from './world-runner.ts';

/** Some nodes that churn and some that do not, a Region that came late, deliveries that are denied with and without a test at the create. */
function uncertain(changes: Partial<WorldFile>): WorldFile {
  const world = smallWorld();
  const idle = {
    'us-east-1': { nodes: 2, churn: 'none' as const },
    'eu-south-1': { nodes: 1, optIn: 'ENABLED' as const },
  };
  return {
    ...world,
    config: { regions: ['us-east-1', 'eu-south-1'], regionalPrincipals: ['eu-south-1'] },
    accounts: [...(world.accounts ?? []), { id: '100000000012', regions: idle }],
    faults: [
      { kind: 'delivery-denied', account: PAYMENTS },
      { kind: 'probe-denied', account: STOREFRONT },
    ],
    ...changes,
  };
}

describe('what AWS leaves open', () => {
  const documented = uncertain({});
  let verdicts: ReturnType<typeof findings>;
  beforeAll(async () => {
    const report = await runWorldFile(documented);
    expectAsFiled(documented, report);
    verdicts = findings(report);
    expect(Object.keys(World.parse(documented).unknowns).sort()).toEqual(Object.keys(otherwise).sort());
  });

  const otherwise = {
    createProbes: false,
    hashOnlyPutMovesCaptureTime: true,
    kmsCarriesSourceOrgId: true,
    listShowsSharing: true,
    trailingNewline: true,
    organizationConflictCode: 'ResourceDataSyncInvalidConfigurationException' as const,
    sharedLimit: false,
    regionalPrincipals: true,
  };
  const openKey = { ...documented.config, kmsCarriesSourceOrgId: false };
  it.each<[string, Partial<WorldFile>]>([
    ['all of it is the other way round', { unknowns: otherwise }],
    ["S3's call to KMS names an organization that the key does not ask for", { unknowns: otherwise, config: openKey }],
  ])('makes no difference to a verdict: whether %s', async (_what, changes) => {
    const report = await runWorldFile(uncertain(changes));
    expect(findings(report)).toEqual(verdicts);
  });
});
