import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { RoleCaller, ServiceCaller } from '../cloud/service.ts';

interface Role {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly region: string;
}

/** The session in which an AWS service acts as a role it was given. Faults: AccessDenied when the role does not trust the service. */
export async function openServiceSession(cloud: Cloud, service: ServiceCaller, role: Role) {
  const { Credentials: credentials } = await cloud.ask<AssumeRoleCommandOutput>({
    service: 'sts',
    operation: 'AssumeRole',
    region: role.region,
    caller: service,
    input: { RoleArn: role.roleArn, RoleSessionName: role.sessionName },
  });
  const caller = cloud.sessions.resolve(credentials?.AccessKeyId ?? '');
  if (!credentials || typeof caller !== 'object' || caller.kind !== 'role')
    throw new AwsFault('AccessDenied', `no session of ${role.roleArn}`);
  return { caller, credentials };
}

/** As `openServiceSession`, for what only needs to know who calls. */
export async function assumeServiceRole(cloud: Cloud, service: ServiceCaller, role: Role): Promise<RoleCaller> {
  return (await openServiceSession(cloud, service, role)).caller;
}
