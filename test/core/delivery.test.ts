import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addObject, heartbeatOf, type ListedObject, noDeliveries } from '../../core/delivery.ts';
import { formatInventoryKey } from '../../core/inventory-key.ts';
import { nodeA, nodeB } from './a-target.ts';

const anObject = (type: string, nodeId: string, lastModifiedMs: number, region = 'eu-west-1'): ListedObject => ({
  key: formatInventoryKey('inventory', { type, accountId: '100000000010', region, nodeId }),
  lastModifiedMs,
  sizeBytes: 10,
  etag: '"1"',
});

function fold(objects: readonly ListedObject[]) {
  const deliveries = noDeliveries('inventory');
  for (const object of objects) addObject(deliveries, object);
  return deliveries;
}

describe('what the bucket holds', () => {
  const deliveries = fold([
    anObject('AWS:Tag', nodeA, 5),
    anObject('AWS:Application', nodeA, 9),
    anObject('AWS:Tag', nodeB, 7),
    anObject('AWS:Tag', nodeB, 3, 'us-east-1'),
    anObject('Custom:MusterHeartbeat', nodeA, 50),
    {
      key: 'inventory/AWS:InstanceInformation/accountid=100000000010/test.json',
      lastModifiedMs: 99,
      sizeBytes: 1,
      etag: '"1"',
    },
    { key: 'inventory/readme.txt', lastModifiedMs: 99, sizeBytes: 2, etag: '"1"' },
  ]);
  const target = deliveries.targets.get('100000000010/eu-west-1');

  it('is the newest object of each node, and its types', () => {
    expect(target?.nodes.get(nodeA)).toEqual({ newestMs: 9, types: new Set(['AWS:Tag', 'AWS:Application']) });
    expect(target?.nodes.get(nodeB)).toEqual({ newestMs: 7, types: new Set(['AWS:Tag']) });
  });

  it('is the newest object of each target, to which write tests and strange keys do not count', () => {
    expect(target?.newestMs).toBe(9);
    expect(deliveries.targets.size).toBe(2);
  });

  it('counts what it leaves out', () => {
    expect(deliveries.counts).toEqual({ inventory: 4, writeTests: 1, others: 1, sizeBytes: 53 });
  });

  it('holds each partition with objects once', () => {
    const accountId = '100000000010';
    expect(new Set(deliveries.partitions.values())).toEqual(
      new Set([
        { type: 'AWS:Application', accountId, region: 'eu-west-1' },
        { type: 'AWS:Tag', accountId, region: 'eu-west-1' },
        { type: 'AWS:Tag', accountId, region: 'us-east-1' },
      ]),
    );
  });

  it('holds heartbeats apart: they are of no type, no partition and no news of a node', () => {
    const ofTarget = heartbeatOf(deliveries, '100000000010/eu-west-1');
    expect([ofTarget(nodeA), ofTarget(nodeB)]).toEqual([50, 0]);
    expect(heartbeatOf(deliveries, '100000000010/us-east-1')(nodeA)).toBe(0);
    expect(target?.nodes.get(nodeA)).toEqual({ newestMs: 9, types: new Set(['AWS:Tag', 'AWS:Application']) });
  });

  it('does not depend on the order of the listing', () => {
    const type = fc.constantFrom('AWS:Tag', 'AWS:Application');
    const object = fc.tuple(type, fc.constantFrom(nodeA, nodeB), fc.nat()).map((parts) => anObject(...parts));
    fc.assert(
      fc.property(fc.array(object), (objects) => {
        const forth = fold(objects);
        const back = fold(objects.toReversed());
        expect(back.targets).toEqual(forth.targets);
        expect(back.partitions).toEqual(forth.partitions);
        expect(back.counts).toEqual(forth.counts);
      }),
    );
  });
});
