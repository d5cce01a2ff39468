import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addObject, noDeliveries } from '../../core/delivery.ts';
import { formatInventoryKey } from '../../core/inventory-key.ts';
import { sampleNewest } from '../../core/newest-objects.ts';
import { nodeA, nodeB } from './a-target.ts';

const RACK = 'Custom:Rack';

function anObject(change: { type?: string; accountId?: string; nodeId?: string; atMs?: number; sizeBytes?: number }) {
  const { type = RACK, accountId = '100000000010', nodeId = nodeA, atMs = 1, sizeBytes = 10 } = change;
  const key = formatInventoryKey('', { type, accountId, region: 'us-east-1', nodeId });
  return { key, lastModifiedMs: atMs, sizeBytes, etag: `"${accountId} ${atMs}"` };
}

function sampleOf(objects: readonly ReturnType<typeof anObject>[]) {
  const deliveries = noDeliveries('');
  for (const object of objects) addObject(deliveries, object);
  return sampleNewest(deliveries.newest);
}

describe('the objects to learn a custom type from', () => {
  it('are the newest of each account and Region, the newest first', () => {
    const other = anObject({ accountId: '100000000011', atMs: 3 });
    const sample = sampleOf([anObject({ atMs: 2 }), anObject({ nodeId: nodeB, atMs: 5 }), other]);
    expect(sample[RACK]?.map(({ etag }) => etag)).toEqual(['"100000000010 5"', '"100000000011 3"']);
    expect(sample[RACK]?.[0]).toEqual({ key: expect.stringContaining(nodeB), etag: '"100000000010 5"', sizeBytes: 10 });
  });

  it('are none of AWS’s types, no heartbeats and nothing without bytes', () => {
    expect(
      sampleOf([
        anObject({ type: 'AWS:Tag' }),
        anObject({ type: 'Custom:MusterHeartbeat' }),
        anObject({ sizeBytes: 0 }),
      ]),
    ).toEqual({});
  });

  it('are no more than 32, however many accounts there are', () => {
    const objects = Array.from({ length: 40 }, (_, index) =>
      anObject({ accountId: String(100_000_000_100 + index), atMs: index }),
    );
    const sample = sampleOf(objects)[RACK] ?? [];
    expect([sample.length, sample[0]?.etag]).toEqual([32, '"100000000139 39"']);
  });

  it('do not depend on the order of the listing', () => {
    const object = fc
      .record({
        type: fc.constantFrom(RACK, 'Custom:Other'),
        accountId: fc.constantFrom('100000000010', '100000000011'),
        nodeId: fc.constantFrom(nodeA, nodeB),
        atMs: fc.nat(3),
      })
      .map(anObject);
    fc.assert(
      fc.property(fc.uniqueArray(object, { selector: ({ key }) => key }), (objects) => {
        expect(sampleOf(objects.toReversed())).toEqual(sampleOf(objects));
      }),
    );
  });
});
