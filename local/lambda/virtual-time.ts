import type { setImmediate as SetImmediate } from 'node:timers';

type Callback = (...args: unknown[]) => void;

/** What `setTimeout` gives back in Node.js. */
interface VirtualTimer {
  readonly fire: () => void;
  readonly delayMs: number;
  readonly repeats: boolean;
  ref(): VirtualTimer;
  unref(): VirtualTimer;
  hasRef(): boolean;
  refresh(): VirtualTimer;
  close(): VirtualTimer;
}

/** Date and timers of an execution environment, which follow the embedded cloud's clock. Timers that are due run one per turn of the event loop. */
export class VirtualTime {
  #nowMs = 0;
  /** In the order of their start, which is that of firing for timers of one instant. */
  readonly #timers = new Map<VirtualTimer, number>();
  readonly #nextTurn: typeof SetImmediate;
  readonly #onStart: () => void;

  /** `onStart` is told whenever a timer is started. */
  constructor(nextTurn: typeof SetImmediate, onStart: () => void) {
    this.#nextTurn = nextTurn;
    this.#onStart = onStart;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** When the next timer is due in milliseconds since the epoch; infinite without timers. */
  nextMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#timers.values());
  }

  moveTo(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#fireDue();
  }

  /** Forgets all timers: an environment is frozen between invocations, and what one left behind must not reach the next. */
  forget(): void {
    this.#timers.clear();
  }

  setTimeout = (callback: Callback, delayMs = 0, ...args: unknown[]): VirtualTimer =>
    this.#start(this.#timer(() => callback(...args), wholeMs(delayMs), false));

  setInterval = (callback: Callback, delayMs = 0, ...args: unknown[]): VirtualTimer =>
    this.#start(this.#timer(() => callback(...args), Math.max(1, wholeMs(delayMs)), true));

  clear = (timer: unknown): void => {
    this.#timers.delete(timer as VirtualTimer);
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

  /** References change nothing: the environment keeps its event loop alive by itself. */
  #timer(fire: () => void, delayMs: number, repeats: boolean): VirtualTimer {
    const itself = () => timer;
    const close = () => {
      this.clear(timer);
      return timer;
    };
    const handle = { ref: itself, unref: itself, hasRef: () => true, refresh: () => this.#start(timer), close };
    const timer: VirtualTimer = { fire, delayMs, repeats, ...handle };
    return timer;
  }

  #start(timer: VirtualTimer): VirtualTimer {
    this.#timers.delete(timer);
    this.#timers.set(timer, this.#nowMs + timer.delayMs);
    if (timer.delayMs === 0) this.#nextTurn(() => this.#fireDue());
    this.#onStart();
    return timer;
  }

  #fireDue(): void {
    const nextMs = this.nextMs();
    if (nextMs > this.#nowMs) return;
    for (const [timer, atMs] of this.#timers) {
      if (atMs !== nextMs) continue;
      if (timer.repeats) this.#start(timer);
      else this.#timers.delete(timer);
      this.#nextTurn(() => this.#fireDue());
      timer.fire();
      return;
    }
  }
}

/** Node.js cuts fractions off and takes what is no number for the shortest delay. */
function wholeMs(delayMs: number): number {
  return delayMs > 0 ? Math.trunc(delayMs) : 0;
}
