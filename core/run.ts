/** Where a run keeps its files in the state bucket, and the shape of each. Every object carries `schemaVersion` so that a later release can read it. */
import * as z from 'zod';
import { KnownSettings } from './association.ts';
import { SyncAction } from './observation.ts';
import { AccountId, Region } from './target.ts';

/** The name of a state machine execution: 1 to 80 characters that are safe in an S3 key. */
export const RunId = z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/);

export const runFiles = (runId: string) => ({
  /** `AccountVisit` lines: what the distributed map hands to converge-accounts. */
  accounts: `runs/${runId}/accounts.jsonl`,
  /** `ScopedTarget` lines: every target of the run, the excluded ones too. */
  scope: `runs/${runId}/scope.jsonl`,
  /** `Target` lines: what a plan to apply speaks of and the scope has outrun. */
  refused: `runs/${runId}/refused.jsonl`,
  /** `Observation` lines, one object per batch. */
  observations: `runs/${runId}/observations/`,
  /** `AccountVisit` lines for the targets to look at once more. */
  revisit: `runs/${runId}/revisit.jsonl`,
  /** One object per target in which a replacement or removal failed: their number ends the changes of the run. */
  failedChanges: `runs/${runId}/failed-changes/`,
  /** `VerdictRecord` lines of this run. */
  verdicts: `runs/${runId}/verdicts.jsonl`,
  /** `HubSummary`: what the run saw of key and bucket policy. */
  hub: `runs/${runId}/hub.json`,
});

export const stateFiles = {
  /** `RegionStates` by account, as ListRegions told. */
  regions: 'cache/regions.json',
  /** The ledger: `VerdictRecord` lines of the latest run, an Athena table over this folder. */
  verdicts: 'ledger/latest/verdicts.jsonl',
  /** `TargetMemory` lines: what the next judgement must know of earlier ones. */
  memory: 'ledger/memory/targets.jsonl',
  /** `ObservedPartitions`: the pairs that hold objects, each with their types, as the latest LIST saw them. */
  partitions: 'ledger/partitions.json',
  /** `RegisteredPartitions`: the pairs registered as catalog partitions, so that a steady pass need not ask Glue. */
  registered: 'catalog/partitions.json',
  /** `TableBook`: custom types with their columns, and tables that people edited. */
  tables: 'catalog/tables.json',
  /** `QuarantinedObject` lines: delivered objects not to be trusted, an Athena table over this folder. */
  quarantine: 'ledger/quarantine/objects.jsonl',
  /** `ContentLedger`: which versions of objects were looked into, and what that came to. */
  contents: 'ledger/contents.json',
  /** The counts and coverage of the latest run, for people and dashboards. */
  summary: 'ledger/summary.json',
} as const;

/** A node whose newest object is too old to prove delivery, and the inventory types it delivered. */
export const SuspiciousNode = z.strictObject({ nodeId: z.string(), types: z.array(z.string()).min(1) });
export type SuspiciousNode = z.infer<typeof SuspiciousNode>;

/** What a visit is to do in one target, and the fingerprint of the syncs that it was decided on: a target that moved since is left alone. */
export const ChangeOrder = z.strictObject({
  decision: SyncAction.shape.decision,
  syncName: z.string().nullable(),
  seen: z.string(),
});
export type ChangeOrder = z.infer<typeof ChangeOrder>;

/** One account for one worker: all its Regions that need a look. */
export const AccountVisit = z.strictObject({
  accountId: AccountId,
  regions: z.array(Region).min(1),
  /** The suspicious nodes, per Region. */
  compare: z.record(z.string(), z.array(SuspiciousNode)).optional(),
  /** Regions whose associations are to be asked for, each with what is known of them already. */
  associations: z.record(z.string(), KnownSettings).optional(),
  /** What is to be done, per Region. */
  orders: z.record(z.string(), ChangeOrder).optional(),
  /** Regions that left the scope, each with the name of the sync that Muster made there. */
  leaving: z.record(z.string(), z.string()).optional(),
  /** The node to put a heartbeat on, per Region. */
  heartbeat: z.record(z.string(), z.string()).optional(),
});
export type AccountVisit = z.infer<typeof AccountVisit>;

export const Exclusion = z.enum(['AccountNotActive', 'RegionDisabled', 'ExcludedByConfig']);
export type Exclusion = z.infer<typeof Exclusion>;

export const ScopedTarget = z.strictObject({
  schemaVersion: z.literal(1),
  accountId: AccountId,
  region: Region,
  accountName: z.string(),
  exclusion: Exclusion.nullable(),
});
export type ScopedTarget = z.infer<typeof ScopedTarget>;
