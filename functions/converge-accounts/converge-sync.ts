import type { SSMClient } from '@aws-sdk/client-ssm';
import { type Creation, createDataSync, listDataSyncs } from '../../aws/data-syncs.ts';
import { type Decision, decide, syncQuota } from '../../core/decision.ts';
import type { DesiredSync } from '../../core/destination.ts';
import type { ObservedSync, SyncAction } from '../../core/observation.ts';

export type ConvergeOrder = { desired: DesiredSync; adopt: boolean };

/** The only step that changes a target: creates our sync where `decide` asks for it. */
export async function convergeSync(
  client: SSMClient,
  syncs: readonly ObservedSync[],
  { desired, adopt }: ConvergeOrder,
): Promise<SyncAction> {
  const decision = decide(desired, syncs, { adopt });
  if (decision.decision !== 'create') return settled(decision);
  const creation = await createDataSync(client, desired);
  if (creation.kind === 'exists') return settled(decide(desired, await listDataSyncs(client), { adopt }));
  return { ...decision, created: creation.kind === 'created', refusal: refusalOf(creation, syncs) };
}

function settled(decision: Decision): SyncAction {
  return { ...decision, created: false, refusal: decision.decision === 'blocked' ? decision.reason : null };
}

/** Of two causes that answer alike, the list tells: with fewer than five syncs it is the one slot for an Organization sync that is taken. */
function refusalOf({ kind }: Creation, syncs: readonly ObservedSync[]): SyncAction['refusal'] {
  if (kind === 'rejected') return 'DestinationRejected';
  if (kind === 'conflict') return 'OrganizationSyncConflict';
  if (kind === 'quota') return syncs.length < syncQuota ? 'OrganizationSyncConflict' : 'SyncQuotaFull';
  return null;
}
