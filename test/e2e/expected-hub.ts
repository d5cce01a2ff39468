/** What a world's file says of the hub, on which every delivery rests, and of syncs to buckets of others. */
import type { World } from '../../local/world/schema.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Kinds of faults that keep every account from delivering. */
export const hubKinds = ['bucket-policy-replaced', 'key-disabled'] as const;
export type HubKind = (typeof hubKinds)[number];

export function strikesHub({ faults }: World, wanted: HubKind, atMs: number): boolean {
  return faults.some(({ kind, at, until = Number.POSITIVE_INFINITY }) => kind === wanted && at <= atMs && atMs < until);
}

/** Looks are hourly and at the end; it takes two. */
export function isToldOfHub(world: World, kind: HubKind): boolean {
  const { duration, faults } = world;
  if (!strikesHub(world, kind, duration)) return false;
  const begins = faults.filter((fault) => fault.kind === kind).map(({ at }) => at);
  const looks = 1 + Math.ceil(duration / HOUR) - Math.ceil(Math.max(...begins) / HOUR);
  if (looks < 2) throw new Error(`${kind}: too soon after it began to call`);
  return true;
}

/**
 * A target that delivers is visited by the daily converge only, and once its sync is foreign each hour. Another Organization sync finds no room
 * where ours was made before.
 */
export function hasForeignSync(
  { faults, duration }: World,
  { account, region }: { account: string; region: string },
  created: number | undefined,
): boolean {
  return faults.some(({ kind, account: whose, region: where, at, until = Number.POSITIVE_INFINITY }) => {
    const isForeign = /^(foreign-sync|sync-quota-full|organization-sync-elsewhere)$/.test(kind);
    const finds = kind !== 'organization-sync-elsewhere' || created === undefined || created > at;
    if (!isForeign || !finds || whose !== account || where !== region || at > duration) return false;
    if (at > duration - (duration % DAY))
      throw new Error(`${account}/${region}: a foreign sync since the last converge`);
    return duration < until;
  });
}
