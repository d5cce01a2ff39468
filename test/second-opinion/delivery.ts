/** Which of a target's online nodes deliver: never, still, or no longer. */
import type { World } from '../../local/world/schema.ts';
import { canaryTells, isCanaryLost } from './canary.ts';
import type { Cell } from './cells.ts';
import { faultsOn, lasts, type Period, TooCloseToCall } from './faults.ts';
import { hubOutages } from './hub.ts';
import { HOUR, MINUTE, settingsOf } from './settings.ts';
import type { SyncHistory } from './syncs.ts';

/** Of the online nodes of a target. */
export interface Outcome {
  /** Those that never delivered, and those of the others that are behind. */
  readonly missing: number;
  readonly behind: number;
  readonly stopped: boolean;
}

type Fate = 'delivers' | 'never' | 'behind';

/** A sync writes everything it has within this time of its making. */
const BASELINE = 5 * MINUTE;
/** By when each node that churns has delivered something. */
const NEWS = 2 * HOUR + BASELINE;
/** Two hours until the first lost news, two until that is behind, two looks. */
const BEHIND = 6 * HOUR + BASELINE;

export function outcomeOf(world: World, cell: Cell, { routes }: SyncHistory): Outcome {
  const groups = groupsOf(world, cell).map(({ size, outages }) => {
    const openings = openingsOf({ routes, outages }).filter(({ at }) => at <= world.duration);
    return { size, openings, fate: fateOf(world, cell, openings) };
  });
  const count = (wanted: Fate) => groups.reduce((sum, { size, fate }) => sum + (fate === wanted ? size : 0), 0);
  const [missing, behind] = [count('never'), count('behind')];
  if (missing > 0 && behind > 0 && missing + behind === cell.online)
    throw new TooCloseToCall('some nodes are behind, the others never began');
  const sender = cell.churns ? undefined : groups.find(({ fate }) => fate === 'delivers');
  const isLost = sender !== undefined && isCanaryLost(world, cell, sender.openings);
  return { missing, behind, stopped: isLost || (behind > 0 && behind === cell.online) };
}

/** Nodes that suffer alike, by their ids: `node-silent` hits the lowest and `nodes-stale` the highest. */
export function groupsOf(world: World, cell: Cell): { size: number; outages: Period[] }[] {
  const common = [
    ...faultsOn(world, cell, 'delivery-denied', 'probe-denied', 'delivery-stopped'),
    ...hubOutages(world, cell),
  ];
  const hits = ['node-silent', 'nodes-stale'].map((kind) => {
    const faults = faultsOn(world, cell, kind);
    return { size: Math.min(cell.online, Math.max(0, ...faults.map(({ nodes = 0 }) => nodes))), faults };
  });
  for (const { faults } of hits)
    if (faults.some(({ until }) => common.some(({ at }) => at >= until && at < until + NEWS)))
      throw new TooCloseToCall('what some nodes had to make up for did not get through');
  const rest = cell.online - hits.reduce((sum, { size }) => sum + size, 0);
  if (rest < 0 || hits.some(({ faults }) => faults.length > 1)) throw new TooCloseToCall('which nodes two faults hit');
  const [silent, stale] = hits.map(({ size, faults }) => ({ size, outages: [...common, ...faults] }));
  return [silent, { size: rest, outages: common }, stale].flatMap((group) => (group && group.size > 0 ? [group] : []));
}

interface Ways {
  readonly routes: readonly Period[];
  readonly outages: readonly Period[];
}

/** A time in which what changes is written; `baseline` when it begins with everything. */
export type Opening = Period & { readonly baseline: boolean };

function fateOf(world: World, cell: Cell, openings: readonly Opening[]): Fate {
  const arrivals = openings.map((opening) => arrivesIn(opening, world, cell));
  if (arrivals.includes('perhaps') && !arrivals.includes('surely'))
    throw new TooCloseToCall('whether anything ever arrived');
  const last = openings.at(-1);
  if (last === undefined || !arrivals.includes('surely')) return 'never';
  if (!cell.churns) return 'delivers';
  const silentMs = world.duration - last.until;
  if (silentMs >= 0) return silenceTells(world, cell, silentMs) ? 'behind' : 'delivers';
  if (!last.baseline && world.duration - last.at < NEWS) throw new TooCloseToCall('delivery has only just come back');
  return 'delivers';
}

function arrivesIn({ at, until, baseline }: Opening, world: World, cell: Cell): 'surely' | 'perhaps' | undefined {
  const length = Math.min(until, world.duration) - at;
  if (baseline) return length > BASELINE ? 'surely' : 'perhaps';
  if (!cell.churns) return undefined;
  return length > NEWS ? 'surely' : 'perhaps';
}

/** Whether nodes that churn are behind after so long a silence. */
function silenceTells(world: World, cell: Cell, silentMs: number): boolean {
  if (silentMs <= settingsOf(world).freshnessMs) return false;
  const isUnreadable = faultsOn(world, cell, 'key-disabled').some((fault) => lasts(fault, world.duration));
  const isTold = isUnreadable ? canaryTells(world, world.duration - silentMs) : silentMs >= BEHIND;
  if (!isTold) throw new TooCloseToCall('delivery has not been missed for long');
  return true;
}

/** What of the routes no outage covers, in order. */
export function openingsOf({ routes, outages }: Ways): Opening[] {
  const whole = routes.map((route): Opening => ({ ...route, baseline: true }));
  const open = outages.reduce((left, outage) => left.flatMap((opening) => without(opening, outage)), whole);
  return open.sort((a, b) => a.at - b.at);
}

function without(opening: Opening, outage: Period): Opening[] {
  const before = { ...opening, until: Math.min(opening.until, outage.at) };
  const after = { at: Math.max(opening.at, outage.until), until: opening.until };
  const keepsStart = after.at === opening.at && opening.baseline;
  if (outage.until <= opening.at || outage.at >= opening.until) return [opening];
  return [before, { ...after, baseline: keepsStart }].filter(({ at, until }) => at < until);
}
