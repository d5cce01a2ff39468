/** The organization itself: that it is the config's, with all features, and that it lets the hub work for it. */
import {
  DescribeOrganizationCommand,
  ListRootsCommand,
  type Organization,
  OrganizationsClient,
  paginateListAWSServiceAccessForOrganization,
  paginateListDelegatedServicesForAccount,
} from '@aws-sdk/client-organizations';
import type { Config } from '../../../infra/config.ts';
import { type Finding, fail, look, pass } from '../finding.ts';
import type { Check, Ground } from '../ground.ts';

/** What Muster needs of the organization, by the principal of each service, and the command that turns its trusted access on. */
const services = {
  'member.org.stacksets.cloudformation.amazonaws.com': 'aws cloudformation activate-organizations-access',
  'account.amazonaws.com': 'aws organizations enable-aws-service-access --service-principal account.amazonaws.com',
} as const;

const inManagement = '# in the management account';

export const organizationCheck: Check = {
  name: 'organization',
  async look({ config, accountId }) {
    const client = new OrganizationsClient({ region: config.hubRegion });
    const described = await look('organizations:DescribeOrganization', async () => {
      const { Organization } = await client.send(new DescribeOrganizationCommand({}));
      return Organization;
    });
    if (described.kind === 'unseen') return [described.finding];
    if (described.kind === 'nothing' || described.value === undefined)
      return [fail('this account is in no organization', 'aws organizations create-organization --feature-set ALL')];
    const organization = described.value;
    const isManagement = organization.MasterAccountId === accountId;
    return [
      ...judgeOrganization(organization, config, isManagement),
      await rootFinding(client, config),
      await trustFinding(client),
      ...(isManagement ? [] : [await delegationFinding(client, accountId)]),
    ];
  },
};

export function judgeOrganization({ Id, FeatureSet }: Organization, config: Config, isManagement: boolean): Finding[] {
  const { organizationId, stackSetCallAs } = config;
  const wanted = isManagement ? 'SELF' : 'DELEGATED_ADMIN';
  return [
    Id === organizationId
      ? pass(`the organization is ${Id}`)
      : fail(
          `the organization is ${Id}, the config says ${organizationId}`,
          `# muster.config.ts: organizationId: '${Id}'`,
        ),
    FeatureSet === 'ALL'
      ? pass('it has all features')
      : fail('it has consolidated billing only', inManagement, 'aws organizations enable-all-features'),
    stackSetCallAs === wanted
      ? pass(`StackSets are called as ${wanted}`)
      : fail(`StackSets have to be called as ${wanted} from here`, `# muster.config.ts: stackSetCallAs: '${wanted}'`),
  ];
}

async function rootFinding(client: OrganizationsClient, { organizationRootId: asked }: Config): Promise<Finding> {
  const roots = await look('organizations:ListRoots', () => client.send(new ListRootsCommand({})));
  if (roots.kind === 'unseen') return roots.finding;
  const id = roots.kind === 'seen' ? roots.value.Roots?.[0]?.Id : undefined;
  if (asked === null) return pass(`its root is ${id}: give it to MusterMember as OrganizationRootId`);
  return asked === id
    ? pass(`its root is ${id}`)
    : fail(`its root is ${id}, the config says ${asked}`, `# muster.config.ts: organizationRootId: '${id}'`);
}

async function trustFinding(client: OrganizationsClient): Promise<Finding> {
  const enabled = await look('organizations:ListAWSServiceAccessForOrganization', async () => {
    const principals: string[] = [];
    for await (const { EnabledServicePrincipals = [] } of paginateListAWSServiceAccessForOrganization({ client }, {}))
      principals.push(...EnabledServicePrincipals.flatMap(({ ServicePrincipal }) => ServicePrincipal ?? []));
    return principals;
  });
  return enabled.kind === 'unseen' ? enabled.finding : judgeTrust(enabled.kind === 'seen' ? enabled.value : []);
}

export function judgeTrust(enabled: readonly string[]): Finding {
  const missing = Object.entries(services).filter(([principal]) => !enabled.includes(principal));
  if (missing.length === 0) return pass('StackSets and Account Management have trusted access');
  const names = missing.map(([principal]) => principal).join(' and ');
  return fail(`no trusted access for ${names}`, inManagement, ...missing.map(([, command]) => command));
}

async function delegationFinding(client: OrganizationsClient, AccountId: string): Promise<Finding> {
  const delegated = await look('organizations:ListDelegatedServicesForAccount', async () => {
    const principals: string[] = [];
    for await (const { DelegatedServices = [] } of paginateListDelegatedServicesForAccount({ client }, { AccountId }))
      principals.push(...DelegatedServices.flatMap(({ ServicePrincipal }) => ServicePrincipal ?? []));
    return principals;
  });
  if (delegated.kind === 'unseen') return delegated.finding;
  return judgeDelegations(delegated.kind === 'seen' ? delegated.value : [], AccountId);
}

export function judgeDelegations(delegated: readonly string[], accountId: Ground['accountId']): Finding {
  const missing = Object.keys(services).filter((principal) => !delegated.includes(principal));
  if (missing.length === 0) return pass('the hub is delegated administrator of StackSets and Account Management');
  const register = (principal: string) =>
    `aws organizations register-delegated-administrator --account-id ${accountId} --service-principal ${principal}`;
  return fail(
    `the hub is no delegated administrator of ${missing.join(' and ')}`,
    inManagement,
    ...missing.map(register),
  );
}
