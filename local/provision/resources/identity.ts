import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Template } from '../intrinsics.ts';
import { ignored, Policy, type ResourceContext, resourceType } from '../resource.ts';

const InlinePolicy = z.strictObject({ PolicyName: z.string(), PolicyDocument: Policy });

function roleArn(name: string, { services, account }: ResourceContext): string {
  return `arn:${services.cloud.partition}:iam::${account}:role/${name}`;
}

export const identityTypes = {
  'AWS::IAM::Role': resourceType(
    z.strictObject({
      RoleName: z.string().optional(),
      AssumeRolePolicyDocument: Policy,
      Policies: z.array(InlinePolicy).default([]),
      Description: ignored,
    }),
    (properties, context) => {
      const { directory } = context.services;
      const name = properties.RoleName ?? context.nameWithin(64);
      const { arn } = directory.putRole({ arn: roleArn(name, context), trust: properties.AssumeRolePolicyDocument });
      for (const { PolicyName, PolicyDocument } of properties.Policies)
        directory.putRolePolicy(arn, PolicyName, PolicyDocument);
      return { ref: name, attributes: { Arn: arn } };
    },
  ),

  'AWS::IAM::Policy': resourceType(
    InlinePolicy.extend({ Roles: z.array(z.string()).min(1) }),
    ({ PolicyName, PolicyDocument, Roles }, context) => {
      for (const name of Roles)
        context.services.directory.putRolePolicy(roleArn(name, context), PolicyName, PolicyDocument);
      return { ref: PolicyName };
    },
  ),

  /** Its stacks never reach the management account ("Using AWS CloudFormation StackSets with AWS Organizations"). */
  'AWS::CloudFormation::StackSet': resourceType(
    z.strictObject({
      StackSetName: z.string(),
      PermissionModel: z.literal('SERVICE_MANAGED'),
      TemplateBody: z.string().optional(),
      TemplateURL: z.string().optional(),
      Parameters: z.array(z.strictObject({ ParameterKey: z.string(), ParameterValue: z.string() })).default([]),
      StackInstancesGroup: z.array(
        z.strictObject({
          DeploymentTargets: z.strictObject({ OrganizationalUnitIds: z.array(z.string()) }),
          Regions: z.array(z.string()),
        }),
      ),
      AutoDeployment: ignored,
      CallAs: ignored,
      Capabilities: ignored,
      Description: ignored,
      ManagedExecution: ignored,
      OperationPreferences: ignored,
    }),
    async ({ StackSetName: name, StackInstancesGroup, ...properties }, { services, asset, deploy }) => {
      const { TemplateBody, TemplateURL = '' } = properties;
      const template: Template = JSON.parse(TemplateBody ?? readFileSync(asset(TemplateURL), 'utf8'));
      const parameters = Object.fromEntries(
        properties.Parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
      );
      for (const { DeploymentTargets, Regions } of StackInstancesGroup)
        for (const account of services.tree.membersOf(DeploymentTargets.OrganizationalUnitIds))
          for (const region of Regions) {
            const id = services.cloud.draw.uuid('stack instance', name, account, region);
            await deploy(`StackSet-${name}-${id}`, template, { account, region, parameters });
          }
      return { ref: name };
    },
  ),
};
