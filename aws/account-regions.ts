import { type AccountClient, paginateListRegions } from '@aws-sdk/client-account';
import { type AccountId, Region } from '../core/target.ts';
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
  const who = accountId === self ? {} : { AccountId: accountId };
  const on: Region[] = [];
  try {
    for await (const { Regions = [] } of paginateListRegions({ client, pageSize: 50 }, who)) {
      for (const { RegionName, RegionOptStatus = '' } of Regions) {
        if (enabledStatuses.has(RegionOptStatus)) on.push(Region.parse(RegionName));
      }
    }
    return on;
  } catch (error) {
    if (errorKind(error) === 'denied') return null;
    throw error;
  }
}
