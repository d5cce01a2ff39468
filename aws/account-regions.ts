import { AccountClient, paginateListRegions } from '@aws-sdk/client-account';
import type { STSClient } from '@aws-sdk/client-sts';
import { type AccountId, Region } from '../core/target.ts';
import { assumeRole } from './assume-role.ts';
import { errorKind } from './errors.ts';

const enabledStatuses = new Set<string>(['ENABLED', 'ENABLED_BY_DEFAULT']);

/**
 * The Regions that are on in an account, or null when the asker may not know: a delegated administrator is refused about the management
 * account. An account asks about itself without its id (Account Management API reference, ListRegions).
 */
export async function enabledRegions(
  client: AccountClient,
  accountId: AccountId,
  self: string,
): Promise<Region[] | null> {
  try {
    return await listEnabled(client, accountId === self ? {} : { AccountId: accountId });
  } catch (error) {
    if (errorKind(error) === 'denied') return null;
    throw error;
  }
}

/** As the account itself, by a role that only the management account has; null in any other, undefined where no answer came. */
export async function enabledRegionsWithin(sts: STSClient, roleArn: string): Promise<Region[] | null | undefined> {
  try {
    const credentials = await assumeRole(sts, roleArn, 'muster');
    return await listEnabled(new AccountClient({ credentials }), {});
  } catch (error) {
    return errorKind(error) === 'denied' ? null : undefined;
  }
}

async function listEnabled(client: AccountClient, who: { AccountId?: string }): Promise<Region[]> {
  const on: Region[] = [];
  for await (const { Regions = [] } of paginateListRegions({ client, pageSize: 50 }, who)) {
    for (const { RegionName, RegionOptStatus = '' } of Regions) {
      if (enabledStatuses.has(RegionOptStatus)) on.push(Region.parse(RegionName));
    }
  }
  return on;
}
