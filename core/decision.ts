import { type DesiredSync, sameDestination } from './destination.ts';
import { fingerprint64 } from './fingerprint.ts';
import type { ObservedSync, Refusal, SyncAction } from './observation.ts';
import type { ChangeOrder } from './run.ts';

/** Syncs to a destination per account and Region (AWS service quotas, not adjustable). */
export const syncQuota = 5;

/** What is to be done about our sync in a target; `refusal` says what blocks it. */
export type Decision = Omit<SyncAction, 'created' | 'deleted' | 'restored'>;

export interface DecisionRules {
  readonly adopt: boolean;
  readonly replace: 'safe' | 'never';
}

/** Syncs that deliver to a bucket; those of Explorer (SyncFromSource) have names and a quota of their own. */
export function deliveringSyncs(syncs: readonly ObservedSync[]): ObservedSync[] {
  return syncs.filter((sync) => sync.syncType !== 'SyncFromSource');
}

/** Whether Muster made it: a name of ours is a fingerprint, so nobody else comes upon it by chance. Nothing else is ever deleted. */
export function isMade({ syncName, syncType }: ObservedSync): boolean {
  return syncType !== 'SyncFromSource' && /^muster-[0-9a-f]{8}$/.test(syncName);
}

/** Syncs of ours that are not the desired one: under its very name with another destination, or under the name of an earlier one. */
export function strayedSyncs(
  { syncName, destination }: DesiredSync,
  observed: readonly ObservedSync[],
): ObservedSync[] {
  return byName(observed.filter(isMade)).filter(
    (sync) => sync.syncName !== syncName || !sameDestination(sync, destination),
  );
}

/** Compares what is wanted in a target with what is there; the order of the list does not matter. */
export function decide(desired: DesiredSync, observed: readonly ObservedSync[], rules: DecisionRules): Decision {
  const { syncName, destination } = desired;
  const syncs = byName(deliveringSyncs(observed));
  const foreign = syncs.filter((sync) => !isMade(sync));
  const risks: Decision['risks'] = foreign.length > 0 ? ['organization slot unknown'] : [];
  const decided = { syncName, risks: [], seen: fingerprintOf(syncs), refusal: null };

  if (syncs.some((sync) => sync.syncName === syncName && sameDestination(sync, destination)))
    return { ...decided, decision: 'keep', reason: 'SyncInPlace' };
  const adoptable = foreign.find((sync) => sameDestination(sync, destination));
  if (rules.adopt && adoptable !== undefined)
    return { ...decided, decision: 'adopt', syncName: adoptable.syncName, reason: 'SameDestination' };
  const [strayed] = strayedSyncs(desired, syncs);
  if (strayed !== undefined && rules.replace === 'never')
    return { ...decided, ...blocked('ReplaceForbidden'), syncName: strayed.syncName };
  if (strayed !== undefined)
    return { ...decided, decision: 'replace', reason: 'OtherDestination', risks: ['no sync meanwhile', ...risks] };
  if (syncs.length >= syncQuota) return { ...decided, ...blocked('SyncQuotaFull') };
  return { ...decided, decision: 'create', reason: 'SyncAbsent', risks };
}

function blocked(refusal: Refusal): Pick<Decision, 'decision' | 'reason' | 'refusal'> {
  return { decision: 'blocked', reason: refusal, refusal };
}

/** For a target out of scope: only the sync of the name that Muster remembers to have made there goes, and only while it bears such a name. */
export function decideRemoval(syncName: string, observed: readonly ObservedSync[]): Decision {
  const syncs = byName(deliveringSyncs(observed));
  const standing = syncs.some((sync) => sync.syncName === syncName && isMade(sync));
  const decided = { seen: fingerprintOf(syncs), refusal: null };
  return standing
    ? { ...decided, decision: 'remove', syncName, reason: 'OutOfScope', risks: ['inventory stops'] }
    : { ...decided, decision: 'keep', syncName: null, reason: 'NothingToRemove', risks: [] };
}

/** The action of a visit that changed nothing, as a decision to keep asks for. */
export function undone(decision: Decision): SyncAction {
  return { ...decision, created: false, deleted: [], restored: [] };
}

/**
 * What an order comes to in a target as it is now. `act`: nothing moved. `finish`: a replacement was cut off after its delete, and creating is
 * what is left of it. `done`: somebody, an earlier attempt perhaps, has done it. `moved`: the order was given for another state of things.
 */
export type Obedience = 'act' | 'finish' | 'done' | 'moved';

export function obey(order: ChangeOrder, now: Decision): Obedience {
  const isRemoved = order.decision === 'remove' && now.reason === 'NothingToRemove';
  if (isRemoved) return 'done';
  if (order.syncName !== now.syncName) return 'moved';
  if (now.decision === 'keep') return inPlace.has(order.decision) ? 'done' : 'moved';
  if (order.decision === now.decision) return order.seen === now.seen ? 'act' : 'moved';
  return order.decision === 'replace' && now.decision === 'create' ? 'finish' : 'moved';
}

/** Orders that come to our sync being there, whatever else is. */
const inPlace: ReadonlySet<string> = new Set<ChangeOrder['decision']>(['keep', 'create', 'replace']);

function byName(syncs: readonly ObservedSync[]): ObservedSync[] {
  return syncs.toSorted((a, b) => (a.syncName < b.syncName ? -1 : 1));
}

/** Names and destinations only: a status that changes does not make a target another one. */
function fingerprintOf(syncs: readonly ObservedSync[]): string {
  const rows = syncs.map(({ syncName, bucketName, prefix, region, kmsKeyArn }) => [
    ...[syncName, bucketName, prefix ?? '', region, kmsKeyArn],
  ]);
  return fingerprint64(JSON.stringify(rows));
}
