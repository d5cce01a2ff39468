import { inventoryDocument } from './association.ts';
import { heartbeatType } from './inventory-key.ts';

/** An IAM policy statement as JSON. Strings given may be CDK tokens, so they are concatenated and never looked into. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: { readonly Service: string[] } | { readonly AWS: string[] } | '*';
  readonly Action: string[];
  readonly Resource?: string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

export interface DeliveryTerms {
  readonly partition: string;
  readonly organizationId: string;
  /** Regions whose own principal `ssm.<region>.amazonaws.com` is named besides the global one. */
  readonly regionalPrincipals: readonly string[];
}

export interface BucketTerms extends DeliveryTerms {
  readonly bucketName: string;
  readonly prefix: string;
  /** Allows any account's path, as AWS's own example does, where the policy variable is not to be relied on. */
  readonly literalAccountPath: boolean;
}

function deliverers(regions: readonly string[]): { Service: string[] } {
  return { Service: ['ssm.amazonaws.com', ...regions.map((region) => `ssm.${region}.amazonaws.com`)] };
}

/** Lets SSM deliver for the organization's accounts; the path is bound to the account that writes. */
export function inventoryBucketStatements(terms: BucketTerms): PolicyStatement[] {
  const { partition, bucketName, prefix, organizationId } = terms;
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  const folder = prefix === '' ? '' : `${prefix}/`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM replaces this policy variable
  const account = terms.literalAccountPath ? '*' : '${aws:SourceAccount}';
  const delivery: Pick<PolicyStatement, 'Effect' | 'Principal' | 'Resource'> = {
    Effect: 'Allow',
    Principal: deliverers(terms.regionalPrincipals),
    Resource: [`${bucketArn}/${folder}*/accountid=${account}/*`],
  };
  return [
    {
      Sid: 'SsmChecksBucket',
      Effect: 'Allow',
      Principal: deliverers(terms.regionalPrincipals),
      Action: ['s3:GetBucketAcl'],
      Resource: [bucketArn],
    },
    {
      Sid: 'SsmDelivers',
      ...delivery,
      Action: ['s3:PutObject'],
      Condition: {
        StringEquals: { 'aws:SourceOrgID': organizationId, 's3:x-amz-acl': 'bucket-owner-full-control' },
      },
    },
    {
      Sid: 'SsmTags',
      ...delivery,
      Action: ['s3:PutObjectTagging'],
      Condition: { StringEquals: { 'aws:SourceOrgID': organizationId } },
    },
    denyInsecureTransport(bucketArn),
  ];
}

/** Exempts no one, service principals included. */
export function denyInsecureTransport(bucketArn: string): PolicyStatement {
  return {
    Sid: 'DenyInsecureTransport',
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:*'],
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

/** `sourceOrgIdReachesKms`: whether S3's call to KMS on behalf of SSM carries `aws:SourceOrgID`, which AWS does not document. */
export function inventoryKeyStatements(terms: DeliveryTerms & { sourceOrgIdReachesKms: boolean }): PolicyStatement[] {
  const { partition, organizationId, regionalPrincipals, sourceOrgIdReachesKms } = terms;
  return [
    {
      Sid: 'SsmEncrypts',
      Effect: 'Allow',
      Principal: deliverers(regionalPrincipals),
      Action: ['kms:GenerateDataKey'],
      Resource: ['*'],
      Condition: {
        ArnLike: { 'aws:SourceArn': `arn:${partition}:ssm:*:*:resource-data-sync/*` },
        ...(sourceOrgIdReachesKms ? { StringEquals: { 'aws:SourceOrgID': organizationId } } : {}),
      },
    },
  ];
}

export interface MemberTerms {
  readonly partition: string;
  readonly accountId: string;
  readonly canary: boolean;
  readonly collection: 'off' | 'adopt' | 'ensure';
}

/** What a visit may do in a member account. Most reads have no resource-level permission; syncs are written under our own names only. */
export function memberRoleStatements({ partition, accountId, canary, collection }: MemberTerms): PolicyStatement[] {
  const associations = ['ssm:DescribeAssociation', 'ssm:ListAssociations'];
  return [
    {
      Sid: 'Observe',
      Effect: 'Allow',
      Action: [
        ...(collection === 'off' ? [] : associations),
        'ssm:DescribeInstanceInformation',
        'ssm:GetInventory',
        'ssm:ListResourceDataSync',
      ],
      Resource: ['*'],
    },
    {
      Sid: 'WriteOwnSyncs',
      Effect: 'Allow',
      Action: ['ssm:CreateResourceDataSync', 'ssm:DeleteResourceDataSync'],
      Resource: [`arn:${partition}:ssm:*:${accountId}:resource-data-sync/muster-*`],
    },
    ...(canary ? [putHeartbeats] : []),
    ...(collection === 'ensure' ? [collectInventory(partition, accountId)] : []),
  ];
}

/**
 * A call needs every resource that it names, association, document and nodes (Service Authorization Reference, Systems Manager). The document is what
 * bounds it: any other could run code on every node. It is AWS's, whose account is empty in the ARN, and no customer may name a document so.
 */
function collectInventory(partition: string, accountId: string): PolicyStatement {
  const own = (service: string, resource: string) => `arn:${partition}:${service}:*:${accountId}:${resource}`;
  return {
    Sid: 'CollectInventory',
    Effect: 'Allow',
    Action: ['ssm:CreateAssociation', 'ssm:DeleteAssociation'],
    Resource: [
      own('ssm', 'association/*'),
      `arn:${partition}:ssm:*:*:document/${inventoryDocument}`,
      own('ec2', 'instance/*'),
      own('ssm', 'managed-instance/*'),
    ],
  };
}

/**
 * PutInventory has no resource-level permission; the key holds the types of all items of a request (Service Authorization Reference, Systems
 * Manager). Null, because a ForAllValues condition holds for a request without the key too (IAM user guide, multivalued context keys).
 */
const putHeartbeats: PolicyStatement = {
  Sid: 'PutHeartbeats',
  Effect: 'Allow',
  Action: ['ssm:PutInventory'],
  Resource: ['*'],
  Condition: {
    'ForAllValues:StringEquals': { 'ssm:InventoryTypeName': [heartbeatType] },
    Null: { 'ssm:InventoryTypeName': 'false' },
  },
};

/** What the management account tells of itself. */
export function regionReaderStatements({
  partition,
  accountId,
}: Pick<MemberTerms, 'partition' | 'accountId'>): PolicyStatement[] {
  const own = `arn:${partition}:account::${accountId}:account`;
  return [{ Sid: 'ListOwnRegions', Effect: 'Allow', Action: ['account:ListRegions'], Resource: [own] }];
}

export interface TrustTerms {
  readonly partition: string;
  readonly organizationId: string;
  readonly hubAccountId: string;
  /** The hub's roles that visit accounts. They need not exist yet, and may be created anew: a Principal must, and may not. */
  readonly roleNames: readonly string[];
}

export function memberTrust({ partition, organizationId, hubAccountId, roleNames }: TrustTerms): PolicyStatement[] {
  const hub = `arn:${partition}:iam::${hubAccountId}`;
  return [
    {
      Sid: 'HubVisits',
      Effect: 'Allow',
      Principal: { AWS: [`${hub}:root`] },
      Action: ['sts:AssumeRole'],
      Condition: {
        StringEquals: { 'aws:PrincipalOrgID': organizationId },
        ArnEquals: { 'aws:PrincipalArn': roleNames.map((name) => `${hub}:role/${name}`) },
      },
    },
  ];
}
