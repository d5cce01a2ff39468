import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { RoleCaller, ServiceCaller } from '../cloud/service.ts';

/** The session in which an AWS service acts as a role it was given. Faults: AccessDenied when the role does not trust the service. */
export async function assumeServiceRole(
  cloud: Cloud,
  service: ServiceCaller,
  role: { roleArn: string; sessionName: string; region: string },
): Promise<RoleCaller> {
  const { Credentials } = await cloud.ask<AssumeRoleCommandOutput>({
    service: 'sts',
    operation: 'AssumeRole',
    region: role.region,
    caller: service,
    input: { RoleArn: role.roleArn, RoleSessionName: role.sessionName },
  });
  const session = cloud.sessions.resolve(Credentials?.AccessKeyId ?? '');
  if (session === undefined || session === 'expired' || session.kind !== 'role')
    throw new AwsFault('AccessDenied', `no session of ${role.roleArn}`);
  return session;
}
