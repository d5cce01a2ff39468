import type { AccountManagement } from '../services/account.ts';
import type { OrganizationTree } from '../services/organization-tree.ts';
import type { Ssm } from '../services/ssm.ts';
import type { AccountRegion, World, WorldAccount } from './schema.ts';

interface Stage {
  readonly tree: OrganizationTree;
  readonly account: AccountManagement;
  readonly ssm: Ssm;
}

/** What the hub administers for the organization before Muster is deployed: StackSets and the accounts' Regions. */
const DELEGATIONS = ['member.org.stacksets.cloudformation.amazonaws.com', 'account.amazonaws.com'];

/** Puts the organization, its accounts and their nodes in place, as they are when the operator comes. */
export function populate(world: World, stage: Stage): void {
  const { organization, start } = world;
  const { tree } = stage;
  for (const unit of organization.units) tree.addUnit(unit);
  const joinedAt = new Date(Date.parse(start) - 90 * 86_400_000);
  for (const { id, name = id, unit, state } of accountsOf(world))
    tree.putAccount({ id, name, state, joinedAt, ...(unit !== undefined && { parent: unit }) });
  if (organization.hubAccountId !== organization.managementAccountId)
    tree.delegate(organization.hubAccountId, ...DELEGATIONS);
  for (const { id, regions } of world.accounts)
    for (const [region, description] of Object.entries(regions)) settle(stage, { id, region }, description);
}

/** The management and the hub account are members like any other, also where the file does not list them. */
function accountsOf({
  organization,
  accounts,
}: World): readonly Pick<WorldAccount, 'id' | 'name' | 'unit' | 'state'>[] {
  const named = [
    { id: organization.managementAccountId, name: 'management', state: 'ACTIVE' },
    { id: organization.hubAccountId, name: 'hub', state: 'ACTIVE' },
  ] as const;
  const listed = new Set(accounts.map(({ id }) => id));
  const implied = named.filter(
    ({ id }, index) => !listed.has(id) && named.findIndex((other) => other.id === id) === index,
  );
  return [...implied, ...accounts];
}

/** A Region that the file describes is enabled unless it says otherwise; one that it leaves out is as AWS has it by default. */
function settle(
  { account, ssm }: Stage,
  { id, region }: { id: string; region: string },
  description: AccountRegion,
): void {
  const { optIn = 'ENABLED', ...nodes } = description;
  if (optIn === 'DISABLED' || account.regionState(id, region) === 'DISABLED') account.setRegionState(id, region, optIn);
  ssm.addNodes(id, region, nodes);
}
