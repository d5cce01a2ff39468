import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isoDuration } from '../../../local/world/duration.ts';
import { generateWorld } from '../../../local/world/generate.ts';
import { describeIssues, World } from '../../../local/world/schema.ts';

const smallest = {
  version: 1,
  organization: {
    id: 'o-a1b2c3d4e5',
    managementAccountId: '100000000001',
    hubAccountId: '100000000002',
    hubRegion: 'us-east-1',
  },
};
const account = { id: '100000000010' };

function complaints(world: unknown): string[] {
  const { error } = World.safeParse(world);
  return error ? describeIssues(error) : [];
}

describe('a world file', () => {
  it('needs no more than an organization, and then lasts six hours from the default start', () => {
    expect(World.parse(smallest)).toMatchObject({
      seed: 1,
      start: '2026-11-02T06:00:00Z',
      duration: 6 * 3_600_000,
      unknowns: { createProbes: true, hashOnlyPutMovesCaptureTime: false },
      accounts: [],
      faults: [],
    });
  });

  it.each([
    ['a misspelt key', { ...smallest, fault: [] }, /Unrecognized key: "fault"/],
    [
      'an account id of eleven digits',
      { ...smallest, accounts: [{ id: '10000000001' }] },
      /^accounts\[0\]\.id: .*twelve digits/,
    ],
    ['an account listed twice', { ...smallest, accounts: [account, account] }, /^accounts\[1\]\.id: .* listed twice/],
    [
      'an unknown unit',
      { ...smallest, accounts: [{ ...account, unit: 'ou-ab12-99999999' }] },
      /^accounts\[0\]\.unit: there is no unit/,
    ],
    [
      'a unit below an unknown one',
      {
        ...smallest,
        organization: {
          ...smallest.organization,
          units: [{ id: 'ou-ab12-11111111', name: 'a', parent: 'ou-ab12-22222222' }],
        },
      },
      /^organization\.units\[0\]\.parent: there is no unit/,
    ],
    [
      'more Windows nodes than nodes',
      { ...smallest, accounts: [{ ...account, regions: { 'us-east-1': { nodes: 1, windows: 2 } } }] },
      /^accounts\[0\]\.regions\.us-east-1\.windows: more Windows nodes/,
    ],
    [
      'a custom type that Systems Manager would refuse',
      {
        ...smallest,
        accounts: [{ ...account, regions: { 'us-east-1': { custom: [{ type: 'Custom:rack', rows: [{}] }] } } }],
      },
      /^accounts\[0\]\.regions\.us-east-1\.custom\[0\]\.type: not the name of a custom type/,
    ],
    [
      'more attributes than a custom type may have',
      {
        ...smallest,
        accounts: [
          {
            ...account,
            regions: {
              'us-east-1': {
                custom: [
                  {
                    type: 'Custom:Rack',
                    rows: [Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`a${index}`, '']))],
                  },
                ],
              },
            },
          },
        ],
      },
      /custom\[0\]\.rows\[0\]: more than 50 attributes/,
    ],
    ['a duration in months', { ...smallest, duration: 'P1M' }, /^duration: 'P1M' is no ISO 8601 duration/],
    [
      'a fault in an unknown account',
      { ...smallest, faults: [{ kind: 'probe-denied', account: '999999999999' }] },
      /^faults\[0\]\.account: there is no account/,
    ],
    ['a fault kind nobody knows', { ...smallest, faults: [{ kind: 'gremlins' }] }, /^faults\[0\]\.kind: /],
    [
      'a fault kind not acted out yet',
      { ...smallest, faults: [{ kind: 'drop-events' }] },
      /^faults\[0\]\.kind: 'drop-events' is not supported yet/,
    ],
    [
      'a rate above one',
      { ...smallest, faults: [{ kind: 'throttle', service: 'ssm', rate: 2 }] },
      /^faults\[0\]\.rate: /,
    ],
    [
      'more silent nodes than are online',
      {
        ...smallest,
        accounts: [{ ...account, regions: { 'us-east-1': { nodes: 1, hybrid: 1, stopped: 1 } } }],
        faults: [{ kind: 'node-silent', account: account.id, region: 'us-east-1', nodes: 3 }],
      },
      /^faults\[0\]\.nodes: more nodes than are online there/,
    ],
    [
      'stale nodes in a Region without any',
      { ...smallest, faults: [{ kind: 'nodes-stale', account: '100000000002', region: 'us-east-1', nodes: 1 }] },
      /^faults\[0\]\.nodes: more nodes/,
    ],
    [
      'a fault that ends before it begins',
      { ...smallest, faults: [{ kind: 'throttle', service: 'ssm', rate: 0.1, at: 'PT1H', until: 'PT30M' }] },
      /^faults\[0\]\.until: a fault must end after/,
    ],
    ['an unknown that is not one', { ...smallest, unknowns: { moonPhase: true } }, /^unknowns: Unrecognized key/],
  ])('is refused with the path of the field: %s', (_case, world, complaint) => {
    expect(complaints(world)).toEqual([expect.stringMatching(complaint)]);
  });

  it('comes with a default one of at least ten accounts and four Regions', () => {
    const world = World.parse(JSON.parse(readFileSync('local/world/default.json', 'utf8')));
    expect(world.accounts.length + 2).toBeGreaterThanOrEqual(10);
    expect(world.config['regions']).toHaveLength(4);
  });
});

describe('a generated world', () => {
  it('has exactly the accounts and nodes asked for, unevenly spread, and is the same for the same seed', () => {
    const size = { accounts: 12, regions: 3, nodes: 100 };
    const world = generateWorld(size, 5);
    const counts = world.accounts.flatMap(({ regions }) => Object.values(regions).map(({ nodes }) => nodes));
    expect(world.accounts).toHaveLength(12);
    expect(counts.reduce((all, count) => all + count, 0)).toBe(100);
    expect(new Set(counts).size).toBeGreaterThan(3);
    expect(generateWorld(size, 5)).toEqual(world);
    expect(generateWorld(size, 6)).not.toEqual(world);
  });
});

describe('a duration', () => {
  it.each([
    [0, 'PT0S'],
    [6 * 3_600_000, 'PT6H'],
    [90 * 60_000, 'PT1H30M'],
    [1000, 'PT1S'],
  ])('of %i ms is written %s', (ms, text) => {
    expect(isoDuration(ms)).toBe(text);
  });
});
