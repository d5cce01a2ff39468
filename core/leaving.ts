import type { AccountVisit, ScopedTarget } from './run.ts';
import { type AccountId, type Target, type TargetKey, targetKey } from './target.ts';

/** What is remembered of a target: its name and the sync that Muster made there. */
export interface RememberedSync extends Target {
  readonly accountName: string;
  readonly made: string | null;
}

export interface Leaving {
  /** The scope, and as excluded what the config no longer names where a sync of ours may still stand. */
  readonly scope: ScopedTarget[];
  /** The sync to remove, by target that left. */
  readonly syncs: ReadonlyMap<TargetKey, string>;
  /** Accounts that are remembered and no longer listed. A list that shrank may be a list cut short: with one of them nothing is removed. */
  readonly lost: readonly AccountId[];
}

/**
 * Which targets the config no longer wants, although their accounts are there and active: an account that left cannot be visited, and in a
 * Region that is off nothing is delivered.
 */
export function findLeaving(scope: readonly ScopedTarget[], remembered: readonly RememberedSync[]): Leaving {
  const scoped = new Map(scope.map((target) => [targetKey(target), target]));
  const isActive = new Map(scope.map(({ accountId, exclusion }) => [accountId, exclusion !== 'AccountNotActive']));
  const lost = [...new Set(remembered.map(({ accountId }) => accountId).filter((id) => !isActive.has(id)))].sort();
  const syncs = new Map<TargetKey, string>();
  const left: ScopedTarget[] = [];
  for (const { accountId, region, accountName, made } of remembered) {
    if (made === null || isActive.get(accountId) !== true) continue;
    const target = scoped.get(targetKey({ accountId, region }));
    if (target === undefined)
      left.push({ schemaVersion: 1, accountId, region, accountName, exclusion: 'ExcludedByConfig' });
    if (target === undefined || target.exclusion === 'ExcludedByConfig')
      syncs.set(targetKey({ accountId, region }), made);
  }
  return { scope: [...scope, ...left].sort(byKey), syncs: lost.length > 0 ? new Map() : syncs, lost };
}

function byKey(a: Target, b: Target): number {
  return targetKey(a) < targetKey(b) ? -1 : 1;
}

/** The visits, and those of the targets that left: an account is visited once. `only` narrows a run to some accounts. */
export function withLeaving(
  visits: readonly AccountVisit[],
  { scope, syncs }: Leaving,
  only?: readonly AccountId[],
): AccountVisit[] {
  const byAccount = new Map(visits.map((visit) => [visit.accountId, visit]));
  for (const { accountId, region } of scope) {
    const sync = syncs.get(targetKey({ accountId, region }));
    if (sync === undefined || only?.includes(accountId) === false) continue;
    const { regions = [], leaving, ...visit } = byAccount.get(accountId) ?? { accountId };
    byAccount.set(accountId, { ...visit, regions: [...regions, region], leaving: { ...leaving, [region]: sync } });
  }
  return [...byAccount.values()].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
}
