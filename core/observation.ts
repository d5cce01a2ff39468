import * as z from 'zod';
import { ObservedAssociation } from './association.ts';
import { AccountId, Region } from './target.ts';

/** A resource data sync as ListResourceDataSync shows it (SSM API reference, ResourceDataSyncItem). `sharing` is often absent from the answer. */
export const ObservedSync = z.strictObject({
  syncName: z.string(),
  syncType: z.string(),
  bucketName: z.string().nullable(),
  prefix: z.string().nullable(),
  region: z.string().nullable(),
  kmsKeyArn: z.string().nullable(),
  lastStatus: z.enum(['Successful', 'Failed', 'InProgress']).nullable(),
  lastSuccessfulAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime().nullable(),
});
export type ObservedSync = z.infer<typeof ObservedSync>;

export const ManagedNode = z.strictObject({
  nodeId: z.string(),
  platform: z.enum(['Linux', 'Windows', 'MacOS']).nullable(),
  online: z.boolean(),
});
export type ManagedNode = z.infer<typeof ManagedNode>;

/** What SSM holds of one suspicious node and type: a fingerprint of the rows as a set, to compare with the delivered object's. */
export const InventoryContent = z.strictObject({
  nodeId: z.string(),
  type: z.string(),
  captureTime: z.string(),
  rowsFingerprint: z.string(),
});
export type InventoryContent = z.infer<typeof InventoryContent>;

/** What a visit put on a node for the canary. `refused`: SSM did not take it, as where an account has all its custom types already. */
export const Heartbeat = z.strictObject({ nodeId: z.string(), putAt: z.iso.datetime(), refused: z.boolean() });
export type Heartbeat = z.infer<typeof Heartbeat>;

/** The kind of policy that refuses a call, in AWS's own words ("Troubleshoot access denied error messages", IAM User Guide). */
export const Denial = z.enum([
  'service control policy',
  'resource control policy',
  'permissions boundary',
  'session policy',
  'identity-based policy',
  'resource-based policy',
  'VPC endpoint policy',
]);
export type Denial = z.infer<typeof Denial>;

/** Why a visit saw less than everything. `RoleUnassumable`: AssumeRole refused. `DeniedByPolicy`: a call refused. `Throttled`, `CheckFailed`: retries used up. */
export const VisitFailure = z.strictObject({
  kind: z.enum(['RoleUnassumable', 'DeniedByPolicy', 'Throttled', 'CheckFailed']),
  operation: z.string(),
  message: z.string(),
  /** Absent when the answer does not tell, and for what is no refusal. */
  denial: Denial.optional(),
});
export type VisitFailure = z.infer<typeof VisitFailure>;

/** What a change could come to, told before it is made. The list does not say who holds the one slot of an account and Region for an Organization sync. */
const Risk = z.enum(['organization slot unknown', 'no sync meanwhile', 'inventory stops']);

/**
 * Why a change was not made. `Moved`: the target is not what the order was given for. `ChangesStopped`: too many changes of the run failed.
 * The others are what Create answered, or that the config forbids to replace.
 */
export const Refusal = z.enum([
  'DestinationRejected',
  'SyncQuotaFull',
  'OrganizationSyncConflict',
  'ReplaceForbidden',
  'Moved',
  'ChangesStopped',
]);
export type Refusal = z.infer<typeof Refusal>;

/** What the visit decided and did about our sync, null when it could not or was not asked to. */
export const SyncAction = z.strictObject({
  decision: z.enum(['keep', 'create', 'adopt', 'replace', 'remove', 'blocked']),
  /** The sync that counts as ours from now on; for a replacement the one to come. Null when there is none and none is wanted. */
  syncName: z.string().nullable(),
  reason: z.string(),
  risks: z.array(Risk),
  /** A fingerprint of the syncs that the decision rested on, so that a target that moved since is recognized. */
  seen: z.string(),
  created: z.boolean(),
  /** Names of the syncs that were deleted. */
  deleted: z.array(z.string()),
  refusal: Refusal.nullable(),
  /** What was deleted and made again because the replacement could not be made. A replacement that failed without it left no sync of ours. */
  restored: z.array(z.string()),
});
export type SyncAction = z.infer<typeof SyncAction>;

/** What one visit saw of one target. With `failure`, `syncs`, `nodes` or `associations` that were not reached are null: never an empty list. */
export const Observation = z.strictObject({
  schemaVersion: z.literal(1),
  runId: z.string(),
  accountId: AccountId,
  region: Region,
  observedAt: z.iso.datetime(),
  failure: VisitFailure.nullable(),
  syncs: z.array(ObservedSync).nullable(),
  nodes: z.array(ManagedNode).nullable(),
  /** Every association of the inventory document, as it is after the visit; null when not asked. */
  associations: z.array(ObservedAssociation).nullable(),
  contents: z.array(InventoryContent),
  /** Null when none was asked for, or its node is no longer online. */
  heartbeat: Heartbeat.nullable(),
  action: SyncAction.nullable(),
});
export type Observation = z.infer<typeof Observation>;
