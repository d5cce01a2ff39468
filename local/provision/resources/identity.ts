import { z } from 'zod';
import { AwsFault } from '../../cloud/aws-fault.ts';
import { ignored, Policy, type ResourceContext, type ResourceType, resourceType } from '../resource.ts';

const InlinePolicy = z.strictObject({ PolicyName: z.string(), PolicyDocument: Policy });

const role = resourceType(
  'AWS::IAM::Role',
  z.strictObject({
    RoleName: z.string().optional(),
    AssumeRolePolicyDocument: Policy,
    Policies: z.array(InlinePolicy).default([]),
    PermissionsBoundary: z.string().optional(),
    MaxSessionDuration: z.number().optional(),
    /** No role of ours has a managed policy, and none is known here. */
    ManagedPolicyArns: z.array(z.string()).max(0).optional(),
    Path: z.literal('/').optional(),
    Description: ignored,
    Tags: ignored,
  }),
  (properties, context) => {
    const { directory } = context.services;
    const name = properties.RoleName ?? context.nameWithin(64);
    const { arn, id } = directory.putRole({
      arn: roleArn(name, context),
      trust: properties.AssumeRolePolicyDocument,
      boundary: boundary(properties.PermissionsBoundary, context),
      maxSessionSeconds: properties.MaxSessionDuration,
    });
    for (const { PolicyName, PolicyDocument } of properties.Policies)
      directory.putRolePolicy(arn, PolicyName, PolicyDocument);
    return { ref: name, attributes: { Arn: arn, RoleId: id } };
  },
);

const policy = resourceType(
  'AWS::IAM::Policy',
  InlinePolicy.extend({ Roles: z.array(z.string()).min(1) }),
  ({ PolicyName, PolicyDocument, Roles }, context) => {
    for (const name of Roles)
      context.services.directory.putRolePolicy(roleArn(name, context), PolicyName, PolicyDocument);
    return { ref: PolicyName };
  },
);

function roleArn(name: string, { cloud, account }: ResourceContext): string {
  return `arn:${cloud.partition}:iam::${account}:role/${name}`;
}

function boundary(arn: string | undefined, { services }: ResourceContext) {
  if (arn === undefined) return undefined;
  const found = services.managedPolicy(arn);
  if (!found) throw new AwsFault('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`);
  return found;
}

export const identityTypes: readonly ResourceType[] = [role, policy];
