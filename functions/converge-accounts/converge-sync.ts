import type { SSMClient } from '@aws-sdk/client-ssm';
import { type Creation, createDataSync, deleteDataSync, listDataSyncs } from '../../aws/data-syncs.ts';
import type { DesiredAssociation } from '../../core/association.ts';
import {
  type Decision,
  type DecisionRules,
  decide,
  decideRemoval,
  obey,
  strayedSyncs,
  syncQuota,
  undone,
} from '../../core/decision.ts';
import type { DesiredSync } from '../../core/destination.ts';
import type { ObservedSync, SyncAction } from '../../core/observation.ts';
import type { ChangeOrder } from '../../core/run.ts';
import type { Target } from '../../core/target.ts';
import type { ChangeLimit } from './change-limit.ts';
import { type CallError, type Pause, replaceSync } from './replace-sync.ts';

/** What every target of a batch is to come to. */
export type Aim = {
  mode: 'converge' | 'apply' | 'plan' | 'observe';
  desired: DesiredSync;
  rules: DecisionRules;
  limit: ChangeLimit;
  pause: Pause;
  /** Undefined where nobody looks at associations; `desired` undefined where none is to be made sure of. */
  collection: { desired: DesiredAssociation | undefined } | undefined;
};

/** What one target is to come to. */
export type Task = Aim & {
  target: Target;
  order: ChangeOrder | undefined;
  /** The sync to remove where the target left the scope. */
  leaving: string | undefined;
};

/** `syncs` where acting changed what the target holds; `error` where it ended in one. */
export type Acted = { action: SyncAction; syncs?: ObservedSync[] | null; error?: CallError | null };

/** The only step that changes a target. Null when it was neither to act nor to decide. */
export async function convergeSync(
  client: SSMClient,
  syncs: readonly ObservedSync[],
  task: Task,
): Promise<Acted | null> {
  const { mode, order } = task;
  if (mode === 'observe' || (mode === 'apply' && order === undefined)) return null;
  const decision = decideNow(syncs, task);
  if (mode === 'plan') return { action: undone(decision) };
  if (order === undefined || mode === 'converge')
    return decision.decision === 'create' ? create(client, syncs, { task, decision }) : { action: undone(decision) };
  const obedience = obey(order, decision);
  if (obedience === 'moved') return { action: { ...undone(decision), refusal: 'Moved' } };
  return obedience === 'done' ? { action: undone(decision) } : carryOut(client, syncs, { task, decision });
}

function decideNow(syncs: readonly ObservedSync[], { desired, rules, order, leaving }: Task): Decision {
  const removed = leaving ?? (order?.decision === 'remove' ? order.syncName : null);
  return removed === null ? decide(desired, syncs, rules) : decideRemoval(removed, syncs);
}

/** What became of a change that deletes. */
type Changed = Acted & { succeeded: boolean };

type Order = { task: Task; decision: Decision };

async function carryOut(client: SSMClient, syncs: readonly ObservedSync[], given: Order): Promise<Acted> {
  const { decision, task } = given;
  if (decision.decision === 'create') return create(client, syncs, given);
  if (decision.decision !== 'replace' && decision.decision !== 'remove') return { action: undone(decision) };
  const change = decision.decision === 'replace' ? replace : remove;
  const acted = await task.limit.change(task.target, () => change(client, syncs, given));
  return acted ?? { action: { ...undone(decision), refusal: 'ChangesStopped' } };
}

async function create(client: SSMClient, syncs: readonly ObservedSync[], { task, decision }: Order): Promise<Acted> {
  const { desired, rules } = task;
  const creation = await createDataSync(client, desired);
  if (creation.kind === 'exists') {
    const now = await listDataSyncs(client);
    return { action: undone(decide(desired, now, rules)), syncs: now };
  }
  const created = creation.kind === 'created';
  return { action: { ...undone(decision), created, refusal: refusalOf(creation, syncs) } };
}

async function replace(client: SSMClient, syncs: readonly ObservedSync[], { task, decision }: Order): Promise<Changed> {
  const { desired, pause } = task;
  const strayed = strayedSyncs(desired, syncs);
  const { created, deleted, restored, refused, error, ...now } = await replaceSync(client, { desired, strayed }, pause);
  const others = syncs.filter((sync) => !strayed.includes(sync));
  const refusal = refused === null ? null : refusalOf(refused, others);
  return { action: { ...undone(decision), created, deleted, restored, refusal }, ...now, error, succeeded: created };
}

async function remove(client: SSMClient, syncs: readonly ObservedSync[], { decision }: Order): Promise<Changed> {
  const syncName = decision.syncName ?? '';
  try {
    await deleteDataSync(client, syncName);
  } catch (error) {
    return { action: undone(decision), error: { operation: 'DeleteResourceDataSync', error }, succeeded: false };
  }
  const left = syncs.filter((sync) => sync.syncName !== syncName);
  return { action: { ...undone(decision), deleted: [syncName] }, syncs: left, succeeded: true };
}

/** Of two causes that answer alike, the list tells: with fewer than five syncs it is the one slot for an Organization sync that is taken. */
function refusalOf({ kind }: Creation, syncs: readonly ObservedSync[]): SyncAction['refusal'] {
  if (kind === 'rejected') return 'DestinationRejected';
  if (kind === 'conflict') return 'OrganizationSyncConflict';
  if (kind === 'quota') return syncs.length < syncQuota ? 'OrganizationSyncConflict' : 'SyncQuotaFull';
  return null;
}
