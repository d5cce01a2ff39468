import { describe, expect, it } from 'vitest';
import { countInspected, foreignBuckets } from '../../core/foreign-syncs.ts';
import type { ObservedSync } from '../../core/observation.ts';
import { aSync } from './a-target.ts';

const inspector = 'InspectorResourceDataSync-do-not-delete';
const to = (bucketName: string, sync: Partial<ObservedSync> = {}) => aSync({ syncName: 'theirs', bucketName, ...sync });
const inspected = (bucketName: string) => to(bucketName, { syncName: inspector });
const at = (region: string, ...syncs: ObservedSync[]) => ({ region, syncs });
const home = 'eu-west-1';

const table: [string, ReturnType<typeof at>, ReturnType<typeof at>[], string[]][] = [
  ['a target without syncs has none', at(home), [], []],
  ['our sync is not foreign', at(home, aSync()), [], []],
  ['our name with an old prefix in our bucket is not', at(home, aSync({ prefix: 'old' })), [], []],
  ['another sync to our bucket is not', at(home, to('inventory-bucket')), [], []],
  ['a sync to a listed bucket is not', at(home, to('listed')), [], []],
  [
    'a sync to any other bucket is, each bucket named once and in order',
    at(home, to('z'), to('a'), to('z')),
    [],
    ['a', 'z'],
  ],
  ['our very name with another bucket is', at(home, aSync({ bucketName: 'z' })), [], ['z']],
  ['a sync of Explorer has no destination', at(home, to('z', { syncType: 'SyncFromSource' })), [], []],
  ['a sync that shows no bucket is not judged', at(home, aSync({ bucketName: null })), [], []],
  [
    "Inspector's name and bucket, as two other accounts of the Region have them, is not",
    at(home, inspected('inspector-eu')),
    [at(home, inspected('inspector-eu')), at(home, inspected('inspector-eu'))],
    [],
  ],
  [
    'with one other account it is',
    at(home, inspected('inspector-eu')),
    [at(home, inspected('inspector-eu'))],
    ['inspector-eu'],
  ],
  [
    'accounts of other Regions do not count',
    at(home, inspected('inspector-eu')),
    [at('us-east-1', inspected('inspector-eu')), at('us-east-1', inspected('inspector-eu'))],
    ['inspector-eu'],
  ],
  [
    "another bucket under Inspector's name is",
    at(home, inspected('z')),
    [at(home, inspected('inspector-eu')), at(home, inspected('inspector-eu'))],
    ['z'],
  ],
  [
    "Inspector's bucket under another name is",
    at(home, to('inspector-eu')),
    [at(home, inspected('inspector-eu')), at(home, inspected('inspector-eu')), at(home, inspected('inspector-eu'))],
    ['inspector-eu'],
  ],
  ["Inspector's name to a listed bucket is not", at(home, inspected('listed')), [], []],
  [
    "Inspector's name without a bucket is not judged",
    at(home, aSync({ syncName: inspector, bucketName: null })),
    [],
    [],
  ],
];

describe('a foreign sync', () => {
  it.each(table)('%s', (_, target, others, expected) => {
    const destinations = {
      ownBucket: 'inventory-bucket',
      allowedBuckets: new Set(['listed']),
      inspected: countInspected([target, ...others]),
    };
    expect(foreignBuckets(target, destinations)).toEqual(expected);
  });
});
