import { describe, expect, it } from 'vitest';
import { answerAll } from '../../local/cli/questions.ts';
import { runWorld } from '../../local/cli/run.ts';
import { expectAsFiled, findings } from './second-opinion.ts';
import { HUB, PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { runWorldFile, type WorldFile, withWorld } from './world-runner.ts';

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

  it('are rows of a table, each with the version that was found out', async () => {
    const sql = `SELECT nodeid, type, reason, sizebytes, versionid IS NOT NULL, lastmodifiedat <= foundat
      FROM quarantine WHERE accountid = '${PAYMENTS}' AND region = 'us-east-1' ORDER BY reason, nodeid`;
    const faults: Faults = [
      { kind: 'empty-object', ...NEARBY, objects: 2 },
      { kind: 'forged-object', ...NEARBY, objects: 1 },
    ];
    const answers = await withWorld(smallWorld({ faults }), async (hub) => {
      await runWorld(hub, () => undefined);
      return answerAll(hub, [sql]);
    });
    const answer = answers.at(-1);
    const node = expect.stringMatching(/^i-/);
    expect(answer?.rows).toEqual([
      [node, 'AWS:Application', 'EmptyObject', '0', 'true', 'true'],
      [node, 'AWS:Application', 'EmptyObject', '0', 'true', 'true'],
      [node, 'AWS:Application', 'NodeMismatch', expect.stringMatching(/^\d{3,}$/), 'true', 'true'],
    ]);
    expect(new Set(answer?.rows.map(([nodeId]) => nodeId)).size).toBe(3);
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
