import type { AccountClient } from '@aws-sdk/client-account';
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { STSClient } from '@aws-sdk/client-sts';
import { listAccounts } from '../../aws/organization.ts';
import type { StateBucket } from '../../aws/state-bucket.ts';
import type { Leaving } from '../../core/leaving.ts';
import { planScope, type ScopeConfig } from '../../core/scope.ts';
import { leavingTargets } from './leaving-targets.ts';
import { type Asking, learnRegions } from './region-states.ts';

export type ScopeSources = {
  organizations: OrganizationsClient;
  client: AccountClient;
  sts: STSClient;
  readerName: string;
  bucket: StateBucket;
};
type Terms = ScopeConfig & { units: string[]; remove: boolean };

/** Every target of the organization as it is now, and those that left it. Accounts that are out of scope are not asked for their Regions. */
export async function readScope(
  { organizations, ...sources }: ScopeSources,
  { units, remove, ...config }: Terms,
  asking: Omit<Asking, keyof ScopeSources>,
): Promise<Leaving> {
  const accounts = await listAccounts(organizations, units);
  const asked = accounts.filter(({ active, accountId }) => active && !config.excludeAccounts.includes(accountId));
  const ids = asked.map(({ accountId }) => accountId);
  const regions = await learnRegions(ids, { ...sources, ...asking });
  const known = accounts.map((account) => ({ ...account, enabled: regions.get(account.accountId) ?? null }));
  return leavingTargets(planScope(known, config), sources.bucket, { remove });
}
