import type { SSMClient } from '@aws-sdk/client-ssm';
import { type Creation, createDataSync, deleteDataSync, listDataSyncs } from '../../aws/data-syncs.ts';
import { type DesiredSync, madeAgain, sameDestination } from '../../core/destination.ts';
import type { ObservedSync } from '../../core/observation.ts';

/** The slot of a deleted sync, and a bucket policy, may take a while to be seen everywhere: a minute, then the old sync is made again. */
const patience = { replacement: { attempts: 7, seconds: 10 }, restoration: { attempts: 3, seconds: 10 } };

export type Pause = (seconds: number) => Promise<void>;

/** What a call ended with instead of an answer. */
export type CallError = { operation: string; error: unknown };

/** What a replacement came to. Without `created`, what was deleted has been made again as far as that could be. */
export type Replacement = {
  created: boolean;
  deleted: string[];
  restored: string[];
  /** What the target holds now; null when that could not be seen. */
  syncs: ObservedSync[] | null;
  refused: Creation | null;
  error: CallError | null;
};

/**
 * Deletes what strayed and makes the desired sync: there is no update of a sync to a destination. Cut off at any point, the next visit finds
 * what strayed and begins again, or finds nothing of ours and creates.
 */
export async function replaceSync(
  client: SSMClient,
  { desired, strayed }: { desired: DesiredSync; strayed: readonly ObservedSync[] },
  pause: Pause,
): Promise<Replacement> {
  const done: Replacement = { created: false, deleted: [], restored: [], syncs: null, refused: null, error: null };
  let operation = 'DeleteResourceDataSync';
  try {
    for (const { syncName } of strayed) {
      await deleteDataSync(client, syncName);
      done.deleted.push(syncName);
    }
    operation = 'CreateResourceDataSync';
    const creation = await createPatiently(client, desired, { ...patience.replacement, pause });
    if (creation.kind === 'created') done.created = true;
    else done.refused = creation;
  } catch (error) {
    done.error = { operation, error };
  }
  // An answer that got lost does not tell whether the sync was made.
  done.syncs = await whatStands(client);
  if (done.created || isInPlace(desired, done.syncs)) return { ...done, created: true, refused: null, error: null };
  return restore(client, { done, strayed, pause });
}

type Undoing = { done: Replacement; strayed: readonly ObservedSync[]; pause: Pause };

async function restore(client: SSMClient, { done, strayed, pause }: Undoing): Promise<Replacement> {
  const lost = strayed.filter(({ syncName }) => done.deleted.includes(syncName));
  for (const sync of lost.flatMap((one) => madeAgain(one) ?? [])) {
    try {
      const { kind } = await createPatiently(client, sync, { ...patience.restoration, pause });
      if (kind === 'created' || kind === 'exists') done.restored.push(sync.syncName);
    } catch (error) {
      done.error ??= { operation: 'CreateResourceDataSync', error };
    }
  }
  return { ...done, syncs: await whatStands(client) };
}

type Patience = { attempts: number; seconds: number; pause: Pause };

async function createPatiently(client: SSMClient, sync: DesiredSync, { attempts, seconds, pause }: Patience) {
  let creation = await createDataSync(client, sync);
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    if (creation.kind === 'created' || creation.kind === 'exists') break;
    await pause(seconds);
    creation = await createDataSync(client, sync);
  }
  return creation;
}

function isInPlace({ syncName, destination }: DesiredSync, syncs: readonly ObservedSync[] | null): boolean {
  return syncs?.some((sync) => sync.syncName === syncName && sameDestination(sync, destination)) === true;
}

async function whatStands(client: SSMClient): Promise<ObservedSync[] | null> {
  try {
    return await listDataSyncs(client);
  } catch {
    return null;
  }
}
