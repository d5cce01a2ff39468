import { describe, expect, it } from 'vitest';
import { expectAsFiled, findings } from './second-opinion.ts';
import { HUB, PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { runWorldFile, type WorldFile } from './world-runner.ts';

type Faults = NonNullable<WorldFile['faults']>;

const NEARBY = { account: PAYMENTS, region: 'us-east-1' };
const EUROPE = { account: PAYMENTS, region: 'eu-west-1' };
const SHOP = { account: STOREFRONT, region: 'us-east-1' };

describe('delivered objects that are not to be trusted', () => {
  const worlds: [string, Faults][] = [
    ['malformed', [{ kind: 'malformed-object', ...NEARBY, objects: 1 }]],
    ['empty', [{ kind: 'empty-object', ...NEARBY, objects: 2 }]],
    ['forged', [{ kind: 'forged-object', ...NEARBY, objects: 2 }]],
    [
      'of every kind, from the start and from later on',
      [
        { kind: 'malformed-object', ...NEARBY, objects: 1 },
        { kind: 'forged-object', ...NEARBY, objects: 1, at: 'PT1H' },
        { kind: 'empty-object', ...EUROPE, objects: 1, at: 'PT90M' },
        { kind: 'forged-object', ...SHOP, objects: 2 },
        { kind: 'malformed-object', account: HUB, region: 'us-east-1', objects: 100 },
      ],
    ],
    [
      'and mended by the next delivery after their cause ended',
      [
        { kind: 'malformed-object', ...NEARBY, objects: 2, until: 'PT2H' },
        { kind: 'forged-object', ...SHOP, objects: 2, until: 'PT2H' },
        { kind: 'empty-object', ...EUROPE, objects: 1, until: 'PT2H' },
      ],
    ],
  ];
  it.each(worlds)('are told as they are: %s', async (_, faults) => {
    const file = smallWorld({ faults });
    expectAsFiled(file, await runWorldFile(file));
  });

  it('are known although nobody gets into their account any more', async () => {
    const faults: Faults = [
      { kind: 'malformed-object', ...NEARBY, objects: 1 },
      { kind: 'member-role-missing', account: PAYMENTS, at: 'PT2H' },
    ];
    expect(findings(await runWorldFile(smallWorld({ faults })))).toMatchObject({
      [`${PAYMENTS}/us-east-1`]: { status: 'Blocked', reasons: ['DataQuarantined', 'RoleUnassumable'] },
    });
  });

  it('are left alone with a share of none, but for those that the listing shows to be empty', async () => {
    const faults: Faults = [
      { kind: 'malformed-object', ...NEARBY, objects: 1 },
      { kind: 'empty-object', ...EUROPE, objects: 1 },
    ];
    const { config } = smallWorld();
    const report = await runWorldFile(smallWorld({ faults, config: { ...config, contentSampleShare: 0 } }));
    expect(findings(report)).toMatchObject({
      [`${PAYMENTS}/us-east-1`]: { status: 'Healthy', reasons: [] },
      [`${PAYMENTS}/eu-west-1`]: { status: 'Degraded', reasons: ['DataQuarantined'] },
    });
  });
});
