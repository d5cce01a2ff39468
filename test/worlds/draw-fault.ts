/** Faults by chance: which target they strike, how hard and when. */
import type { Draw } from '../../local/cloud/draw.ts';
import { MANAGEMENT } from './fleet.ts';
import type { WorldFile } from './in-world.ts';

export type FiledFault = NonNullable<WorldFile['faults']>[number];

/** Of the contract, those that no event belongs to. */
export const KINDS = [
  ...['member-role-missing', 'scp-deny', 'sync-quota-full', 'organization-sync-elsewhere'],
  ...['organization-sync-same-destination', 'sync-wrong-destination', 'foreign-sync', 'sync-deleted'],
  ...['delivery-denied', 'probe-denied', 'bucket-policy-replaced', 'key-disabled', 'delivery-stopped', 'sync-failed'],
  ...['node-silent', 'nodes-stale', 'malformed-object', 'empty-object', 'forged-object', 'throttle', 'unavailable'],
];

/** When a fault begins and ends: at the start for good, later for good, or for a while. */
export type Timing = 'start' | 'later' | 'while';

interface Place {
  readonly account: string;
  readonly region: string;
}

export interface Chance {
  readonly draw: Draw;
  readonly kind: string;
  readonly timing: Timing;
  /** Targets to choose from; one that stands there twice is chosen twice as often. */
  readonly places: readonly Place[];
  readonly durationMinutes: number;
  /** Tells this draw from all others of the world. */
  readonly turn: number;
}

const SERVICES = ['*', 'ssm', 's3', 'sts'];

export function drawFault(chance: Chance): FiledFault {
  const { kind } = chance;
  // The format's own schema holds each fault to its kind when the world is read.
  return { kind, ...extentOf(chance), ...periodOf(chance) } as FiledFault;
}

function extentOf({ draw, kind, places, turn }: Chance): object {
  const { account, region } = choose(places, draw.fraction('place', kind, turn));
  switch (kind) {
    case 'throttle':
    case 'unavailable':
      return {
        service: choose(SERVICES, draw.fraction('service', kind, turn)),
        rate: draw.between(1, 4, 'rate', kind, turn) / 20,
      };
    case 'bucket-policy-replaced':
    case 'key-disabled':
      return {};
    case 'member-role-missing':
    case 'delivery-denied':
    case 'probe-denied':
      return { account };
    case 'scp-deny':
      return draw.fraction('whole', turn) < 0.3 && account !== MANAGEMENT ? { account } : { account, region };
    case 'node-silent':
    case 'nodes-stale':
      return { account, region, nodes: draw.between(1, 3, 'count', kind, turn) };
    case 'malformed-object':
    case 'empty-object':
    case 'forged-object':
      return { account, region, objects: draw.between(1, 3, 'count', kind, turn) };
    default:
      return { account, region };
  }
}

function periodOf({ draw, kind, timing, turn, durationMinutes }: Chance): object {
  if (timing === 'start') return {};
  const minutes = (low: number, high: number, what: string) => `PT${draw.between(low, high, what, kind, turn)}M`;
  if (timing === 'later') return { at: minutes(20, Math.round(0.7 * durationMinutes), 'at') };
  const isFirst = draw.fraction('first', kind, turn) < 0.5;
  const from = isFirst ? {} : { at: minutes(20, Math.round(0.3 * durationMinutes), 'at') };
  return { ...from, until: minutes(Math.round(0.3 * durationMinutes) + 1, Math.round(0.7 * durationMinutes), 'until') };
}

function choose<T>(list: readonly T[], fraction: number): T {
  const chosen = list[Math.floor(fraction * list.length)];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
}
