/** What stands in the delivered objects: it is known whether or not their target is reached. */
import type { World } from '../../local/world/schema.ts';
import type { Cell } from './cells.ts';
import { groupsOf, type Opening, openingsOf } from './delivery.ts';
import { type FiledFault, faultsOn, type Period, TooCloseToCall } from './faults.ts';
import { MINUTE, settingsOf } from './settings.ts';
import type { SyncHistory } from './syncs.ts';

const REASONS: Readonly<Record<string, string>> = {
  'malformed-object': 'DataQuarantined',
  'empty-object': 'DataQuarantined',
  'forged-object': 'DataForged',
};

const BASELINE = 5 * MINUTE;
/** Every second report of a node that churns brings its often changing type, and one comes at least every 110 minutes. */
const NEXT = 2 * 110 * MINUTE + BASELINE;
/** Versions that are not yet a minute old are looked into by the next pass. */
const SETTLING = MINUTE;

type Bent = FiledFault & Period;

export function contentReasons(world: World, cell: Cell, { routes }: SyncHistory): string[] {
  const faults = faultsOn(world, cell, ...Object.keys(REASONS));
  if (faults.length === 0 || cell.online === 0 || routes.length === 0) return [];
  requireReadable(world, cell, faults);
  // A node's place in the order of ids tells which outages it suffers.
  const nodes = groupsOf(world, cell).flatMap(({ size, outages }) => {
    const openings = openingsOf({ routes, outages }).filter(({ at }) => at <= world.duration);
    return Array.from({ length: size }, () => openings);
  });
  const bad = faults.filter((fault) =>
    hitNodes(fault, cell.online).some((index) => isBad(world, cell, { fault, openings: nodes[index] ?? [] })),
  );
  return [...new Set(bad.flatMap(({ kind }) => REASONS[kind] ?? []))];
}

function requireReadable(world: World, cell: Cell, faults: readonly Bent[]): void {
  const hit = (reason: string) =>
    faults.filter(({ kind }) => REASONS[kind] === reason).flatMap((fault) => hitNodes(fault, cell.online));
  const forged = new Set(hit('DataForged'));
  if (hit('DataQuarantined').some((index) => forged.has(index)))
    throw new TooCloseToCall('what becomes of a key that two faults bend');
  if (settingsOf(world).contentSampleShare === 0) throw new TooCloseToCall('nothing is looked into');
  if (faultsOn(world, cell, 'key-disabled').length > 0) throw new TooCloseToCall('nothing can be looked into');
  if (faults.some(({ objects = 0, until }) => objects > cell.online && until <= world.duration))
    throw new TooCloseToCall('a key that seldom changes is not mended soon');
}

/** From the middle of the order of ids on, and forgeries from there back; the first key of each node is one that changes often. */
function hitNodes({ kind, objects = 0 }: Bent, online: number): number[] {
  const middle = Math.floor(online / 2);
  return Array.from({ length: Math.min(objects, online) }, (_, key) =>
    kind === 'forged-object' ? (middle - 1 - key + 2 * online) % online : (middle + key) % online,
  );
}

/** Whether the last delivery of a key until the end was bent, unless it never came. */
function isBad(world: World, cell: Cell, { fault, openings }: { fault: Bent; openings: readonly Opening[] }): boolean {
  const end = world.duration - SETTLING;
  const { at, until } = fault;
  const [opening, ...others] = openings;
  if (opening === undefined || at >= end) return false;
  if (others.length > 0 || !opening.baseline || opening.until <= end)
    throw new TooCloseToCall('bent and withheld at once');
  if (until <= opening.at) return false;
  if ([at, until].some((edge) => edge > opening.at && edge < opening.at + BASELINE))
    throw new TooCloseToCall('bent amid its baseline');
  const isBaselineBent = at <= opening.at;
  if (!cell.churns) return isBaselineBent;
  if (until <= end && end - until < NEXT) throw new TooCloseToCall('bent until a moment ago');
  if (until <= end) return false;
  if (!isBaselineBent && end - at < NEXT) throw new TooCloseToCall('bent since a moment ago');
  return true;
}
