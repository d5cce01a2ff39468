import { AccountClient } from '@aws-sdk/client-account';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { STSClient } from '@aws-sdk/client-sts';
import type { z } from 'zod';
import { listAccounts } from '../../aws/organization.ts';
import type { StateBucket } from '../../aws/state-bucket.ts';
import type { Leaving } from '../../core/leaving.ts';
import { mayDiffer, planScope, type ScopeConfig } from '../../core/scope.ts';
import type { resolveTargets } from './contract.ts';
import { leavingTargets } from './leaving-targets.ts';
import { type Asking, learnRegions } from './region-states.ts';

type ScopeSources = {
  organizations: OrganizationsClient;
  client: AccountClient;
  sts: STSClient;
  readerName: string;
  bucket: StateBucket;
};
type Terms = ScopeConfig & { units: string[]; remove: boolean };

/** What the environment says of the scope, and who is asked about it. */
export function openScope(env: z.output<(typeof resolveTargets)['env']>, bucket: StateBucket) {
  const sources = {
    bucket,
    organizations: new OrganizationsClient({}),
    client: new AccountClient({}),
    sts: new STSClient({}),
    readerName: env.REGION_READER_NAME,
  };
  const { REGIONS: regions, EXCLUDE_ACCOUNTS: excludeAccounts, ORGANIZATIONAL_UNITS: units, REMOVE: remove } = env;
  return (asking: Omit<Asking, keyof ScopeSources | 'optIn'>) =>
    readScope(sources, { regions, excludeAccounts, units, remove }, asking);
}

/** Every target of the organization as it is now, and those that left it. Accounts that are out of scope are not asked for their Regions. */
async function readScope(
  { organizations, ...sources }: ScopeSources,
  { units, remove, ...config }: Terms,
  asking: Omit<Asking, keyof ScopeSources | 'optIn'>,
): Promise<Leaving> {
  const accounts = await listAccounts(organizations, units);
  const asked = accounts.filter(({ active, accountId }) => active && !config.excludeAccounts.includes(accountId));
  const ids = asked.map(({ accountId }) => accountId);
  const regions = await learnRegions(ids, { ...sources, ...asking, optIn: mayDiffer(config.regions) });
  const known = accounts.map((account) => ({ ...account, enabled: regions.get(account.accountId) ?? null }));
  return leavingTargets(planScope(known, config), sources.bucket, { remove });
}
