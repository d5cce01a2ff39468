import {
  Aws,
  BootstraplessSynthesizer,
  CfnParameter,
  CfnStackSet,
  type IStackSynthesizer,
  Stack,
  Stage,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { MemberRole } from '../constructs/member-role.ts';
import type { ConfiguredStackProps } from './configured.ts';

/** CloudFormation takes a template body of at most this many bytes (CloudFormation quotas). */
const templateBytes = 51_200;

/** What the StackSet puts into every account, synthesized as a stack of its own so that every check of the app sees it. */
function rolesTemplate(scope: Construct, { config, ...props }: ConfiguredStackProps): string {
  const stage = new Stage(scope, 'MemberTemplates');
  const roles = new Stack(stage, 'Roles', {
    ...props,
    description: 'Muster: the role that the hub assumes in this account',
    // Accounts that join are not bootstrapped. CDK declares its optional properties as read by a looser compiler than ours.
    synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
  });
  new MemberRole(roles, 'MemberRole', config);
  const body = JSON.stringify(stage.synth().getStackArtifact(roles.artifactId).template);
  if (Buffer.byteLength(body) > templateBytes)
    throw new Error(`the template of the member roles is over ${templateBytes} bytes`);
  return body;
}

/** The units of the config, or the root: StackSets reach every unit below. */
function deploymentTargets(stack: Stack, { organizationalUnits, organizationRootId }: Config): string[] {
  if (organizationalUnits.length > 0) return organizationalUnits;
  if (organizationRootId !== null) return [organizationRootId];
  const root = new CfnParameter(stack, 'OrganizationRootId', {
    description: 'The root of the organization (r-...), all of whose accounts get the role',
    allowedPattern: '^r-[a-z0-9]{4,32}$',
  });
  return [root.valueAsString];
}

/** The StackSet that brings the member role to every account, also to those that join later. */
export class MusterMember extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: ConfiguredStackProps) {
    super(scope, id, { ...props, description: 'Muster: StackSet of the member role' });
    new CfnStackSet(this, 'Roles', {
      stackSetName: 'muster-roles',
      description: 'The role that Muster assumes in every account of the organization',
      permissionModel: 'SERVICE_MANAGED',
      callAs: config.stackSetCallAs,
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      managedExecution: { Active: true },
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody: rolesTemplate(scope, { ...props, config }),
      parameters: [{ parameterKey: 'HubAccountId', parameterValue: Aws.ACCOUNT_ID }],
      // One Region: a role exists once per account, whatever the Region of the stack that makes it.
      stackInstancesGroup: [
        {
          deploymentTargets: { organizationalUnitIds: deploymentTargets(this, config) },
          regions: [config.hubRegion],
        },
      ],
      operationPreferences: { maxConcurrentPercentage: 25, failureTolerancePercentage: 10 },
    });
  }
}
