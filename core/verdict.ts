import * as z from 'zod';
import { SyncAction } from './observation.ts';

/** Worst first; `Excluded` comes before all because it stands alone. */
export const Status = z.enum([
  'Excluded',
  'Blocked',
  'Failing',
  'Unknown',
  'Degraded',
  'Converging',
  'Empty',
  'Healthy',
]);
export type Status = z.infer<typeof Status>;

export const Reason = z.enum([
  'AccountNotActive',
  'RegionDisabled',
  'ExcludedByConfig',
  'RoleUnassumable',
  'DeniedByPolicy',
  'SyncQuotaFull',
  'OrganizationSyncConflict',
  'DestinationRejected',
  'ReplaceForbidden',
  'SyncMissing',
  'SyncFailed',
  'NotDelivering',
  'DeliveryStopped',
  'KeyUnusable',
  'BucketPolicyDrifted',
  'NodesMissing',
  'NodesStale',
  'InventoryNotCollected',
  'ForeignSync',
  'DataQuarantined',
  'DataForged',
  'Throttled',
  'CheckFailed',
]);
export type Reason = z.infer<typeof Reason>;

/**
 * `managed` counts online nodes, `delivered` those of them that ever delivered, `stale` those that are behind, `silent` nodes that lost
 * connection, `ghosts` nodes that hold objects and that SSM no longer lists.
 */
export const NodeCounts = z.strictObject({
  managed: z.int().nonnegative(),
  delivered: z.int().nonnegative(),
  missing: z.int().nonnegative(),
  stale: z.int().nonnegative(),
  silent: z.int().nonnegative(),
  ghosts: z.int().nonnegative(),
});
export type NodeCounts = z.infer<typeof NodeCounts>;

/** So many nodes of each kind are named; the rest are only counted. */
export const namedIds = 20;

const Ids = z.array(z.string()).max(namedIds);

/** The first of the nodes that are counted, by id. */
export const NodeIds = z.strictObject({ missing: Ids, stale: Ids, silent: Ids, ghosts: Ids });
export type NodeIds = z.infer<typeof NodeIds>;

export const SyncDecision = SyncAction.shape.decision;

/** What one judgement says of a target. `suspected` names Failing reasons that wait for a second look. Null means never observed. */
export const Verdict = z.strictObject({
  status: Status,
  reasons: z.array(Reason),
  suspected: z.array(Reason),
  syncName: z.string().nullable(),
  decision: SyncDecision.nullable(),
  nodes: NodeCounts.nullable(),
  nodeIds: NodeIds,
  lastDeliveredAt: z.iso.datetime().nullable(),
});
export type Verdict = z.infer<typeof Verdict>;

export function isWorse(status: Status, than: Status): boolean {
  return Status.options.indexOf(status) < Status.options.indexOf(than);
}
