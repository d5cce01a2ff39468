import type { SSMClient } from '@aws-sdk/client-ssm';
import { type Creation, createDataSync, listDataSyncs } from '../../aws/data-syncs.ts';
import { type DecisionRules, decide, syncQuota, undone } from '../../core/decision.ts';
import type { DesiredSync } from '../../core/destination.ts';
import type { ObservedSync, SyncAction } from '../../core/observation.ts';

export type ConvergeOrder = { desired: DesiredSync; rules: DecisionRules };

/** The only step that changes a target: creates our sync where `decide` asks for it. */
export async function convergeSync(
  client: SSMClient,
  syncs: readonly ObservedSync[],
  { desired, rules }: ConvergeOrder,
): Promise<SyncAction> {
  const decision = decide(desired, syncs, rules);
  if (decision.decision !== 'create') return undone(decision);
  const creation = await createDataSync(client, desired);
  if (creation.kind === 'exists') return undone(decide(desired, await listDataSyncs(client), rules));
  return { ...undone(decision), created: creation.kind === 'created', refusal: refusalOf(creation, syncs) };
}

/** Of two causes that answer alike, the list tells: with fewer than five syncs it is the one slot for an Organization sync that is taken. */
function refusalOf({ kind }: Creation, syncs: readonly ObservedSync[]): SyncAction['refusal'] {
  if (kind === 'rejected') return 'DestinationRejected';
  if (kind === 'conflict') return 'OrganizationSyncConflict';
  if (kind === 'quota') return syncs.length < syncQuota ? 'OrganizationSyncConflict' : 'SyncQuotaFull';
  return null;
}
