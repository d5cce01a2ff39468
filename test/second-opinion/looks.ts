/** By when a change of the world is a verdict. */
import type { World } from '../../local/world/schema.ts';
import { type Period, TooCloseToCall } from './faults.ts';
import { HOUR, MINUTE, settingsOf } from './settings.ts';

/** Assesses run each hour and at the end; some minutes for what a run waits for. */
const ONE_LOOK = HOUR + 5 * MINUTE;
export const TWO_LOOKS = 2 * ONE_LOOK;

/** Converges run at the start and then by their schedule. */
export function convergesOf(world: World): number[] {
  const { convergeEveryMs } = settingsOf(world);
  const count = Math.floor(world.duration / convergeEveryMs) + 1;
  return Array.from({ length: count }, (_, index) => index * convergeEveryMs);
}

/**
 * Whether a period that only a visit notices stands in the last verdict. A healthy target is visited by converges, a Failing needs a second look,
 * and a target that looks wrong is visited by each assess until it does not.
 */
export function showsAtEnd(world: World, { at, until }: Period): boolean {
  const end = world.duration;
  const visited = convergesOf(world).filter((ms) => at <= ms && ms < until);
  if (at > end) return false;
  if (until > end) {
    if (visited.some((ms) => at === 0 || (ms - at >= 5 * MINUTE && end - ms >= TWO_LOOKS))) return true;
    throw new TooCloseToCall('nothing has made Muster look since it began');
  }
  if (end - until < ONE_LOOK) throw new TooCloseToCall('it has only just ended');
  return false;
}

/** Likewise for what every assess sees by itself. */
export function showsUnasked(world: World, { at, until }: Period): boolean {
  const end = world.duration;
  if (at > end) return false;
  if (until > end) {
    const hourly = Math.floor(end / HOUR) - Math.floor(at / HOUR);
    const looks = hourly + (end % HOUR === 0 ? 0 : 1);
    if (at > 0 && looks < 2) throw new TooCloseToCall('it has not been seen twice');
    return true;
  }
  if (end - until < ONE_LOOK) throw new TooCloseToCall('it has only just ended');
  return false;
}
