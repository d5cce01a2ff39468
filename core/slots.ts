import * as z from 'zod';
import { deliveringSyncs, isMade } from './decision.ts';
import type { TargetMemory } from './memory.ts';

/** One of the syncs to a destination that an account may have per Region, and whose it is. */
export const Slot = z.strictObject({
  owner: z.enum(['muster', 'adopted', 'inspector', 'quick-setup', 'foreign']),
  syncName: z.string(),
  bucketName: z.string().nullable(),
});
export type Slot = z.infer<typeof Slot>;

/** Who holds the slots of a target, by the name of the sync; null before any visit saw them. */
export function censusSlots({ syncs, observedAt, decision, syncName: ours }: TargetMemory): Slot[] | null {
  if (observedAt === null) return null;
  const adopted = decision === 'adopt' ? ours : null;
  return deliveringSyncs(syncs)
    .map((sync): Slot => {
      const { syncName, bucketName } = sync;
      const owner = isMade(sync) ? 'muster' : syncName === adopted ? 'adopted' : strangerOf(syncName);
      return { owner, syncName, bucketName };
    })
    .sort((a, b) => (a.syncName < b.syncName ? -1 : 1));
}

/** Amazon Inspector's name is documented, Quick Setup's prefix is seen in its accounts (Systems Manager user guide). */
function strangerOf(syncName: string): Slot['owner'] {
  if (syncName === 'InspectorResourceDataSync-do-not-delete') return 'inspector';
  return syncName.startsWith('AWS-QuickSetup-') ? 'quick-setup' : 'foreign';
}
