/** What a world's file says of the sync of a target: when it was made, or what kept it from being made. */
import type { World } from '../../local/world/schema.ts';
import { hubKinds, strikesHub } from './expected-hub.ts';

/** `refusal` is what stands against the sync at the end; with `ReplaceForbidden` one is in place, but not where it should deliver to. */
export interface ExpectedSync {
  readonly created: number | undefined;
  /** Since when any sync delivers here, be it somebody else's. */
  readonly delivers: number | undefined;
  readonly refusal: string | undefined;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

export const CONVERGES_EVERY = 24 * 3_600_000;

/** Converges run at the start and each day; the first one that is neither hindered nor refused creates, adopts or replaces. */
export function expectedSync(world: World, place: Place, reaches: (atMs: number) => boolean): ExpectedSync {
  const [other] = faultsAt(world, place, 'organization-sync-same-destination', 0);
  let refusal: string | undefined;
  for (let atMs = 0; atMs <= world.duration; atMs += CONVERGES_EVERY) {
    if (!reaches(atMs)) continue;
    refusal = refusalAt(world, place, atMs);
    const created = other?.at ?? atMs;
    if (refusal === undefined) return { created, delivers: created, refusal };
  }
  return { created: undefined, delivers: other?.at, refusal };
}

/** Quota and slot are checked before the bucket is tested. */
function refusalAt(world: World, place: Place, atMs: number): string | undefined {
  const { adopt = true, replace = 'safe' } = world.config;
  const strikes = (kind: string) => faultsAt(world, place, kind, atMs).length > 0;
  const isForbidden = strikes('sync-wrong-destination') && replace === 'never';
  const isAdopted = strikes('organization-sync-same-destination') && adopt === true;
  if (isForbidden) return 'ReplaceForbidden';
  if (isAdopted) return undefined;
  if (strikes('sync-quota-full')) return 'SyncQuotaFull';
  if (strikes('organization-sync-elsewhere') || strikes('organization-sync-same-destination'))
    return 'OrganizationSyncConflict';
  // Create tells of a refusal only where it tests the bucket, which faults that deny an account decide.
  const isTested = world.unknowns.createProbes && !strikes('delivery-denied');
  const isRefused = strikes('probe-denied') || (isTested && hubKinds.some((kind) => strikesHub(world, kind, atMs)));
  return isRefused ? 'DestinationRejected' : undefined;
}

function faultsAt({ faults }: World, { account, region }: Place, kind: string, atMs: number) {
  return faults.filter((fault) => {
    const here = fault.account === account && (fault.region === undefined || fault.region === region);
    return here && fault.kind === kind && fault.at <= atMs && atMs < (fault.until ?? Number.POSITIVE_INFINITY);
  });
}
