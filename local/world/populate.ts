import type { AccountManagement } from '../services/account.ts';
import type { OrganizationTree } from '../services/organization-tree.ts';
import type { Ssm } from '../services/ssm.ts';
import { putCustomTypes } from './custom-types.ts';
import type { World } from './schema.ts';

interface Stage {
  readonly tree: OrganizationTree;
  readonly account: AccountManagement;
  readonly ssm: Ssm;
}

/** What the hub administers for the organization before Muster is deployed: StackSets and the accounts' Regions. */
const DELEGATIONS = ['member.org.stacksets.cloudformation.amazonaws.com', 'account.amazonaws.com'];

/** Puts the organization, its accounts and their nodes in place, as they are when the operator comes. */
export function populate({ organization, start, accounts }: World, { tree, account, ssm }: Stage): void {
  const { hubAccountId, managementAccountId, units } = organization;
  const joinedAt = new Date(Date.parse(start) - 90 * 86_400_000);
  for (const unit of units) tree.addUnit(unit);
  // Both are members like any other, also where the file does not list them.
  const implied = new Map<string, string>([[hubAccountId, 'hub']]).set(managementAccountId, 'management');
  for (const { id } of accounts) implied.delete(id);
  for (const [id, name] of [...implied].reverse()) tree.putAccount({ id, name, joinedAt });
  tree.trust(...DELEGATIONS);
  if (hubAccountId !== managementAccountId) tree.delegate(hubAccountId, ...DELEGATIONS);
  for (const { id, name = id, unit: parent, state, regions } of accounts) {
    tree.putAccount({ id, name, state, joinedAt, ...(parent !== undefined && { parent }) });
    for (const [region, { optIn = 'ENABLED', custom = [], ...nodes }] of Object.entries(regions)) {
      // A Region that the file describes is enabled unless it says otherwise; one that it leaves out is as AWS has it by default.
      if (optIn === 'DISABLED' || account.regionState(id, region) === 'DISABLED')
        account.setRegionState(id, region, optIn);
      ssm.addNodes(id, region, nodes);
      putCustomTypes(ssm.nodes(id, region), custom, new Date(start));
    }
  }
}
