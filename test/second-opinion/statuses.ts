/** The table of the contract: which reason makes which status. */

/** Worst first; a status is that of its worst reason. */
const REASONS: readonly (readonly [status: string, reasons: string])[] = [
  ['Excluded', 'AccountNotActive RegionDisabled ExcludedByConfig'],
  [
    'Blocked',
    'RoleUnassumable DeniedByPolicy SyncQuotaFull OrganizationSyncConflict DestinationRejected ReplaceForbidden',
  ],
  ['Failing', 'SyncMissing SyncFailed NotDelivering DeliveryStopped KeyUnusable BucketPolicyDrifted'],
  ['Unknown', 'Throttled CheckFailed'],
  ['Degraded', 'NodesMissing NodesStale InventoryNotCollected DataQuarantined DataForged ForeignSync'],
];

/** Undefined without a reason. */
export function worstOf(reasons: readonly string[]): string | undefined {
  return REASONS.find(([, known]) => reasons.some((reason) => known.split(' ').includes(reason)))?.[0];
}
