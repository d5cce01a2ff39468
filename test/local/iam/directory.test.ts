import { describe, expect, it } from 'vitest';
import { IamDirectory } from '../../../local/iam/directory.ts';
import type { PolicyDocument } from '../../../local/iam/policy.ts';

const arn = 'arn:aws:iam::100000000010:role/muster/MusterMember';
const trusting = (AWS: string): PolicyDocument => ({
  Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } },
});
const trust = trusting('100000000002');
const allow = (Action: string): PolicyDocument => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

describe('the directory of roles', () => {
  it('keeps policies and id when a role is put again', () => {
    const directory = new IamDirectory();
    const made = directory.putRole({ arn, trust });
    directory.putRolePolicy(arn, 'syncs', allow('ssm:*'));
    directory.putRolePolicy(arn, 'syncs', allow('ssm:List*'));
    directory.putRolePolicy(arn, 'nodes', allow('ssm:Describe*'));
    const again = directory.putRole({ arn, trust: trusting('*'), maxSessionSeconds: 7200 });
    expect(again).toMatchObject({
      id: made.id,
      account: '100000000010',
      name: 'MusterMember',
      maxSessionSeconds: 7200,
    });
    expect(again.policies).toEqual([
      { name: '100000000010:MusterMember/syncs', document: allow('ssm:List*') },
      { name: '100000000010:MusterMember/nodes', document: allow('ssm:Describe*') },
    ]);
  });

  it('gives a role that is made again another id (IAM User Guide, "Unique identifiers")', () => {
    const directory = new IamDirectory();
    const { id } = directory.putRole({ arn, trust });
    directory.deleteRole(arn);
    expect(directory.putRole({ arn, trust }).id).not.toBe(id);
  });

  it('refuses what IAM refuses', () => {
    const directory = new IamDirectory();
    expect(() => directory.putRole({ arn: 'MusterMember', trust })).toThrow('MusterMember is not the ARN of a role');
    expect(() => directory.putRole({ arn, trust: allow('s3:*') })).toThrow('Principal is missing');
    expect(() => directory.putRolePolicy(arn, 'p', allow('s3:*'))).toThrow('cannot be found');
    directory.putRole({ arn, trust });
    expect(() => directory.putRolePolicy(arn, 'p', trusting('*'))).toThrow('Resource is missing');
  });

  it('refuses trust in a role that does not exist (IAM User Guide, "Invalid principal in policy")', () => {
    const directory = new IamDirectory();
    const other = 'arn:aws:iam::100000000002:role/Muster';
    expect(() => directory.putRole({ arn, trust: trusting(other) })).toThrow(
      `Invalid principal in policy: "AWS":"${other}"`,
    );
    directory.putRole({
      arn: other,
      trust: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' } },
    });
    expect(directory.putRole({ arn, trust: trusting(other) }).arn).toBe(arn);
  });
});
