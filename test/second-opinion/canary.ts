/** An idle fleet has no news to miss: what tells is an item that Muster puts on a node now and then. */
import type { World } from '../../local/world/schema.ts';
import type { Cell } from './cells.ts';
import { faultsOn, type Period, TooCloseToCall } from './faults.ts';
import { HOUR, MINUTE, settingsOf } from './settings.ts';

/** How long a delivery may take. */
const ARRIVAL = 5 * MINUTE;

/** Whether at the end a canary is overdue. The openings are the times in which something arrives from the node that it sits on, in order. */
export function isCanaryLost(world: World, cell: Cell, openings: readonly Period[]): boolean {
  const { canaryEveryMs, freshnessMs } = settingsOf(world);
  const end = world.duration;
  const [first] = openings;
  const isWhole = openings.length === 1 && first !== undefined && first.until > end;
  if (canaryEveryMs === undefined || first === undefined || isWhole) return false;
  const hindered = faultsOn(world, cell, 'member-role-missing', 'scp-deny', 'throttle', 'unavailable');
  if (hindered.some(({ rate = 1 }) => rate > 0.5)) throw new TooCloseToCall('when a canary is put');
  const step = Math.max(wholeHours(canaryEveryMs), wholeHours(freshnessMs + ARRIVAL));
  let unansweredSince: number | undefined;
  for (let put = wholeHours(first.at + ARRIVAL + freshnessMs); put <= end; put += step) {
    if (arrives(put, openings)) unansweredSince = undefined;
    else unansweredSince ??= put;
  }
  // It is looked at when it is overdue and once more, in the next hour or at the end.
  return unansweredSince !== undefined && end > unansweredSince + freshnessMs;
}

/** Where objects cannot be read there is nothing to compare: a canary is put once all are old, is overdue as they were, and seen to be so twice. */
export function canaryTells(world: World, silentSinceMs: number): boolean {
  const { canaryEveryMs, freshnessMs } = settingsOf(world);
  const put = wholeHours(silentSinceMs + freshnessMs);
  return canaryEveryMs !== undefined && world.duration >= put + freshnessMs + 2 * HOUR;
}

function arrives(put: number, openings: readonly Period[]): boolean {
  if (openings.some((edges) => [edges.at, edges.until].some((edge) => edge > put && edge < put + ARRIVAL)))
    throw new TooCloseToCall('it is cut off amid a canary');
  return openings.some(({ at, until }) => at <= put && put < until);
}

/** The assess that comes next. */
function wholeHours(ms: number): number {
  return Math.ceil(ms / HOUR) * HOUR;
}
