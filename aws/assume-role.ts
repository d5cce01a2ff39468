import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';

export interface AssumedRole {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A session of an hour, as a role's sessions are by default (STS API reference, AssumeRole). Errors are the SDK's. */
export async function assumeRole(sts: STSClient, RoleArn: string, RoleSessionName: string): Promise<AssumedRole> {
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
