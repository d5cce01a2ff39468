import type { AccountVisit, Exclusion, ScopedTarget } from './run.ts';
import type { AccountId, Region } from './target.ts';

/** Regions that are off until an account turns them on (AWS General Reference, Regions; Landing Zone Accelerator's list). */
const optInRegions = new Set<string>(
  `af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
  ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1`.split(/\s+/),
);

/** The Regions that are on in an account; null when nobody may be told, `unheard` when the question had no answer. */
export type EnabledRegions = readonly Region[] | null | 'unheard';

export interface ScopeAccount {
  readonly accountId: AccountId;
  readonly name: string;
  readonly active: boolean;
  readonly enabled: EnabledRegions;
}

/** Whether some of the Regions may be off in one account and on in another. */
export function mayDiffer(regions: ScopeConfig['regions']): boolean {
  return regions === 'all-enabled' || regions.some((region) => optInRegions.has(region));
}

export interface ScopeConfig {
  readonly regions: 'all-enabled' | readonly Region[];
  readonly excludeAccounts: readonly AccountId[];
}

/** Every target of the organization, those out of scope too: sorted, so that the same organization always gives the same file. */
export function planScope(
  accounts: readonly ScopeAccount[],
  { regions, excludeAccounts }: ScopeConfig,
): ScopedTarget[] {
  const everywhere = regions === 'all-enabled' ? knownRegions(accounts) : regions;
  const excluded = new Set(excludeAccounts);
  return byId(accounts).flatMap((account) => {
    const enabled = new Set(presumed(account.enabled, everywhere));
    const wanted = regions === 'all-enabled' ? [...enabled] : everywhere;
    const exclusion = accountExclusion(account, excluded);
    return [...new Set(wanted)].sort().map((region) => ({
      schemaVersion: 1 as const,
      accountId: account.accountId,
      region,
      accountName: account.name,
      exclusion: exclusion ?? (enabled.has(region) ? null : 'RegionDisabled'),
    }));
  });
}

/** Those that every account has on, where nobody may be told. No Region is taken for off because a question had no answer: the visit will tell. */
function presumed(enabled: EnabledRegions, everywhere: readonly Region[]): readonly Region[] {
  if (enabled === 'unheard') return everywhere;
  return enabled ?? everywhere.filter((region) => !optInRegions.has(region));
}

function byId(accounts: readonly ScopeAccount[]): ScopeAccount[] {
  return accounts.toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1));
}

function accountExclusion({ accountId, active }: ScopeAccount, excluded: ReadonlySet<AccountId>): Exclusion | null {
  if (!active) return 'AccountNotActive';
  return excluded.has(accountId) ? 'ExcludedByConfig' : null;
}

function knownRegions(accounts: readonly ScopeAccount[]): Region[] {
  return [...new Set(accounts.flatMap(({ enabled }) => (Array.isArray(enabled) ? enabled : [])))];
}

/** One visit per account with all its Regions that are in scope; `only` narrows a run to some accounts. */
export function planVisits(scope: readonly ScopedTarget[], only?: readonly AccountId[]): AccountVisit[] {
  const regions = new Map<AccountId, Region[]>();
  for (const { accountId, region, exclusion } of scope) {
    if (exclusion !== null || only?.includes(accountId) === false) continue;
    regions.set(accountId, [...(regions.get(accountId) ?? []), region]);
  }
  return [...regions].map(([accountId, visited]) => ({ accountId, regions: visited }));
}

/** What a state machine may carry itself: few accounts, far from its limit of 256 KiB per payload. */
export function fewVisits(visits: readonly AccountVisit[]): AccountVisit[] {
  const few = visits.length <= 10 && JSON.stringify(visits).length <= 64_000;
  return few ? [...visits] : [];
}
