import { describe, expect, it } from 'vitest';
import type { ListedObject } from '../../core/delivery.ts';
import { formatInventoryKey } from '../../core/inventory-key.ts';
import {
  conclude,
  countByReason,
  countQuarantined,
  type Finding,
  isQuarantined,
  type QuarantinedObject,
  quarantineByTarget,
  reviewObject,
  roomLeft,
  startReview,
} from '../../core/quarantine.ts';
import { at, iso, nodeA, nodeB, nodeC, quarantined } from './a-target.ts';

const settledMs = at(0).getTime();
const inventoryKey = (nodeId: string) => ({
  type: 'AWS:Application',
  accountId: '100000000010',
  region: 'eu-west-1',
  nodeId,
});

function listed(nodeId: string, minute: number, sizeBytes = 400): ListedObject {
  const key = formatInventoryKey('inventory', inventoryKey(nodeId));
  return { key, lastModifiedMs: at(minute).getTime(), sizeBytes, etag: '"1"' };
}

function found(object: ListedObject, nodeId: string, reason: Finding['reason']): Finding {
  return { object, inventoryKey: inventoryKey(nodeId), versionId: 'v2', reason };
}

function reviewOf(quarantine: readonly QuarantinedObject[], ...objects: ListedObject[]) {
  const review = startReview(quarantine);
  const taken = objects.map((object) => reviewObject(review, object, settledMs));
  return { review, taken };
}

describe('an object in quarantine', () => {
  const bad = quarantined(nodeA, 'NotJsonLines', -60);

  it('stays there, unread, as long as its version stands', () => {
    const { review, taken } = reviewOf([bad], listed(nodeA, -60));
    expect({ taken, toRead: review.toRead }).toEqual({ taken: [true], toRead: [] });
    expect(conclude(review, [], at(1))).toEqual([bad]);
  });

  it('leaves it when its new version is good', () => {
    const rewritten = listed(nodeA, -5);
    const { review } = reviewOf([bad], rewritten);
    expect(review.toRead).toEqual([rewritten]);
    expect(conclude(review, [found(rewritten, nodeA, null)], at(1))).toEqual([]);
  });

  it('stays there with its new version when that is no better', () => {
    const rewritten = listed(nodeA, -5);
    const { review } = reviewOf([bad], rewritten);
    expect(conclude(review, [found(rewritten, nodeA, 'NodeMismatch')], at(1))).toEqual([
      { ...bad, reason: 'NodeMismatch', versionId: 'v2', lastModifiedAt: iso(-5), foundAt: iso(1), sizeBytes: 400 },
    ]);
  });

  it('stays there with its old version while the new one cannot be read, or is too new', () => {
    expect(conclude(reviewOf([bad], listed(nodeA, -5)).review, [], at(1))).toEqual([bad]);
    const { review, taken } = reviewOf([bad], listed(nodeA, 1));
    expect({ taken, toRead: review.toRead }).toEqual({ taken: [true], toRead: [] });
    expect(conclude(review, [], at(1))).toEqual([bad]);
  });

  it('is dropped when it is gone from the bucket', () => {
    expect(conclude(reviewOf([bad]).review, [], at(1))).toEqual([]);
  });
});

describe('an object outside of quarantine', () => {
  it('is a candidate of the sample', () => {
    const { review, taken } = reviewOf([], listed(nodeA, -5));
    expect({ taken, toRead: review.toRead }).toEqual({ taken: [false], toRead: [] });
  });

  it('enters it whatever the sample is when it has no bytes', () => {
    const empty = listed(nodeA, -5, 0);
    const { review, taken } = reviewOf([], empty);
    expect({ taken, toRead: review.toRead }).toEqual({ taken: [true], toRead: [empty] });
    expect(conclude(review, [found(empty, nodeA, 'EmptyObject')], at(1))).toMatchObject([{ sizeBytes: 0 }]);
  });
});

describe('the quarantine', () => {
  const all = [
    quarantined(nodeA, 'NotJsonLines'),
    quarantined(nodeB, 'NodeMismatch'),
    quarantined(nodeB, 'AccountMismatch', 0, { region: 'us-east-1', type: 'AWS:Tag' }),
  ];

  it('is in the order of its keys', () => {
    const findings = [nodeB, nodeC, nodeA].map((nodeId) => found(listed(nodeId, -5), nodeId, 'NotUtf8'));
    expect(conclude(startReview([]), findings, at(1)).map(({ nodeId }) => nodeId)).toEqual([nodeA, nodeB, nodeC]);
  });

  it('is counted by reason, and what is forged apart from what is malformed', () => {
    expect(countByReason([...all, quarantined(nodeB, 'NotJsonLines')])).toEqual({
      NotJsonLines: 2,
      NodeMismatch: 1,
      AccountMismatch: 1,
    });
    expect(countQuarantined(all)).toEqual({ malformed: 1, forged: 2 });
  });

  it('is told by target, and by node and type', () => {
    expect([...quarantineByTarget(all)].map(([target, objects]) => [target, objects.length])).toEqual([
      ['100000000010/eu-west-1', 2],
      ['100000000010/us-east-1', 1],
    ]);
    const holds = isQuarantined(all);
    expect([holds(nodeA, 'AWS:Application'), holds(nodeA, 'AWS:Tag'), holds(nodeB, 'AWS:Tag')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('has room for a hundred thousand, what is to be read included', () => {
    const { review } = reviewOf([quarantined(nodeA, 'NotUtf8', -60)], listed(nodeA, -60), listed(nodeB, -5, 0));
    expect(roomLeft(review)).toBe(99_998);
    for (let index = 0; index < 100_001; index++) review.kept.set(`${index}`, quarantined(nodeA, 'NotUtf8'));
    expect(roomLeft(review)).toBe(0);
  });

  it('lets no more than ten thousand objects be read beside the sample', () => {
    const many = Array.from({ length: 10_001 }, (_, index) => listed(`i-${index}`, -5, 0));
    expect(reviewOf([], ...many).review.toRead).toHaveLength(10_000);
  });
});
