import { describe, expect, it } from 'vitest';
import { judgeTarget } from '../../core/judge.ts';
import { verdictRecord } from '../../core/ledger.ts';
import { rememberVerdict } from '../../core/memory.ts';
import {
  aSync,
  aVisit,
  delivered,
  evidenceOf,
  failedVisit,
  keeps,
  lookOf,
  nodeA,
  online,
  seenTwice,
} from './a-target.ts';

const delivery = delivered({ [nodeA]: 170 });
const visits = seenTwice(180, { nodes: online(nodeA) });
const disabled = { key: 'no', bucketPolicy: 'yes' } as const;
const unseen = { key: 'unknown', bucketPolicy: 'unknown' } as const;
const foreign = { nodes: online(nodeA), syncs: [aSync(), aSync({ syncName: 'theirs', bucketName: 'unknown-bucket' })] };

describe('a target looks', () => {
  it.each<[string, Parameters<typeof evidenceOf>[0], string]>([
    [
      'Failing in the grace period too: no key mends itself',
      { visits: [aVisit(0, { nodes: online(nodeA), action: keeps() })], now: 1, hub: disabled },
      'Failing KeyUnusable',
    ],
    ['as it did where the hub could not be looked at', { visits, delivery, hub: unseen }, 'Healthy'],
    [
      'Empty without online nodes, whatever the hub',
      { visits: seenTwice(180), hub: { key: 'no', bucketPolicy: 'no' } },
      'Empty',
    ],
    [
      'only as far as it was seen',
      { visits: [...visits, failedVisit(181, 'Throttled')], now: 182, hub: disabled },
      'Unknown Throttled',
    ],
    [
      'Failing with a foreign sync beside, which is listed too',
      { visits: seenTwice(180, foreign), delivery, hub: disabled },
      'Failing ForeignSync KeyUnusable',
    ],
  ])('%s', (_, story, expected) => {
    expect(lookOf(evidenceOf(story))).toBe(expected);
  });
});

describe('an unusable key', () => {
  it('is suspected at the first look, told at the second, and over with the first that finds it usable', () => {
    let { memory } = evidenceOf({ visits, delivery });
    const told = ([190, 200, 210] as const).map((now) => {
      const hub = now === 210 ? undefined : disabled;
      const evidence = evidenceOf({
        memory,
        visits: [aVisit(now, { nodes: online(nodeA) })],
        delivery,
        now,
        ...(hub && { hub }),
      });
      const { status, reasons, suspected } = judgeTarget(evidence);
      memory = rememberVerdict(evidence.memory, judgeTarget(evidence), evidence);
      return [status, ...reasons, ...suspected.map((one) => `?${one}`)].join(' ');
    });
    expect(told).toEqual(['Converging ?KeyUnusable', 'Failing KeyUnusable', 'Healthy']);
  });
});

describe('a line of the ledger', () => {
  const recordOf = (story: Parameters<typeof evidenceOf>[0]) => {
    const evidence = evidenceOf(story);
    return verdictRecord(evidence, judgeTarget(evidence));
  };

  it('names the buckets of foreign syncs', () => {
    expect(recordOf({ visits: seenTwice(180, foreign) })).toMatchObject({
      foreignSyncs: ['unknown-bucket'],
      denial: null,
    });
  });

  it('names the kind of policy that refused, until a visit passes', () => {
    const refused = failedVisit(180, 'DeniedByPolicy');
    const failure = { kind: 'DeniedByPolicy', operation: 'ListAssociations', message: 'no' } as const;
    const withDenial = { ...refused, failure: { ...failure, denial: 'service control policy' as const } };
    expect(recordOf({ visits: [withDenial] }).denial).toBe('service control policy');
    expect(recordOf({ visits: [withDenial, aVisit(185)], now: 190 }).denial).toBeNull();
    expect(recordOf({ visits: [refused] }).denial).toBeNull();
  });
});
