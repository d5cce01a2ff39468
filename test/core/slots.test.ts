import { describe, expect, it } from 'vitest';
import type { Observation } from '../../core/observation.ts';
import { censusSlots } from '../../core/slots.ts';
import { aSync, aVisit, evidenceOf, failedVisit, keeps, ours } from './a-target.ts';

const syncs = [
  aSync({ syncName: 'team', bucketName: 'elsewhere' }),
  aSync({ syncName: 'InspectorResourceDataSync-do-not-delete', bucketName: 'inspector' }),
  aSync({ syncName: 'AWS-QuickSetup-abcde', bucketName: 'quick' }),
  aSync({ syncName: 'explorer', syncType: 'SyncFromSource', bucketName: null }),
  aSync(),
];

describe('the slots of a target', () => {
  const slotsOf = (...visits: Observation[]) => censusSlots(evidenceOf({ visits }).memory);

  it('are told by whom each is held, syncs of Explorer apart', () => {
    expect(slotsOf(aVisit(0, { syncs, action: keeps() }))).toEqual([
      { owner: 'quick-setup', syncName: 'AWS-QuickSetup-abcde', bucketName: 'quick' },
      { owner: 'inspector', syncName: 'InspectorResourceDataSync-do-not-delete', bucketName: 'inspector' },
      { owner: 'muster', syncName: ours, bucketName: 'inventory-bucket' },
      { owner: 'foreign', syncName: 'team', bucketName: 'elsewhere' },
    ]);
  });

  it('tell an adopted sync from a foreign one', () => {
    const adopts = keeps({ decision: 'adopt', syncName: 'team', reason: 'SameDestination' });
    expect(slotsOf(aVisit(0, { syncs: syncs.slice(0, 1), action: adopts }))).toMatchObject([{ owner: 'adopted' }]);
    expect(slotsOf(aVisit(0, { syncs: syncs.slice(0, 1), action: keeps() }))).toMatchObject([{ owner: 'foreign' }]);
  });

  it('are none where nothing is, and unknown where nobody saw', () => {
    expect(slotsOf(aVisit(0, { syncs: [] }))).toEqual([]);
    expect(slotsOf(failedVisit(0, 'RoleUnassumable'))).toBeNull();
  });
});
