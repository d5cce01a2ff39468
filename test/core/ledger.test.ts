import { describe, expect, it } from 'vitest';
import { judgeTarget } from '../../core/judge.ts';
import { nodeCounts, VerdictRecord, verdictRecord } from '../../core/ledger.ts';
import { rememberVerdict } from '../../core/memory.ts';
import {
  aVisit,
  delivered,
  evidenceOf,
  failedVisit,
  iso,
  keeps,
  nodeA,
  online,
  ours,
  quarantined,
} from './a-target.ts';

const delivery = delivered({ [nodeA]: 100 });
const seen = { nodes: online(nodeA), associations: null };
const evidence = evidenceOf({
  visits: [aVisit(0, { ...seen, action: keeps() }), aVisit(90, seen)],
  delivery,
  now: 120,
});
const verdict = judgeTarget(evidence);

describe('a line of the ledger', () => {
  it('is flat, and says what was judged when, on what', () => {
    const record = verdictRecord(evidence, verdict);
    expect(VerdictRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual({
      schemaVersion: 1,
      accountId: '100000000010',
      accountName: 'payments',
      region: 'eu-west-1',
      status: 'Healthy',
      reasons: [],
      suspected: [],
      syncName: ours,
      decision: 'keep',
      denial: null,
      foreignSyncs: [],
      slots: [{ owner: 'muster', syncName: ours, bucketName: 'inventory-bucket' }],
      nodesManaged: 1,
      nodesDelivered: 1,
      nodesMissing: 0,
      nodesStale: 0,
      nodesSilent: 0,
      nodesGhosts: 0,
      objectsQuarantined: 0,
      objectsForged: 0,
      missingNodes: [],
      staleNodes: [],
      silentNodes: [],
      ghostNodes: [],
      heartbeatPutAt: null,
      heartbeatDeliveredAt: null,
      typesMissing: ['AWS:InstanceInformation', 'AWS:Tag'],
      lastDeliveredAt: iso(100),
      judgedAt: iso(120),
      observedAt: iso(90),
      runId: 'run-120',
      previousStatus: null,
      since: iso(120),
    });
    expect(nodeCounts(record)).toEqual(verdict.nodes);
  });

  it('says since when the status stands, and what it was before', () => {
    const memory = rememberVerdict(evidence.memory, verdict, evidence);
    const same = evidenceOf({ memory, visits: [], delivery, now: 180 });
    const blocked = evidenceOf({ memory, visits: [failedVisit(180, 'RoleUnassumable')], delivery });
    const record = verdictRecord(same, judgeTarget(same));
    expect(record).toMatchObject({ status: 'Healthy', previousStatus: 'Healthy', since: iso(120) });
    expect(rememberVerdict(memory, judgeTarget(same), same).verdict?.since).toBe(iso(120));
    expect(verdictRecord(blocked, judgeTarget(blocked))).toMatchObject({ previousStatus: 'Healthy', since: iso(180) });
  });

  it('reads the same when a run writes it twice', () => {
    const memory = rememberVerdict(evidence.memory, verdict, evidence);
    expect(verdictRecord({ ...evidence, memory }, verdict)).toEqual(verdictRecord(evidence, verdict));
  });

  it('counts what is in quarantine, and apart from it what is forged', () => {
    const quarantine = [quarantined(nodeA, 'NotJsonLines'), quarantined(nodeA, 'NodeMismatch')];
    expect(verdictRecord({ ...evidence, quarantine }, verdict)).toMatchObject({
      objectsQuarantined: 2,
      objectsForged: 1,
    });
  });

  it('holds null counts for a target that was never observed', () => {
    const unseen = evidenceOf({ visits: [failedVisit(0, 'RoleUnassumable')], now: 1 });
    const record = verdictRecord(unseen, judgeTarget(unseen));
    expect(record).toMatchObject({ nodesManaged: null, nodesSilent: null, observedAt: null });
    expect(nodeCounts(record)).toBeNull();
  });
});
