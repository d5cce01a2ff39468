import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../core/evidence.ts';
import { reasonTable } from '../../core/reasons.ts';
import {
  aSync,
  aVisit,
  content,
  delivered,
  evidenceOf,
  failedVisit,
  keeps,
  lookOf,
  nodeA,
  nodeB,
  nodeC,
  online,
  quarantined,
  seenTwice,
} from './a-target.ts';

const foreign = (name: string) => aSync({ syncName: name, bucketName: 'elsewhere' });
const seen = (nodes = online(), more = {}) => seenTwice(180, { nodes, ...more });
const noQuarantine: Evidence['quarantine'] = [];
const fine = { visits: seen(online(nodeA)), delivery: delivered({ [nodeA]: 170 }) };
const missing = { visits: seenTwice(180, { syncs: [] }) };

/** Nodes online from the start; SSM's content of each was captured at minute 60, and each holds an object of minute 0 that differs. */
function pending(
  nodeIds: string[],
  all: string[],
  { now = 181, syncs = [aSync()], inScope = 0, quarantine = noQuarantine } = {},
) {
  const contents = nodeIds.map((nodeId) => content(nodeId, 'new', 60));
  const visits = [
    aVisit(0, { nodes: online(...all), syncs, action: keeps() }),
    aVisit(now, { nodes: online(...all), syncs, contents }),
  ];
  const delivery = delivered(Object.fromEntries(all.map((nodeId) => [nodeId, 0])));
  return evidenceOf({ inScope, visits, delivery, quarantine, fingerprint: () => 'old', now });
}

const table: [string, Evidence, string][] = [
  // Failing
  ['a missing sync fails after the grace period', evidenceOf(missing), 'Failing SyncMissing'],
  [
    'a missing sync converges within it',
    evidenceOf({ visits: [aVisit(0, { syncs: [], action: keeps() })], now: 59 }),
    'Converging',
  ],
  [
    'the grace period ends sharp',
    evidenceOf({ visits: [aVisit(0, { syncs: [], action: keeps() })], now: 60 }),
    'Failing SyncMissing',
  ],
  [
    'a create begins the grace period anew',
    evidenceOf({
      visits: [aVisit(0, { syncs: [] }), aVisit(130, { syncs: [], action: keeps({ created: true }) })],
      now: 189,
    }),
    'Converging',
  ],
  [
    'and it ends as sharp',
    evidenceOf({ visits: [aVisit(130, { syncs: [], action: keeps({ created: true }) })], now: 190 }),
    'Failing SyncMissing',
  ],
  [
    'a sync of our name in Explorer is not ours',
    evidenceOf({ visits: seen([], { syncs: [aSync({ syncType: 'SyncFromSource' })] }) }),
    'Failing SyncMissing',
  ],
  [
    'a failed sync fails',
    evidenceOf({ visits: seen([], { syncs: [aSync({ lastStatus: 'Failed' })] }) }),
    'Failing SyncFailed',
  ],
  [
    'a failed sync converges in the grace period',
    evidenceOf({ visits: [aVisit(0, { syncs: [aSync({ lastStatus: 'Failed' })], action: keeps() })], now: 5 }),
    'Converging',
  ],
  [
    'the failure of a sync that is not ours is none',
    evidenceOf({ visits: seen([], { syncs: [aSync(), { ...foreign('a'), lastStatus: 'Failed' }] }) }),
    'Empty',
  ],
  [
    'online nodes of which none ever delivered fail, though the sync says Successful',
    evidenceOf({ visits: seen(online(nodeA)) }),
    'Failing NodesMissing NotDelivering',
  ],
  [
    'objects of nodes that are gone do not count',
    evidenceOf({ visits: seen(online(nodeA)), delivery: delivered({ [nodeB]: 170 }) }),
    'Failing NodesMissing NotDelivering',
  ],
  [
    'a sync in progress is not said not to deliver',
    evidenceOf({ visits: seen(online(nodeA), { syncs: [aSync({ lastStatus: 'InProgress' })] }) }),
    'Degraded NodesMissing',
  ],
  [
    'an adopted sync is judged like ours',
    evidenceOf({
      visits: seen(online(nodeA), {
        syncs: [aSync({ syncName: 'theirs' })],
        action: keeps({ decision: 'adopt', syncName: 'theirs' }),
      }),
    }),
    'Failing NodesMissing NotDelivering',
  ],
  ['every node behind is a delivery that stopped', pending([nodeA, nodeB], [nodeA, nodeB]), 'Failing DeliveryStopped'],
  ['pending for freshnessMinutes sharp is not behind', pending([nodeA], [nodeA], { now: 180 }), 'Healthy'],
  ['a delivery does not stop within the grace period', pending([nodeA], [nodeA], { inScope: 150 }), 'Converging'],
  [
    'a delivery that stopped because the sync is gone says both',
    pending([nodeA], [nodeA], { syncs: [] }),
    'Failing DeliveryStopped SyncMissing',
  ],
  [
    'a delivery that stopped beside a node that never delivered says both',
    evidenceOf({
      visits: [
        aVisit(0, { nodes: online(nodeA, nodeB), action: keeps() }),
        aVisit(181, { nodes: online(nodeA, nodeB), contents: [content(nodeA, 'new', 60)] }),
      ],
      delivery: delivered({ [nodeA]: 0 }),
      fingerprint: () => 'old',
      now: 181,
    }),
    'Failing DeliveryStopped NodesMissing',
  ],
  // Degraded
  [
    'some nodes that never delivered are missing',
    evidenceOf({ visits: seen(online(nodeA, nodeB)), delivery: delivered({ [nodeA]: 170 }) }),
    'Degraded NodesMissing',
  ],
  [
    'a node is not missing before its own grace period is over',
    evidenceOf({
      visits: [aVisit(0, { nodes: online(nodeA), action: keeps() }), aVisit(121, { nodes: online(nodeA, nodeB) })],
      delivery: delivered({ [nodeA]: 170 }),
    }),
    'Healthy',
  ],
  [
    'a node is missing when an observation as old as the grace period held it',
    evidenceOf({
      visits: [aVisit(0, { nodes: online(nodeA), action: keeps() }), aVisit(120, { nodes: online(nodeA, nodeB) })],
      delivery: delivered({ [nodeA]: 170 }),
    }),
    'Degraded NodesMissing',
  ],
  [
    'a node is not missing in the grace period of a create',
    evidenceOf({
      visits: [
        aVisit(0, { nodes: online(nodeA) }),
        aVisit(130, { nodes: online(nodeA), action: keeps({ created: true }) }),
      ],
    }),
    'Converging',
  ],
  [
    'a node that lost connection is not missing',
    evidenceOf({
      visits: seen([...online(nodeA), { nodeId: nodeB, platform: null, online: false }]),
      delivery: delivered({ [nodeA]: 170 }),
    }),
    'Healthy',
  ],
  ['some but not all nodes behind are stale', pending([nodeA], [nodeA, nodeB]), 'Degraded NodesStale'],
  [
    'nodes without an association are not collected',
    evidenceOf({ visits: seen(online(nodeA), { associations: [] }), delivery: delivered({ [nodeA]: 170 }) }),
    'Degraded InventoryNotCollected',
  ],
  ['a target without nodes needs no association', evidenceOf({ visits: seen([], { associations: [] }) }), 'Empty'],
  [
    'an unusable key fails a target whose nodes delivered a moment ago',
    evidenceOf({
      visits: seen(online(nodeA)),
      delivery: delivered({ [nodeA]: 170 }),
      hub: { key: 'no', bucketPolicy: 'yes' },
    }),
    'Failing KeyUnusable',
  ],
  [
    'a bucket policy that shuts it out does too',
    evidenceOf({
      visits: seen(online(nodeA)),
      delivery: delivered({ [nodeA]: 170 }),
      hub: { key: 'yes', bucketPolicy: 'no' },
    }),
    'Failing BucketPolicyDrifted',
  ],
  [
    'a sync to a bucket that nobody allowed is foreign',
    evidenceOf({ visits: seen([], { syncs: [aSync(), aSync({ syncName: 'theirs', bucketName: 'unknown-bucket' })] }) }),
    'Degraded ForeignSync',
  ],
  [
    'an object that is malformed is in quarantine, whoever delivers beside it',
    evidenceOf({ ...fine, quarantine: [quarantined(nodeA, 'NotJsonLines')] }),
    'Degraded DataQuarantined',
  ],
  [
    'an object of another node is forged',
    evidenceOf({ ...fine, quarantine: [quarantined(nodeA, 'NodeMismatch')] }),
    'Degraded DataForged',
  ],
  [
    'an object that names another account is forged',
    evidenceOf({ ...fine, quarantine: [quarantined(nodeA, 'AccountMismatch'), quarantined(nodeB, 'EmptyObject')] }),
    'Degraded DataForged DataQuarantined',
  ],
  [
    'what lies in the bucket is known without a visit',
    evidenceOf({ visits: [failedVisit(170, 'RoleUnassumable')], quarantine: [quarantined(nodeA, 'NotUtf8')] }),
    'Blocked DataQuarantined RoleUnassumable',
  ],
  [
    'an object in quarantine is not behind, whatever SSM holds',
    pending([nodeA], [nodeA, nodeB], { quarantine: [quarantined(nodeA, 'NotJsonLines')] }),
    'Degraded DataQuarantined',
  ],
  [
    'another object of its node is',
    pending([nodeA], [nodeA, nodeB], { quarantine: [quarantined(nodeA, 'NotJsonLines', 0, { type: 'AWS:Tag' })] }),
    'Degraded DataQuarantined NodesStale',
  ],
  [
    'milder reasons are listed too',
    evidenceOf({
      visits: seen(online(nodeA, nodeB, nodeC), { associations: [], syncs: [aSync({ lastStatus: 'Failed' })] }),
      delivery: delivered({ [nodeA]: 170 }),
    }),
    'Failing InventoryNotCollected NodesMissing SyncFailed',
  ],
];

describe('a target looks', () => {
  it.each(table)('%s', (_, evidence, expected) => {
    expect(lookOf(evidence)).toBe(expected);
  });

  it.each(reasonTable.filter(({ status }) => ['Failing', 'Degraded'].includes(status)))(
    '$reason in a case of this table',
    ({ reason }) => {
      expect(table.flatMap(([, , expected]) => expected.split(' '))).toContain(reason);
    },
  );
});
