import { syncQuota } from './decision.ts';
import type { Facts } from './evidence.ts';
import type { Reason, Status } from './verdict.ts';

interface Row {
  /** Null for a status that needs no explanation. */
  readonly reason: Reason | null;
  readonly status: Status;
  /** Believed only at a second look, since a sync that is being repaired looks the same. */
  readonly twoLooks?: true;
  readonly holds: (facts: Facts) => boolean;
}

/** The one table that names a status: a target's status is the worst of the rows that hold, its reasons are all of them. */
export const reasonTable: readonly Row[] = [
  { reason: null, status: 'Healthy', holds: () => true },
  { reason: null, status: 'Empty', holds: ({ nodes }) => nodes.managed === 0 },
  {
    reason: null,
    status: 'Converging',
    holds: ({ pastGrace, ours, nodes }) => !pastGrace || isUnproven(ours?.lastStatus, nodes.delivered),
  },
  { reason: 'AccountNotActive', status: 'Excluded', holds: ({ memory }) => memory.exclusion === 'AccountNotActive' },
  { reason: 'RegionDisabled', status: 'Excluded', holds: ({ memory }) => memory.exclusion === 'RegionDisabled' },
  { reason: 'ExcludedByConfig', status: 'Excluded', holds: ({ memory }) => memory.exclusion === 'ExcludedByConfig' },
  { reason: 'RoleUnassumable', status: 'Blocked', holds: ({ memory }) => memory.failure?.kind === 'RoleUnassumable' },
  { reason: 'DeniedByPolicy', status: 'Blocked', holds: ({ memory }) => memory.failure?.kind === 'DeniedByPolicy' },
  {
    reason: 'SyncQuotaFull',
    status: 'Blocked',
    holds: ({ seen, ours, astray, listedSyncs, memory }) =>
      seen && ours === undefined && !astray && (listedSyncs >= syncQuota || memory.refusal === 'SyncQuotaFull'),
  },
  {
    reason: 'OrganizationSyncConflict',
    status: 'Blocked',
    holds: ({ seen, ours, memory }) => seen && ours === undefined && memory.refusal === 'OrganizationSyncConflict',
  },
  { reason: 'DestinationRejected', status: 'Blocked', holds: ({ memory }) => memory.destinationRejected },
  {
    reason: 'ReplaceForbidden',
    status: 'Blocked',
    holds: ({ seen, ours, memory }) => seen && ours !== undefined && memory.refusal === 'ReplaceForbidden',
  },
  {
    reason: 'SyncMissing',
    status: 'Failing',
    twoLooks: true,
    holds: ({ seen, pastGrace, ours }) => seen && pastGrace && ours === undefined,
  },
  {
    reason: 'SyncFailed',
    status: 'Failing',
    twoLooks: true,
    holds: ({ seen, pastGrace, ours }) => seen && pastGrace && ours?.lastStatus === 'Failed',
  },
  {
    reason: 'NotDelivering',
    status: 'Failing',
    twoLooks: true,
    holds: ({ seen, ours, nodes }) =>
      seen && ours?.lastStatus === 'Successful' && nodes.missing > 0 && nodes.delivered === 0,
  },
  {
    reason: 'DeliveryStopped',
    status: 'Failing',
    twoLooks: true,
    holds: ({ seen, pastGrace, nodes, canaryOverdue }) =>
      seen && pastGrace && nodes.delivered > 0 && (canaryOverdue || nodes.stale === nodes.delivered),
  },
  {
    reason: 'KeyUnusable',
    status: 'Failing',
    twoLooks: true,
    holds: ({ seen, nodes, hub }) => seen && nodes.managed > 0 && hub.key === 'no',
  },
  {
    reason: 'BucketPolicyDrifted',
    status: 'Failing',
    twoLooks: true,
    holds: ({ seen, nodes, hub }) => seen && nodes.managed > 0 && hub.bucketPolicy === 'no',
  },
  { reason: 'Throttled', status: 'Unknown', holds: ({ memory }) => memory.failure?.kind === 'Throttled' },
  {
    reason: 'CheckFailed',
    status: 'Unknown',
    holds: ({ unseen, memory }) => unseen || memory.failure?.kind === 'CheckFailed',
  },
  { reason: 'NodesMissing', status: 'Degraded', holds: ({ seen, nodes }) => seen && nodes.missing > 0 },
  {
    reason: 'NodesStale',
    status: 'Degraded',
    holds: ({ seen, nodes }) => seen && nodes.stale > 0 && nodes.stale < nodes.delivered,
  },
  {
    reason: 'InventoryNotCollected',
    status: 'Degraded',
    holds: ({ seen, uncollected }) => seen && uncollected,
  },
  { reason: 'ForeignSync', status: 'Degraded', holds: ({ seen, foreignBuckets }) => seen && foreignBuckets.length > 0 },
  { reason: 'DataQuarantined', status: 'Degraded', holds: ({ quarantined }) => quarantined.malformed > 0 },
  { reason: 'DataForged', status: 'Degraded', holds: ({ quarantined }) => quarantined.forged > 0 },
];

/** What a target keeps that looks Failing at its very first judgement. */
export const firstStatus: Status = 'Converging';

function isUnproven(lastStatus: string | null | undefined, delivered: number): boolean {
  return lastStatus !== 'Successful' && delivered === 0;
}
