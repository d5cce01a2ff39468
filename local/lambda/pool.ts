import type { Clock } from '../cloud/clock.ts';
import { Environment, type EnvironmentSettings } from './environment.ts';

/** About 36 MB each with an SDK client loaded. */
const MAX_ENVIRONMENTS = 8;

/** Execution environments of all functions, a limited number of them: beyond it callers wait, and the one idle for longest makes room. */
export class EnvironmentPool {
  readonly #clock: Clock;
  /** Longest idle first. */
  #idle: readonly Environment[] = [];
  #count = 0;
  readonly #busy = new Set<Environment>();
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `work` with an environment of its own of the function, holding the clock as the caller does. */
  async use<T>(owner: EnvironmentSettings, work: (environment: Environment) => Promise<T>): Promise<T> {
    const environment = await this.#take(owner);
    this.#busy.add(environment);
    try {
      return await work(environment);
    } finally {
      this.#busy.delete(environment);
      if (environment.isOver) this.#count--;
      else this.#idle = [...this.#idle, environment];
      this.#waiting.shift()?.();
    }
  }

  /** Ends the environments that are at work for a function, whatever they are doing, and tells how many. */
  async kill(owner: EnvironmentSettings): Promise<number> {
    const hit = [...this.#busy].filter((environment) => environment.owner === owner);
    await Promise.all(hit.map((environment) => environment.close()));
    return hit.length;
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.map((environment) => environment.close()));
    this.#count -= this.#idle.length;
    this.#idle = [];
  }

  async #take(owner: EnvironmentSettings): Promise<Environment> {
    while (this.#idle.length === 0 && this.#count >= MAX_ENVIRONMENTS)
      await this.#clock.until(new Promise<void>((resolve) => this.#waiting.push(resolve)));
    const warm = this.#idle.findLast((environment) => environment.owner === owner);
    const leaving = warm ?? (this.#count >= MAX_ENVIRONMENTS ? this.#idle[0] : undefined);
    this.#idle = this.#idle.filter((environment) => environment !== leaving);
    if (warm) return warm;
    if (leaving) await leaving.close();
    else this.#count++;
    return Environment.start(owner);
  }
}
