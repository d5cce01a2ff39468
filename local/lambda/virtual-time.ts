type Callback = (...args: unknown[]) => void;

/** What `setTimeout` gives back. References change nothing: the environment keeps its event loop alive by itself. */
interface Timer {
  ref(): Timer;
  unref(): Timer;
}

/** Date and timers of an execution environment, which follow the embedded cloud's clock. Timers that are due run one per turn of the event loop. */
export class VirtualTime {
  #nowMs = 0;
  /** In the order of their start, which is that of firing for timers of one instant. */
  readonly #timers = new Map<unknown, { readonly atMs: number; readonly fire: () => void }>();
  readonly #nextTurn: (callback: () => void) => unknown;
  readonly #onStart: () => void;

  /** `onStart` is told whenever a timer is started. */
  constructor(nextTurn: (callback: () => void) => unknown, onStart: () => void) {
    this.#nextTurn = nextTurn;
    this.#onStart = onStart;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** When the next timer is due in milliseconds since the epoch; infinite without timers. */
  nextMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#timers.values()].map(({ atMs }) => atMs));
  }

  moveTo(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#fireDue();
  }

  /** Forgets all timers: an environment is frozen between invocations, and what one left behind must not reach the next. */
  forget(): void {
    this.#timers.clear();
  }

  setTimeout = (callback: Callback, delayMs = 0, ...args: unknown[]): Timer => {
    const timer: Timer = { ref: () => timer, unref: () => timer };
    // Node.js cuts fractions off and takes what is no number for the shortest delay.
    const atMs = this.#nowMs + (delayMs > 0 ? Math.trunc(delayMs) : 0);
    this.#timers.set(timer, { atMs, fire: () => callback(...args) });
    if (atMs === this.#nowMs) this.#nextTurn(() => this.#fireDue());
    this.#onStart();
    return timer;
  };

  clear = (timer: unknown): void => {
    this.#timers.delete(timer);
  };

  /** `Date`, with the present moved. */
  date(): DateConstructor {
    const now = () => this.#nowMs;
    const virtual = new Proxy(Date, {
      construct: (real, args, target) => Reflect.construct(real, args.length > 0 ? args : [now()], target),
      apply: (real) => new real(now()).toString(),
      get: (real, name) => (name === 'now' ? now : Reflect.get(real, name)),
    });
    virtual.prototype.constructor = virtual;
    return virtual;
  }

  #fireDue(): void {
    const nextMs = this.nextMs();
    if (nextMs > this.#nowMs) return;
    const [timer, due] = [...this.#timers].find(([, { atMs }]) => atMs === nextMs) ?? [];
    this.#timers.delete(timer);
    this.#nextTurn(() => this.#fireDue());
    due?.fire();
  }
}
