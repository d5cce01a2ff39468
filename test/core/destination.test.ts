import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Destination, desiredSync, sameDestination } from '../../core/destination.ts';
import { aSync } from './a-target.ts';

const destination: Destination = {
  bucketName: 'inventory-bucket',
  prefix: 'inventory',
  region: 'us-east-1',
  kmsKeyArn: 'arn:aws:kms:us-east-1:100000000002:key/k',
};

const otherDestinations: [string, Partial<Destination>][] = [
  ['bucket', { bucketName: 'other-bucket' }],
  ['prefix', { prefix: 'old' }],
  ['empty prefix', { prefix: '' }],
  ['Region', { region: 'eu-west-1' }],
  ['key', { kmsKeyArn: null }],
];

describe('the desired sync', () => {
  it('is named muster- and eight hex digits', () => {
    fc.assert(
      fc.property(fc.string(), (prefix) => {
        expect(desiredSync({ ...destination, prefix }).syncName).toMatch(/^muster-[0-9a-f]{8}$/);
      }),
    );
  });

  it('keeps its name from release to release, since syncs in the field carry it', () => {
    expect(desiredSync(destination).syncName).toBe('muster-b3cd9cfe');
  });

  it.each(otherDestinations)('has another name for another %s', (_, change) => {
    expect(desiredSync({ ...destination, ...change }).syncName).not.toBe(desiredSync(destination).syncName);
  });
});

describe('an observed sync', () => {
  it('has the same destination when bucket, prefix, Region and key agree', () => {
    expect(sameDestination(aSync(), destination)).toBe(true);
  });

  it('may leave an empty prefix out', () => {
    expect(sameDestination(aSync({ prefix: null }), { ...destination, prefix: '' })).toBe(true);
  });

  it.each(otherDestinations)('has another destination when the %s differs', (_, change) => {
    expect(sameDestination(aSync(), { ...destination, ...change })).toBe(false);
  });
});
