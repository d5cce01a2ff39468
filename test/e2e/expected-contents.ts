/** What a world's file says of delivered objects that are not to be trusted: what lies in the bucket is known whether or not its target is reached. */
import type { World } from '../../local/world/schema.ts';
import { BASELINE, type Nodes, type Period, withheld } from './expected-delivery.ts';

const MINUTE = 60_000;
/** Every second report of a node that churns brings its often changing type, and one comes at least every 110 minutes. */
const NEXT = 2 * 110 * MINUTE + BASELINE;
/** Versions that are not yet a minute old are looked into by the next pass. */
const SETTLING = MINUTE;

const REASONS: Readonly<Record<string, string>> = {
  'malformed-object': 'DataQuarantined',
  'empty-object': 'DataQuarantined',
  'forged-object': 'DataForged',
};

export function expectedContents(world: World, nodes: Nodes, created: number): string[] {
  const reasons = world.faults.flatMap(({ kind, account, region, objects = 0, at, until }) => {
    const reason = REASONS[kind];
    if (reason === undefined || account !== nodes.account || region !== nodes.region) return [];
    const period = { at, until: until ?? Number.POSITIVE_INFINITY };
    const struck = indexes(kind, nodes.online, objects).filter((index) =>
      isBad(world, nodes, { created, period, index }),
    );
    return struck.length > 0 ? [reason] : [];
  });
  return [...new Set(reasons)];
}

/** From the middle of the order of ids on, and forgeries from there back; the first key of each node is one that changes often. */
function indexes(kind: string, online: number, objects: number): number[] {
  const middle = Math.floor(online / 2);
  return Array.from({ length: Math.min(objects, online) }, (_, key) =>
    kind === 'forged-object' ? (middle - 1 - key + online) % online : (middle + key) % online,
  );
}

interface Key {
  readonly created: number;
  readonly period: Period;
  /** The node's, by its id. */
  readonly index: number;
}

/** Whether the last delivery of a key until the end was bent, unless it never came. */
function isBad(world: World, nodes: Nodes, { created, period: { at, until }, index }: Key): boolean {
  const tooSoon = (what: string) =>
    new Error(`${nodes.account}/${nodes.region}: too soon after its objects ${what} to call`);
  const end = world.duration - SETTLING;
  const lost = withheld(world, nodes, index);
  if (lost.at <= created && lost.until > end) return false;
  if (lost.at <= end) throw new Error(`${nodes.account}/${nodes.region}: bent and withheld at once`);
  if (at >= end || until <= created) return false;
  if ([at, until].some((edge) => edge > created && edge < created + BASELINE)) throw tooSoon('began');
  const isBaselineBent = at <= created;
  if (!nodes.churns) return isBaselineBent;
  if (until <= end && end - until < NEXT) throw tooSoon('were mended');
  if (until <= end) return false;
  if (!isBaselineBent && end - at < NEXT) throw tooSoon('were bent');
  return true;
}
