/** Virtual time: it stands still while anything holds it, and otherwise jumps to the next timer. */

/** Cancels a timer; calling it after the timer fired does nothing. */
export type Cancel = () => void;

interface Timer {
  readonly atMs: number;
  /** Breaks ties between timers of one instant by content, not by who was first to ask. */
  readonly label: string;
  readonly order: number;
  readonly fire: () => void;
}

/**
 * The one clock of an embedded cloud. Work in flight *holds* the clock (`run`); `sleep` gives that hold up until the time has come.
 * When nobody holds it, `advanceTo` moves `now` to the earliest timer and fires it, so the order of virtual events
 * never depends on how fast this machine is.
 */
export class Clock {
  #nowMs: number;
  #holds = 0;
  #order = 0;
  /** Latest first, so that the next one to fire is popped off the end. */
  readonly #timers: Timer[] = [];
  #quiet: (() => void) | undefined;

  constructor(start: Date) {
    this.#nowMs = start.getTime();
  }

  nowMs(): number {
    return this.#nowMs;
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  /** Runs `fire` at a time (milliseconds since the epoch; a past time means as soon as nothing holds the clock), holding the clock meanwhile. */
  at(atMs: number, label: string, fire: () => unknown): Cancel {
    const timer = this.#add(atMs, label, () => void this.run(async () => fire()));
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Holds the clock while `work` is under way. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#holds++;
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  /** Gives up the caller's hold (it must have one) and resumes with it after `ms` of virtual time. */
  async sleep(ms: number, label = ''): Promise<void> {
    await this.until(new Promise<void>((wake) => this.#add(this.#nowMs + Math.max(0, ms), label, wake)));
  }

  /** Gives up the caller's hold (it must have one) until `pending` settles, which a timer or other work that holds the clock must bring about. */
  async until<T>(pending: Promise<T>): Promise<T> {
    this.#release();
    try {
      return await pending;
    } finally {
      this.#holds++;
    }
  }

  /** Runs tasks side by side, at most `limit` at once, each with a hold of its own in place of the caller's. Once one fails no further one is begun; rejects with the first failure when all have ended. */
  async all<T>(tasks: readonly (() => Promise<T>)[], limit = tasks.length): Promise<T[]> {
    const results: T[] = [];
    const failures: unknown[] = [];
    const queue = tasks.entries();
    const lane = async () => {
      for (const [index, task] of queue) {
        if (failures.length > 0) break;
        try {
          results[index] = await task();
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const lanes = Array.from({ length: Math.min(limit, tasks.length) }, () => this.run(lane));
    await this.until(Promise.all(lanes));
    if (failures.length > 0) throw failures[0];
    return results;
  }

  /** Lets virtual time run to `untilMs`; resolves when every timer up to then has fired and nothing holds the clock. */
  async advanceTo(untilMs: number): Promise<void> {
    for (;;) {
      await this.#stillness();
      const timer = this.#timers.at(-1);
      if (!timer || timer.atMs > untilMs) break;
      this.#timers.pop();
      this.#nowMs = timer.atMs;
      timer.fire();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** The time of the next timer in milliseconds since the epoch, undefined when there is none. */
  nextMs(): number | undefined {
    return this.#timers.at(-1)?.atMs;
  }

  #add(atMs: number, label: string, fire: () => void): Timer {
    const timer: Timer = { atMs: Math.max(atMs, this.#nowMs), label, order: this.#order++, fire };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle];
      if (other && firesBefore(timer, other)) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return timer;
  }

  #release(): void {
    this.#holds--;
    if (this.#holds === 0) this.#quiet?.();
  }

  /** Resolves once nothing has held the clock for a whole turn of the event loop. */
  async #stillness(): Promise<void> {
    for (;;) {
      if (this.#holds > 0)
        await new Promise<void>((resolve) => {
          this.#quiet = resolve;
        });
      this.#quiet = undefined;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#holds === 0) return;
    }
  }
}

function firesBefore(timer: Timer, other: Timer): boolean {
  if (timer.atMs !== other.atMs) return timer.atMs < other.atMs;
  if (timer.label !== other.label) return timer.label < other.label;
  return timer.order < other.order;
}
