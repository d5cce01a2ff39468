import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import type { AdministratorCaller, Caller, RoleCaller } from '../../../local/cloud/service.ts';
import { createAuthorizer } from '../../../local/iam/authorizer.ts';
import { IamDirectory } from '../../../local/iam/directory.ts';
import { OrganizationTree } from '../../../local/services/organization-tree.ts';
import { createSts } from '../../../local/services/sts.ts';

const HUB = '100000000002';
const MEMBER = '100000000010';
const start = new Date('2026-11-20T06:00:00Z');
const VISITOR = `arn:aws:iam::${HUB}:role/MusterConvergeAccounts`;
const VISITED = `arn:aws:iam::${MEMBER}:role/muster/MusterMember`;
const lambda: Caller = { kind: 'service', principal: 'lambda.amazonaws.com', sourceAccount: HUB };
const operator: AdministratorCaller = { kind: 'administrator', account: HUB, arn: `arn:aws:iam::${HUB}:user/operator` };
const visitor: RoleCaller = {
  kind: 'role',
  account: HUB,
  arn: `arn:aws:sts::${HUB}:assumed-role/MusterConvergeAccounts/fn`,
  roleArn: VISITOR,
  sessionName: 'fn',
};

function world() {
  const cloud = new Cloud(new Clock(start), new Draw(1));
  const directory = new IamDirectory();
  const organization = new OrganizationTree({
    id: 'o-a1b2c3d4e5',
    rootId: 'r-ab12',
    managementAccountId: '100000000001',
  });
  for (const id of [HUB, MEMBER]) organization.putAccount({ id, joinedAt: start });
  directory.putRole({
    arn: VISITOR,
    trust: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } } },
  });
  directory.putRolePolicy(VISITOR, 'visit', {
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/*' },
  });
  // As the deployed member role: the hub's root, the organization, and fixed role names; never a role ARN as Principal.
  directory.putRole({
    arn: VISITED,
    trust: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: `arn:aws:iam::${HUB}:root` },
        Condition: {
          StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
          ArnEquals: { 'aws:PrincipalArn': [VISITOR, operator.arn] },
        },
      },
    },
  });
  cloud.add(createSts(cloud, directory));
  cloud.authorizeWith(createAuthorizer({ directory, organization }).authorize);
  const ask = <Output>(caller: Caller, operation: string, input: object) =>
    cloud.ask<Output>({ service: 'sts', operation, region: 'us-east-1', caller, input });
  const assume = (caller: Caller, input: Partial<AssumeRoleCommandInput> = {}) =>
    ask<AssumeRoleCommandOutput>(caller, 'AssumeRole', { RoleArn: VISITED, RoleSessionName: 'run', ...input });
  return { cloud, directory, ask, assume };
}

describe('AssumeRole', () => {
  it('gives a visitor whom the trust policy names a session of the role for an hour', async () => {
    const { assume, cloud } = world();
    const { Credentials, AssumedRoleUser } = await assume(visitor);
    const arn = `arn:aws:sts::${MEMBER}:assumed-role/MusterMember/run`;
    expect(AssumedRoleUser).toEqual({ AssumedRoleId: expect.stringMatching(/^AROA.*:run$/), Arn: arn });
    expect(Credentials?.Expiration).toEqual(new Date('2026-11-20T07:00:00Z'));
    expect(cloud.sessions.resolve(Credentials?.AccessKeyId ?? '')).toEqual({
      kind: 'role',
      account: MEMBER,
      arn,
      roleArn: VISITED,
      sessionName: 'run',
    });
  });

  it('serves a service that the trust policy names, and operators, but nobody else', async () => {
    const { assume } = world();
    await expect(assume(lambda, { RoleArn: VISITOR })).resolves.toMatchObject({ PackedPolicySize: 0 });
    await expect(assume(operator)).resolves.toMatchObject({ PackedPolicySize: 0 });
    await expect(assume({ ...lambda, principal: 'states.amazonaws.com' }, { RoleArn: VISITOR })).rejects.toThrow(
      'states.amazonaws.com is not authorized',
    );
    await expect(assume(lambda)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('answers for a role that does not exist as for one that does not trust (IAM User Guide, "Troubleshoot IAM roles")', async () => {
    const { assume, directory } = world();
    const text = `User: ${visitor.arn} is not authorized to perform: sts:AssumeRole on resource: `;
    directory.deleteRole(VISITED);
    await expect(assume(visitor)).rejects.toMatchObject({ name: 'AccessDenied', status: 403, message: text + VISITED });
    await expect(assume(operator)).rejects.toMatchObject({ name: 'AccessDenied' });
    directory.putRole({
      arn: VISITED,
      trust: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: MEMBER } } },
    });
    await expect(assume(visitor)).rejects.toMatchObject({ name: 'AccessDenied', message: text + VISITED });
  });

  it('gives a session an hour, or less where asked ("Role chaining", IAM User Guide)', async () => {
    const { assume } = world();
    const half = await assume(lambda, { RoleArn: VISITOR, DurationSeconds: 1800 });
    expect(half.Credentials?.Expiration).toEqual(new Date('2026-11-20T06:30:00Z'));
    for (const DurationSeconds of [899, 3601])
      await expect(assume(visitor, { DurationSeconds })).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it.each([
    [{ RoleArn: 'MusterMember' }, 'ValidationError'],
    [{ RoleSessionName: 'a b' }, 'ValidationError'],
    [{ Policy: '{}' }, 'NotImplemented'],
  ])('refuses %j', async (input, name) => {
    await expect(world().assume(visitor, input)).rejects.toMatchObject({ name });
  });

  it('tells the trust policy the external id', async () => {
    const { assume, directory } = world();
    const Condition = { StringEquals: { 'sts:ExternalId': 'x', 'sts:RoleSessionName': 'run' } };
    const Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: HUB }, Condition } as const;
    directory.putRole({ arn: VISITED, trust: { Statement } });
    await expect(assume(visitor, { ExternalId: 'x' })).resolves.toHaveProperty('Credentials');
    await expect(assume(visitor)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

// STS API reference, GetCallerIdentity: "No permissions are required".
describe('GetCallerIdentity', () => {
  it('answers everybody', async () => {
    const { ask, directory } = world();
    const role = { Account: HUB, Arn: visitor.arn };
    expect(await ask(visitor, 'GetCallerIdentity', {})).toEqual({
      ...role,
      UserId: expect.stringMatching(/^AROA.{17}:fn$/),
    });
    directory.deleteRole(VISITOR);
    expect(await ask(visitor, 'GetCallerIdentity', {})).toMatchObject(role);
    expect(await ask(operator, 'GetCallerIdentity', {})).toMatchObject({ Account: HUB });
    expect(await ask(lambda, 'GetCallerIdentity', {})).toMatchObject({ Arn: 'lambda.amazonaws.com' });
  });
});
