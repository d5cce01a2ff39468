import type { Cancel } from '../cloud/clock.ts';
import { StatesError } from './errors.ts';
import type { Track } from './run.ts';

/** Lets `ms` of virtual time pass. The caller holds the clock. Throws the reason once the track's signal ends it. */
export function pause(track: Track, ms: number): Promise<void> {
  return interruptible(track, (resolve) => after(track, ms, resolve));
}

/** Does `work`, but waits for it no longer than `seconds`. Throws as `pause` does, and `States.Timeout`. */
export function within<T>(track: Track, seconds: number, work: () => Promise<T>): Promise<T> {
  return interruptible(track, (resolve, reject) => {
    track.run.host.clock.run(work).then(resolve, reject);
    return after(track, seconds * 1000, () => reject(new StatesError('States.Timeout', undefined)));
  });
}

/** Timers of one instant fire in the order of their tracks. */
function after({ run, path }: Track, ms: number, fire: () => void): Cancel {
  const { clock } = run.host;
  return clock.at(clock.nowMs() + ms, `${run.launch.arn}${path}`, fire);
}

async function interruptible<T>(
  { run, signal }: Track,
  begin: (resolve: (value: T) => void, reject: (reason: unknown) => void) => Cancel,
): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  try {
    return await run.host.clock.until(
      new Promise<T>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), over);
        over.signal.addEventListener('abort', begin(resolve, reject));
      }),
    );
  } finally {
    over.abort();
  }
}
