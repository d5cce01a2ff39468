import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Template } from '../intrinsics.ts';
import { ignored, type ResourceType, resourceType } from '../resource.ts';

const Body = z.string().transform((text, context): Template => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('the template is not JSON');
    return z.NEVER;
  }
});

const stackSet = resourceType(
  'AWS::CloudFormation::StackSet',
  z.strictObject({
    StackSetName: z.string(),
    PermissionModel: z.literal('SERVICE_MANAGED'),
    AutoDeployment: z.strictObject({ Enabled: z.boolean(), RetainStacksOnAccountRemoval: ignored }),
    TemplateBody: Body.optional(),
    TemplateURL: z.string().optional(),
    Parameters: z.array(z.strictObject({ ParameterKey: z.string(), ParameterValue: z.string() })).default([]),
    StackInstancesGroup: z.array(
      z.strictObject({
        DeploymentTargets: z.strictObject({ OrganizationalUnitIds: z.array(z.string()) }),
        Regions: z.array(z.string()),
      }),
    ),
    CallAs: ignored,
    Capabilities: ignored,
    Description: ignored,
    ManagedExecution: ignored,
    OperationPreferences: ignored,
    Tags: ignored,
  }),
  async (properties, { cloud, account, region, asset, rollOut }) => {
    const { StackSetName: name, TemplateBody, TemplateURL = '', AutoDeployment, Parameters } = properties;
    await rollOut({
      name,
      template: TemplateBody ?? Body.parse(readFileSync(asset(TemplateURL), 'utf8')),
      autoDeployment: AutoDeployment.Enabled,
      parameters: Object.fromEntries(
        Parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
      ),
      instances: properties.StackInstancesGroup.map(({ DeploymentTargets, Regions }) => ({
        units: DeploymentTargets.OrganizationalUnitIds,
        regions: Regions,
      })),
    });
    const id = `${name}:${cloud.draw.uuid('stack set', name, account, region)}`;
    return { ref: id, attributes: { StackSetId: id } };
  },
);

export const stackSetTypes: readonly ResourceType[] = [stackSet];
