import {
  type Account,
  type OrganizationsClient,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
} from '@aws-sdk/client-organizations';
import { AccountId } from '../core/target.ts';

export type OrganizationAccount = { accountId: AccountId; name: string; active: boolean };

/** `State`, not `Status`: the latter was retired on 2026-09-09 (Organizations API reference, Account). Pages hold at most 20. */
function account({ Id, Name, State }: Account): OrganizationAccount {
  return { accountId: AccountId.parse(Id), name: Name ?? '', active: State === 'ACTIVE' };
}

async function listAll(client: OrganizationsClient): Promise<OrganizationAccount[]> {
  const accounts: OrganizationAccount[] = [];
  for await (const page of paginateListAccounts({ client, pageSize: 20 }, {})) {
    accounts.push(...(page.Accounts ?? []).map(account));
  }
  return accounts;
}

async function listUnit(client: OrganizationsClient, ParentId: string): Promise<OrganizationAccount[]> {
  const accounts: OrganizationAccount[] = [];
  for await (const page of paginateListAccountsForParent({ client, pageSize: 20 }, { ParentId })) {
    accounts.push(...(page.Accounts ?? []).map(account));
  }
  for await (const page of paginateListOrganizationalUnitsForParent({ client, pageSize: 20 }, { ParentId })) {
    for (const { Id } of page.OrganizationalUnits ?? []) if (Id) accounts.push(...(await listUnit(client, Id)));
  }
  return accounts;
}

/** Every account of the organization, or of the named units and the units below them; each account once. */
export async function listAccounts(client: OrganizationsClient, units: string[]): Promise<OrganizationAccount[]> {
  if (units.length === 0) return listAll(client);
  const accounts = new Map<AccountId, OrganizationAccount>();
  for (const unit of units) for (const found of await listUnit(client, unit)) accounts.set(found.accountId, found);
  return [...accounts.values()];
}
