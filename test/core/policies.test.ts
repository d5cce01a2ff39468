import { describe, expect, it } from 'vitest';
import {
  type BucketTerms,
  inventoryBucketStatements,
  inventoryKeyStatements,
  memberRoleStatements,
  memberTrust,
} from '../../core/policies.ts';

const terms: BucketTerms = {
  partition: 'aws-cn',
  organizationId: 'o-a1b2c3d4e5',
  regionalPrincipals: [],
  bucketName: 'inventory-bucket',
  prefix: 'inventory',
  literalAccountPath: false,
};
const find = (statements: ReturnType<typeof inventoryBucketStatements>, action: string) =>
  statements.find(({ Action }) => Action.includes(action));

describe('the policy of the inventory bucket', () => {
  const statements = inventoryBucketStatements(terms);

  it('lets SSM look at the bucket', () => {
    expect(find(statements, 's3:GetBucketAcl')).toMatchObject({
      Principal: { Service: ['ssm.amazonaws.com'] },
      Resource: ['arn:aws-cn:s3:::inventory-bucket'],
    });
  });

  it('binds the path to the account that writes, within the organization', () => {
    expect(find(statements, 's3:PutObject')).toMatchObject({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an IAM policy variable
      Resource: ['arn:aws-cn:s3:::inventory-bucket/inventory/*/accountid=${aws:SourceAccount}/*'],
      Condition: {
        StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5', 's3:x-amz-acl': 'bucket-owner-full-control' },
      },
    });
  });

  it('lets SSM tag in the same place, within the organization', () => {
    expect(find(statements, 's3:PutObjectTagging')).toMatchObject({
      Resource: find(statements, 's3:PutObject')?.Resource,
      Condition: { StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } },
    });
  });

  it('denies everyone what is not encrypted on the way', () => {
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toEqual([
      {
        Sid: 'DenyInsecureTransport',
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:*'],
        Resource: ['arn:aws-cn:s3:::inventory-bucket', 'arn:aws-cn:s3:::inventory-bucket/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  it('has switches for a literal path, no prefix and principals of Regions', () => {
    const switched = inventoryBucketStatements({
      ...terms,
      prefix: '',
      literalAccountPath: true,
      regionalPrincipals: ['ap-east-1'],
    });
    expect(find(switched, 's3:PutObject')).toMatchObject({
      Principal: { Service: ['ssm.amazonaws.com', 'ssm.ap-east-1.amazonaws.com'] },
      Resource: ['arn:aws-cn:s3:::inventory-bucket/*/accountid=*/*'],
    });
  });
});

describe('the policy of the inventory key', () => {
  it.each([
    [false, {}],
    [true, { StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } }],
  ])('lets syncs encrypt, bound to the organization: %s', (sourceOrgIdReachesKms, more) => {
    expect(inventoryKeyStatements({ ...terms, sourceOrgIdReachesKms })).toEqual([
      {
        Sid: 'SsmEncrypts',
        Effect: 'Allow',
        Principal: { Service: ['ssm.amazonaws.com'] },
        Action: ['kms:GenerateDataKey'],
        Resource: ['*'],
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws-cn:ssm:*:*:resource-data-sync/*' }, ...more },
      },
    ]);
  });
});

describe('the member role', () => {
  const account = { partition: 'aws', accountId: '100000000010' };
  const statements = memberRoleStatements({ ...account, canary: false, collection: 'adopt' });

  it('writes syncs under our names only, so that nobody else loses one', () => {
    expect(find(statements, 'ssm:DeleteResourceDataSync')?.Resource).toEqual([
      'arn:aws:ssm:*:100000000010:resource-data-sync/muster-*',
    ]);
  });

  it('may do nothing but what a visit does', () => {
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      'ssm:CreateResourceDataSync',
      'ssm:DeleteResourceDataSync',
      'ssm:DescribeAssociation',
      'ssm:DescribeInstanceInformation',
      'ssm:GetInventory',
      'ssm:ListAssociations',
      'ssm:ListResourceDataSync',
    ]);
  });

  it('asks for no association where nobody looks at them', () => {
    const off = memberRoleStatements({ ...account, canary: false, collection: 'off' });
    expect(off.flatMap(({ Action }) => Action).filter((action) => action.includes('Association'))).toEqual([]);
  });

  it('makes and deletes associations of the inventory document only, and only where they are to be ensured', () => {
    const ensuring = memberRoleStatements({ ...account, canary: false, collection: 'ensure' });
    expect(ensuring.slice(0, -1)).toEqual(statements);
    const { Action, Resource = [] } = ensuring.at(-1) ?? {};
    expect(Action).toEqual(['ssm:CreateAssociation', 'ssm:DeleteAssociation']);
    expect(Resource.filter((arn) => arn.includes('document'))).toEqual([
      'arn:aws:ssm:*:*:document/AWS-GatherSoftwareInventory',
    ]);
  });

  it('may put heartbeats where there is a canary, and no other inventory', () => {
    const withCanary = memberRoleStatements({ ...account, canary: true, collection: 'adopt' });
    expect(withCanary.slice(0, -1)).toEqual(statements);
    expect(withCanary.at(-1)).toMatchObject({
      Action: ['ssm:PutInventory'],
      Condition: {
        'ForAllValues:StringEquals': { 'ssm:InventoryTypeName': ['Custom:MusterHeartbeat'] },
        Null: { 'ssm:InventoryTypeName': 'false' },
      },
    });
  });

  it('trusts the root of the hub, narrowed to named roles of the organization', () => {
    const roleNames = ['MusterConvergeAccounts'];
    expect(
      memberTrust({ partition: 'aws', organizationId: 'o-a1b2c3d4e5', hubAccountId: '100000000002', roleNames }),
    ).toEqual([
      {
        Sid: 'HubVisits',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::100000000002:root'] },
        Action: ['sts:AssumeRole'],
        Condition: {
          StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
          ArnEquals: { 'aws:PrincipalArn': ['arn:aws:iam::100000000002:role/MusterConvergeAccounts'] },
        },
      },
    ]);
  });
});
