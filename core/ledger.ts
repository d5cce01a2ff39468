import * as z from 'zod';
import type { Evidence } from './evidence.ts';
import { missingTypes } from './expected-types.ts';
import { foreignBuckets } from './foreign-syncs.ts';
import { previousVerdict } from './memory.ts';
import { Denial } from './observation.ts';
import { countQuarantined } from './quarantine.ts';
import { RunId } from './run.ts';
import { censusSlots, Slot } from './slots.ts';
import { AccountId, Region } from './target.ts';
import { NodeCounts, NodeIds, Reason, Status, SyncDecision, type Verdict } from './verdict.ts';

const Count = z.int().nonnegative().nullable();
const Moment = z.iso.datetime();

/** One line of the ledger and one row of the table `sync_verdicts`: flat, so that every field is a column of its name in lower case. */
export const VerdictRecord = z.strictObject({
  schemaVersion: z.literal(1),
  accountId: AccountId,
  accountName: z.string(),
  region: Region,
  status: Status,
  reasons: z.array(Reason),
  suspected: z.array(Reason),
  syncName: z.string().nullable(),
  decision: SyncDecision.nullable(),
  /** The kind of policy that refused the newest visit; null when none did, or AWS did not say. */
  denial: Denial.nullable(),
  /** Buckets that the target's inventory goes to and may not. */
  foreignSyncs: z.array(z.string()),
  /** Who holds the five slots for syncs to a destination; null before any visit saw them. */
  slots: z.array(Slot).nullable(),
  nodesManaged: Count,
  nodesDelivered: Count,
  nodesMissing: Count,
  nodesStale: Count,
  nodesSilent: Count,
  nodesGhosts: Count,
  /** The first twenty ids of each, in order. */
  missingNodes: NodeIds.shape.missing,
  staleNodes: NodeIds.shape.stale,
  silentNodes: NodeIds.shape.silent,
  ghostNodes: NodeIds.shape.ghosts,
  /** The latest heartbeat, and when its object was written. */
  heartbeatPutAt: Moment.nullable(),
  heartbeatDeliveredAt: Moment.nullable(),
  /** Inventory types that nodes past their grace must deliver and none ever did; for information. Null when never observed. */
  typesMissing: z.array(z.string()).nullable(),
  /** Objects in quarantine, and those of them that disagree with their key about whose they are. */
  objectsQuarantined: z.int().nonnegative(),
  objectsForged: z.int().nonnegative(),
  lastDeliveredAt: Moment.nullable(),
  judgedAt: Moment,
  /** The newest visit that saw everything; null before any. */
  observedAt: Moment.nullable(),
  runId: RunId,
  /** The status that the latest earlier run gave; null before any. */
  previousStatus: Status.nullable(),
  /** When the status became what it is. */
  since: Moment,
});
export type VerdictRecord = z.infer<typeof VerdictRecord>;

export function verdictRecord(evidence: Evidence, verdict: Verdict): VerdictRecord {
  const { memory, quarantine, destinations, now, runId } = evidence;
  const { nodes, nodeIds, ...judged } = verdict;
  const { accountId, accountName, region, observedAt, canary } = memory;
  const previous = previousVerdict(memory, runId);
  const judgedAt = now.toISOString();
  return {
    schemaVersion: 1,
    accountId,
    accountName,
    region,
    ...judged,
    denial: memory.failure?.denial ?? null,
    foreignSyncs: foreignBuckets(memory, destinations),
    slots: censusSlots(memory),
    nodesManaged: nodes?.managed ?? null,
    nodesDelivered: nodes?.delivered ?? null,
    nodesMissing: nodes?.missing ?? null,
    nodesStale: nodes?.stale ?? null,
    nodesSilent: nodes?.silent ?? null,
    nodesGhosts: nodes?.ghosts ?? null,
    missingNodes: nodeIds.missing,
    staleNodes: nodeIds.stale,
    silentNodes: nodeIds.silent,
    ghostNodes: nodeIds.ghosts,
    heartbeatPutAt: canary?.putAt ?? null,
    heartbeatDeliveredAt: canary?.deliveredAt ?? null,
    typesMissing: observedAt === null ? null : missingTypes(evidence),
    objectsQuarantined: quarantine.length,
    objectsForged: countQuarantined(quarantine).forged,
    judgedAt,
    observedAt,
    runId,
    previousStatus: previous?.status ?? null,
    since: previous?.status === judged.status ? previous.since : judgedAt,
  };
}

/** The counts of a record as the report shows them; null when the target was never observed. */
export function nodeCounts(record: VerdictRecord): NodeCounts | null {
  const counts = NodeCounts.safeParse({
    managed: record.nodesManaged,
    delivered: record.nodesDelivered,
    missing: record.nodesMissing,
    stale: record.nodesStale,
    silent: record.nodesSilent,
    ghosts: record.nodesGhosts,
  });
  return counts.success ? counts.data : null;
}
