import type { StateBucket } from '../../aws/state-bucket.ts';
import { runFiles, ScopedTarget } from '../../core/run.ts';

/**
 * The accounts of the organization, or of its units in scope, as this run resolved them; suspended ones are among them until they are closed.
 * Null when nothing was resolved: that is no reason to think that everybody left.
 */
export async function accountsInScope(state: StateBucket, runId: string): Promise<ReadonlySet<string> | null> {
  const { values } = await state.readLines(runFiles(runId).scope, ScopedTarget);
  return values.length === 0 ? null : new Set(values.map(({ accountId }) => accountId));
}
