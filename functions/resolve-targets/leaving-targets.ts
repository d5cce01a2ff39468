import type { StateBucket } from '../../aws/state-bucket.ts';
import { findLeaving, type Leaving } from '../../core/leaving.ts';
import { TargetMemory } from '../../core/memory.ts';
import { type ScopedTarget, stateFiles } from '../../core/run.ts';

const Remembered = TargetMemory.pick({ accountId: true, region: true, accountName: true, made: true }).strip();

/** The targets that the config no longer wants, where syncs are to be removed at all. */
export async function leavingTargets(
  scope: ScopedTarget[],
  bucket: StateBucket,
  { remove }: { remove: boolean },
): Promise<Leaving> {
  if (!remove) return { scope, syncs: new Map(), lost: [] };
  const { values } = await bucket.readLines(stateFiles.memory, Remembered);
  return findLeaving(scope, values);
}
