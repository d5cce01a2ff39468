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
  'NodesMissing',
  'NodesStale',
  'InventoryNotCollected',
  'Throttled',
  'CheckFailed',
]);
export type Reason = z.infer<typeof Reason>;

/** `managed` counts online nodes, `delivered` those of them that ever delivered, `silent` nodes that lost connection. */
export const NodeCounts = z.strictObject({
  managed: z.int().nonnegative(),
  delivered: z.int().nonnegative(),
  missing: z.int().nonnegative(),
  stale: z.int().nonnegative(),
  silent: z.int().nonnegative(),
});
export type NodeCounts = z.infer<typeof NodeCounts>;

export const SyncDecision = SyncAction.shape.decision;

/** What one judgement says of a target. `suspected` names Failing reasons that wait for a second look. Null means never observed. */
export const Verdict = z.strictObject({
  status: Status,
  reasons: z.array(Reason),
  suspected: z.array(Reason),
  syncName: z.string().nullable(),
  decision: SyncDecision.nullable(),
  nodes: NodeCounts.nullable(),
  lastDeliveredAt: z.iso.datetime().nullable(),
});
export type Verdict = z.infer<typeof Verdict>;

export function isWorse(status: Status, than: Status): boolean {
  return Status.options.indexOf(status) < Status.options.indexOf(than);
}
