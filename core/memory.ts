import * as z from 'zod';
import { Canary } from './canary.ts';
import { Collection, rememberAssociations } from './collection.ts';
import { ManagedNode, type Observation, ObservedSync, type SyncAction, VisitFailure } from './observation.ts';
import { ChangeOrder, Exclusion, RunId, type ScopedTarget } from './run.ts';
import { AccountId, Region } from './target.ts';
import { Reason, Status, SyncDecision, type Verdict } from './verdict.ts';

const Moment = z.iso.datetime();
const RememberedRefusal = z.enum(['SyncQuotaFull', 'OrganizationSyncConflict', 'ReplaceForbidden']);

export const RememberedNode = ManagedNode.extend({
  firstOnlineAt: Moment.nullable(),
  lastOnlineAt: Moment.nullable(),
  /** Its newest object of any type; null when it never delivered. */
  deliveredAt: Moment.nullable(),
  /** Since when SSM's content is known to differ from the delivered one. */
  pendingSince: Moment.nullable(),
  /** The last comparison of contents and how long it may rest; null while its objects are fresh. */
  compared: z.strictObject({ at: Moment, restMinutes: z.int().nonnegative() }).nullable(),
});
export type RememberedNode = z.infer<typeof RememberedNode>;

const PastVerdict = z.strictObject({
  runId: RunId,
  status: Status,
  reasons: z.array(Reason),
  suspected: z.array(Reason),
  /** When the status became what it is. */
  since: Moment,
});
export type PastVerdict = z.infer<typeof PastVerdict>;

/** Everything the next judgement of a target must know of earlier runs: one JSON line per target. */
export const TargetMemory = z.strictObject({
  schemaVersion: z.literal(1),
  accountId: AccountId,
  region: Region,
  accountName: z.string(),
  exclusion: Exclusion.nullable(),
  /** The first run that had the target in scope; null while it is excluded. */
  inScopeSince: Moment.nullable(),
  /** The newest visit, whether it saw anything or not. */
  lastLook: z.strictObject({ at: Moment, runId: RunId }).nullable(),
  /** The newest visit that saw everything it asked for. */
  observedAt: Moment.nullable(),
  /** Why the newest visit saw less. */
  failure: VisitFailure.nullable(),
  syncs: z.array(ObservedSync),
  nodes: z.array(RememberedNode),
  /** Null until the associations were asked for. */
  collection: Collection.nullable(),
  /** The sync that counts as ours, our own or an adopted one, and the latest decision taken about it. */
  syncName: z.string().nullable(),
  decision: SyncDecision.nullable(),
  /** When that decision was taken. */
  actedAt: Moment.nullable(),
  /** When Muster last created it. */
  createdAt: Moment.nullable(),
  /** The change that a run decided on and has not made, which the same run may still order. */
  proposal: z.strictObject({ runId: RunId, order: ChangeOrder }).nullable(),
  /** When a replacement or removal was last tried in vain; null once one succeeded or none is wanted. */
  changeFailedAt: Moment.nullable(),
  /** The sync that Muster made here, remembered also while the target is out of scope. */
  made: z.string().nullable(),
  /** Stands from a refused Create until one succeeds or our sync is seen. */
  destinationRejected: z.boolean(),
  /** What else the latest action was refused for. */
  refusal: RememberedRefusal.nullable(),
  lastDeliveredAt: Moment.nullable(),
  canary: Canary.nullable().default(null),
  /** Where all that is known of deliveries was found, as `bucket/prefix`. */
  deliversTo: z.string().nullable(),
  verdict: PastVerdict.nullable(),
  /** The verdict of the run before that of `verdict`, so that a repeated judgement of one run is no second look. */
  verdictBefore: PastVerdict.nullable(),
});
export type TargetMemory = z.infer<typeof TargetMemory>;

/** The memory to start a run with. A target that leaves the scope is forgotten but for its verdict and the sync made there, and gets a new grace period when it returns. */
export function enterScope(scoped: ScopedTarget, memory: TargetMemory | undefined, now: Date): TargetMemory {
  const { accountId, region, accountName, exclusion } = scoped;
  if (memory !== undefined && memory.exclusion === null && exclusion === null) return { ...memory, accountName };
  return {
    schemaVersion: 1,
    accountId,
    region,
    accountName,
    exclusion,
    inScopeSince: exclusion === null ? now.toISOString() : null,
    lastLook: null,
    observedAt: null,
    failure: null,
    syncs: [],
    nodes: [],
    collection: null,
    syncName: null,
    decision: null,
    actedAt: null,
    createdAt: null,
    proposal: null,
    changeFailedAt: null,
    made: memory?.made ?? null,
    destinationRejected: false,
    refusal: null,
    lastDeliveredAt: null,
    canary: null,
    deliversTo: memory?.deliversTo ?? null,
    verdict: memory?.verdict ?? null,
    verdictBefore: memory?.verdictBefore ?? null,
  };
}

/** What was delivered to another place proves nothing about this one. */
export function atDestination(memory: TargetMemory, deliversTo: string): TargetMemory {
  if (memory.deliversTo === deliversTo) return memory;
  const nodes = memory.nodes.map((node) => ({ ...node, deliveredAt: null, pendingSince: null, compared: null }));
  return { ...memory, deliversTo, nodes, lastDeliveredAt: null };
}

/** Merges one visit into the memory; telling it twice changes nothing. What the visit did not reach stays as it was. */
export function remember(memory: TargetMemory, observation: Observation): TargetMemory {
  const { observedAt, runId, failure, syncs, nodes, associations } = observation;
  const { lastLook } = memory;
  const collection = rememberAssociations(memory.collection, associations, observedAt);
  if (lastLook !== null && !isLater(observedAt, lastLook.at))
    return { ...memory, ...afterLateAction(memory, observation), collection, lastLook: { ...lastLook, runId } };
  return {
    ...memory,
    ...afterAction(memory, observation),
    lastLook: { at: observedAt, runId },
    observedAt: failure === null ? observedAt : memory.observedAt,
    failure,
    syncs: syncs ?? memory.syncs,
    nodes: nodes === null ? memory.nodes : mergeNodes(memory.nodes, nodes, observedAt),
    collection,
  };
}

function isLater(moment: string, than: string): boolean {
  return Date.parse(moment) > Date.parse(than);
}

/** Of a visit that another run's visit overtook, only what it did is still news: a create must not be forgotten because somebody looked meanwhile. */
function afterLateAction(memory: TargetMemory, observation: Observation) {
  const { action, observedAt } = observation;
  if (action === null || (memory.actedAt !== null && !isLater(observedAt, memory.actedAt))) return {};
  return afterAction(memory, observation);
}

function afterAction(memory: TargetMemory, observation: Observation) {
  const { action, syncs, observedAt } = observation;
  const syncName = action?.syncName ?? memory.syncName;
  const isListed = (syncs ?? []).some((sync) => sync.syncName === syncName);
  const isStrayed = (action?.decision ?? memory.decision) === 'replace';
  const settled = action?.created === true || (isListed && !isStrayed);
  const destinationRejected = action?.refusal === 'DestinationRejected' || (memory.destinationRejected && !settled);
  if (action === null) return { syncName, destinationRejected };
  return {
    syncName,
    destinationRejected,
    decision: action.decision,
    actedAt: observedAt,
    createdAt: action.created ? observedAt : memory.createdAt,
    refusal: rememberedRefusal(action),
    ...afterChange(memory, observation, action),
    made: madeSync(memory, action),
  };
}

/** What blocks a target blocks it also when an order for it is refused. */
function rememberedRefusal({ refusal, reason }: SyncAction) {
  return RememberedRefusal.safeParse(refusal).data ?? RememberedRefusal.safeParse(reason).data ?? null;
}

/** Of a change that deletes: what may still be ordered, or when it was refused or failed. A visit that failed for another reason has not earned an order either. */
function afterChange(memory: TargetMemory, { observedAt, runId, failure }: Observation, action: SyncAction) {
  const { decision, syncName, seen, created, deleted, refusal } = action;
  if (decision !== 'replace' && decision !== 'remove') return { proposal: null, changeFailedAt: null };
  const succeeded = created || (decision === 'remove' && deleted.length > 0);
  if (succeeded) return { proposal: null, changeFailedAt: null };
  const untried = failure === null && refusal === null && deleted.length === 0;
  return untried
    ? { proposal: { runId, order: { decision, syncName, seen } }, changeFailedAt: memory.changeFailedAt }
    : { proposal: null, changeFailedAt: observedAt };
}

function madeSync({ made }: TargetMemory, { created, syncName, reason, deleted, restored }: SyncAction): string | null {
  if (created || reason === 'SyncInPlace') return syncName;
  const isGone = made !== null && deleted.includes(made) && !restored.includes(made);
  return isGone || reason === 'NothingToRemove' ? null : made;
}

/** Nodes that SSM no longer lists are stopped or terminated: forgotten. */
function mergeNodes(known: readonly RememberedNode[], seen: readonly ManagedNode[], observedAt: string) {
  const knownById = new Map(known.map((node) => [node.nodeId, node]));
  return seen
    .map((node): RememberedNode => {
      const before = { ...(knownById.get(node.nodeId) ?? unseen), ...node };
      if (!node.online) return before;
      return { ...before, firstOnlineAt: before.firstOnlineAt ?? observedAt, lastOnlineAt: observedAt };
    })
    .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
}

const unseen = { firstOnlineAt: null, lastOnlineAt: null, deliveredAt: null, pendingSince: null, compared: null };

/** The verdict of the latest other run; null before any. */
export function previousVerdict({ verdict, verdictBefore }: TargetMemory, runId: string): PastVerdict | null {
  return verdict?.runId === runId ? verdictBefore : verdict;
}

export function rememberVerdict(
  memory: TargetMemory,
  verdict: Verdict,
  run: { runId: string; now: Date },
): TargetMemory {
  const { status, reasons, suspected } = verdict;
  const before = previousVerdict(memory, run.runId);
  const since = before?.status === status ? before.since : run.now.toISOString();
  return { ...memory, verdict: { runId: run.runId, status, reasons, suspected, since }, verdictBefore: before };
}
