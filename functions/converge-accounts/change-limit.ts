import type { StateBucket } from '../../aws/state-bucket.ts';
import { runFiles } from '../../core/run.ts';
import type { Target } from '../../core/target.ts';

/**
 * Lets the changes of a run that delete happen one after the other in this worker, and none once the run has had too many failures. A failure is
 * an object of its own, so that workers need not agree on a count; as many more changes may fail as other workers had begun by then.
 */
export class ChangeLimit {
  readonly #bucket: StateBucket;
  readonly #folder: string;
  readonly #stopAfterFailures: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(bucket: StateBucket, { runId, stopAfterFailures }: { runId: string; stopAfterFailures: number }) {
    this.#bucket = bucket;
    this.#folder = runFiles(runId).failedChanges;
    this.#stopAfterFailures = stopAfterFailures;
  }

  /** Undefined when the change is not to be made any more. */
  change<Acted extends { succeeded: boolean }>(target: Target, work: () => Promise<Acted>): Promise<Acted | undefined> {
    const turn = this.#last.then(async () => {
      const failures = await this.#bucket.countObjects(this.#folder);
      if (failures >= this.#stopAfterFailures) return undefined;
      const acted = await work();
      if (!acted.succeeded) await this.#recordFailure(target);
      return acted;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #recordFailure({ accountId, region }: Target): Promise<void> {
    const key = `${this.#folder}${accountId}-${region}.json`;
    return this.#bucket.put(key, JSON.stringify({ schemaVersion: 1, accountId, region }));
  }
}
