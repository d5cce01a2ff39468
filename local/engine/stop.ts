import type { Cancel, Clock } from '../cloud/clock.ts';
import type { Stopped } from './errors.ts';

/** Ends work from outside: sleepers wake and tasks are no longer waited for. A child ends with its parent, not the other way round. */
export class Stop {
  readonly #listeners = new Set<(reason: Stopped) => void>();
  readonly #leave: Cancel;
  reason: Stopped | undefined;

  constructor(parent?: Stop) {
    this.reason = parent?.reason;
    this.#leave = parent ? parent.onEnd((reason) => this.end(reason)) : () => undefined;
  }

  end(reason: Stopped): void {
    if (this.reason) return;
    this.reason = reason;
    for (const listener of this.#listeners) listener(reason);
  }

  onEnd(listener: (reason: Stopped) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Forgets the parent; to be called when the work has ended. */
  dispose(): void {
    this.#leave();
  }
}

/** Lets `ms` of virtual time pass, or throws the reason once `stop` ends it. The caller holds the clock. */
export function pause(clock: Clock, stop: Stop, wait: { ms: number; label: string }): Promise<void> {
  return interruptible(clock, stop, (resolve) => clock.at(clock.nowMs() + wait.ms, wait.label, () => resolve()));
}

export interface Deadline {
  readonly ms: number;
  readonly label: string;
  /** What the work fails with when it is not done in time. */
  readonly failure: Error;
}

/** Does `work`, but waits for it no longer than until the deadline or until `stop`. The caller holds the clock. */
export function within<T>(
  clock: Clock,
  stop: Stop,
  { work, deadline }: { work: () => Promise<T>; deadline?: Deadline | undefined },
): Promise<T> {
  return interruptible(clock, stop, (resolve, reject) => {
    clock.run(work).then(resolve, reject);
    if (!deadline) return () => undefined;
    return clock.at(clock.nowMs() + deadline.ms, deadline.label, () => reject(deadline.failure));
  });
}

async function interruptible<T>(
  clock: Clock,
  stop: Stop,
  begin: (resolve: (value: T) => void, reject: (reason: unknown) => void) => Cancel,
): Promise<T> {
  if (stop.reason) throw stop.reason;
  const cancels: Cancel[] = [];
  try {
    return await clock.until(
      new Promise<T>((resolve, reject) => {
        cancels.push(stop.onEnd(reject), begin(resolve, reject));
      }),
    );
  } finally {
    for (const cancel of cancels) cancel();
  }
}
