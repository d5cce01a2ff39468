import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../core/evidence.ts';
import { enterScope } from '../../core/memory.ts';
import { reasonTable } from '../../core/reasons.ts';
import type { Exclusion } from '../../core/run.ts';
import { Reason } from '../../core/verdict.ts';
import {
  aSync,
  at,
  aVisit,
  delivered,
  evidenceOf,
  failedVisit,
  iso,
  keeps,
  lookOf,
  nodeA,
  online,
  ours,
  refused,
  scoped,
  seenTwice,
} from './a-target.ts';

const excluded = (exclusion: Exclusion) =>
  evidenceOf({ memory: enterScope(scoped(exclusion), undefined, at(0)), visits: [] });
const foreign = (name: string) => aSync({ syncName: name, bucketName: 'elsewhere' });
const five = ['a', 'b', 'c', 'd', 'e'].map(foreign);
const seen = (nodes = online(), more = {}) => seenTwice(180, { nodes, ...more });
const missing = { visits: seenTwice(180, { syncs: [] }) };
const refusedAt = (refusal: Parameters<typeof refused>[0], now = 180, syncs = [foreign('a')]) =>
  evidenceOf({
    visits: [aVisit(0, { syncs, action: refused(refusal) }), aVisit(now, { syncs, action: refused(refusal) })],
    now,
  });

const table: [string, Evidence, string][] = [
  // Excluded
  ['an account that is not active is out of scope', excluded('AccountNotActive'), 'Excluded AccountNotActive'],
  ['a Region that is not enabled is out of scope', excluded('RegionDisabled'), 'Excluded RegionDisabled'],
  ['what the config filters is out of scope', excluded('ExcludedByConfig'), 'Excluded ExcludedByConfig'],
  // Blocked
  [
    'a role that cannot be assumed blocks at once, in the grace period too',
    evidenceOf({ visits: [failedVisit(0, 'RoleUnassumable')], now: 1 }),
    'Blocked RoleUnassumable',
  ],
  [
    'a refused call blocks',
    evidenceOf({ visits: [failedVisit(0, 'DeniedByPolicy')], now: 1 }),
    'Blocked DeniedByPolicy',
  ],
  [
    'a failed visit says nothing of syncs and nodes seen before',
    evidenceOf({
      visits: [aVisit(0, { syncs: [], nodes: online(nodeA), action: keeps() }), failedVisit(170, 'RoleUnassumable')],
    }),
    'Blocked RoleUnassumable',
  ],
  [
    'the next full visit lifts the block',
    evidenceOf({ visits: [failedVisit(0, 'RoleUnassumable'), aVisit(180, { action: keeps() })] }),
    'Empty',
  ],
  [
    'five syncs and none of ours block at once',
    evidenceOf({ visits: [aVisit(0, { syncs: five, action: refused('SyncQuotaFull') })], now: 1 }),
    'Blocked SyncQuotaFull',
  ],
  [
    'five syncs and ours among them do not',
    evidenceOf({ visits: seen([], { syncs: [...five.slice(1), aSync()] }) }),
    'Empty',
  ],
  ['a quota that Create reports blocks, whatever is listed', refusedAt('SyncQuotaFull', 1), 'Blocked SyncQuotaFull'],
  [
    'a full quota is a missing sync too, after the grace period',
    evidenceOf({ visits: seen([], { syncs: five }) }),
    'Blocked SyncMissing SyncQuotaFull',
  ],
  [
    'another Organization sync blocks at once',
    refusedAt('OrganizationSyncConflict', 1),
    'Blocked OrganizationSyncConflict',
  ],
  [
    'another Organization sync is a missing sync too, after the grace period',
    refusedAt('OrganizationSyncConflict'),
    'Blocked OrganizationSyncConflict SyncMissing',
  ],
  [
    'a conflict is over when our sync is there',
    evidenceOf({ visits: [aVisit(0, { syncs: [], action: refused('OrganizationSyncConflict') }), aVisit(180)] }),
    'Empty',
  ],
  ['a refused destination blocks at once', refusedAt('DestinationRejected', 1), 'Blocked DestinationRejected'],
  [
    'a refused destination is a missing sync too, after the grace period',
    refusedAt('DestinationRejected'),
    'Blocked DestinationRejected SyncMissing',
  ],
  [
    'a refused destination comes with the nodes that never delivered',
    evidenceOf({
      visits: [
        aVisit(0, { syncs: [], nodes: online(nodeA), action: refused('DestinationRejected') }),
        aVisit(180, { syncs: [], nodes: online(nodeA) }),
      ],
    }),
    'Blocked DestinationRejected NodesMissing SyncMissing',
  ],
  [
    'a refused destination stands through a mere List',
    evidenceOf({
      visits: [aVisit(0, { syncs: [], action: refused('DestinationRejected') }), aVisit(20, { syncs: [] })],
      now: 21,
    }),
    'Blocked DestinationRejected',
  ],
  [
    'a refused destination stands beside a failed visit',
    evidenceOf({
      visits: [aVisit(0, { syncs: [], action: refused('DestinationRejected') }), failedVisit(180, 'Throttled')],
    }),
    'Blocked DestinationRejected Throttled',
  ],
  [
    'a create that succeeds clears the refusal',
    evidenceOf({
      visits: [
        aVisit(0, { syncs: [], action: refused('DestinationRejected') }),
        aVisit(180, { syncs: [], action: keeps({ decision: 'create', created: true }) }),
      ],
    }),
    'Converging',
  ],
  [
    'our sync, once seen, clears the refusal',
    evidenceOf({ visits: [aVisit(0, { syncs: [], action: refused('DestinationRejected') }), aVisit(180)] }),
    'Empty',
  ],
  [
    'our name with another destination blocks',
    evidenceOf({ visits: seen([], { action: keeps({ decision: 'blocked', refusal: 'ReplaceForbidden' }) }) }),
    'Blocked ReplaceForbidden',
  ],
  [
    'a forbidden replace is over when nothing bears our name',
    evidenceOf({
      visits: [aVisit(0, { action: keeps({ refusal: 'ReplaceForbidden' }) }), aVisit(30, { syncs: [] })],
      now: 31,
    }),
    'Converging',
  ],
  // Unknown
  [
    'a throttled visit leaves the status unknown',
    evidenceOf({ visits: [failedVisit(0, 'Throttled')], now: 1 }),
    'Unknown Throttled',
  ],
  [
    'a failed check leaves it unknown',
    evidenceOf({ visits: [failedVisit(0, 'CheckFailed')], now: 1 }),
    'Unknown CheckFailed',
  ],
  ['a target that was never visited is unknown', evidenceOf({ visits: [] }), 'Unknown CheckFailed'],
  [
    'a visit of this run that did not come back is unknown',
    evidenceOf({ visits: seenTwice(0), asked: true }),
    'Unknown CheckFailed',
  ],
  ['a visit of this run that came back is not', evidenceOf({ visits: seen(), asked: true }), 'Empty'],
  // no reason
  [
    'within the grace period nothing is proven yet',
    evidenceOf({
      visits: [aVisit(0, { nodes: online(nodeA), action: keeps() })],
      delivery: delivered({ [nodeA]: 4 }),
      now: 10,
    }),
    'Converging',
  ],
  [
    'a sync still in progress without nodes converges',
    evidenceOf({ visits: seen([], { syncs: [aSync({ lastStatus: 'InProgress' })] }) }),
    'Converging',
  ],
  [
    'a sync in progress whose nodes deliver is judged by them',
    evidenceOf({
      visits: seen(online(nodeA), { syncs: [aSync({ lastStatus: 'InProgress' })] }),
      delivery: delivered({ [nodeA]: 170 }),
    }),
    'Healthy',
  ],
  [
    'a Successful sync without online nodes is empty',
    evidenceOf({ visits: seen([{ nodeId: nodeA, platform: null, online: false }]) }),
    'Empty',
  ],
  [
    'nodes that all delivered are healthy',
    evidenceOf({ visits: seen(online(nodeA)), delivery: delivered({ [nodeA]: 170 }) }),
    'Healthy',
  ],
  [
    'an old object alone is no reason: unchanged content is not sent again',
    evidenceOf({ visits: seen(online(nodeA)), delivery: delivered({ [nodeA]: -9_000 }) }),
    'Healthy',
  ],
];

describe('a target looks', () => {
  it.each(table)('%s', (_, evidence, expected) => {
    expect(lookOf(evidence)).toBe(expected);
  });

  it.each(reasonTable.filter(({ status }) => ['Excluded', 'Blocked', 'Unknown'].includes(status)))(
    '$reason in a case of this table',
    ({ reason }) => {
      expect(table.flatMap(([, , expected]) => expected.split(' '))).toContain(reason);
    },
  );
});

describe('the table of reasons', () => {
  it('has one row for every reason, and no other', () => {
    expect(reasonTable.flatMap(({ reason }) => reason ?? []).sort()).toEqual([...Reason.options].sort());
  });

  it('forgets a target that left the scope, and gives it a new grace period when it returns', () => {
    const { memory } = evidenceOf(missing);
    const away = enterScope(scoped('AccountNotActive'), memory, at(200));
    const back = enterScope(scoped(), away, at(300));
    expect(away).toMatchObject({ inScopeSince: null, syncs: [], syncName: null });
    expect(back.inScopeSince).toBe(iso(300));
    expect(memory.syncName).toBe(ours);
  });
});
