import { z } from 'zod';
import { ignored, Policy, type ResourceType, resourceType } from '../resource.ts';

const bucket = resourceType(
  'AWS::S3::Bucket',
  z.strictObject({
    BucketName: z.string().optional(),
    BucketEncryption: z
      .strictObject({
        ServerSideEncryptionConfiguration: z.tuple([
          z.strictObject({
            BucketKeyEnabled: z.boolean().default(false),
            ServerSideEncryptionByDefault: z.strictObject({
              SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
              KMSMasterKeyID: z.string().optional(),
            }),
          }),
        ]),
      })
      .optional(),
    VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
    OwnershipControls: z
      .strictObject({
        Rules: z.tuple([
          z.strictObject({ ObjectOwnership: z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']) }),
        ]),
      })
      .optional(),
    PublicAccessBlockConfiguration: ignored,
    LifecycleConfiguration: ignored,
    Tags: ignored,
  }),
  (properties, { cloud, services, account, region, nameWithin }) => {
    const name = properties.BucketName ?? nameWithin(63).toLowerCase();
    const [rule] = properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    const keyArn = rule?.ServerSideEncryptionByDefault.KMSMasterKeyID;
    services.s3.createBucket(
      { name, account, region },
      {
        versioning: properties.VersioningConfiguration?.Status === 'Enabled',
        ownership: properties.OwnershipControls?.Rules[0].ObjectOwnership ?? 'BucketOwnerEnforced',
        publicAccessBlock: properties.PublicAccessBlockConfiguration,
        lifecycle: properties.LifecycleConfiguration,
        ...(rule && keyArn !== undefined && { encryption: { keyArn, bucketKey: rule.BucketKeyEnabled } }),
      },
    );
    return { ref: name, attributes: { Arn: `arn:${cloud.partition}:s3:::${name}` } };
  },
);

const bucketPolicy = resourceType(
  'AWS::S3::BucketPolicy',
  z.strictObject({ Bucket: z.string(), PolicyDocument: Policy }),
  ({ Bucket, PolicyDocument }, { services }) => {
    services.s3.putBucketPolicy(Bucket, PolicyDocument);
    return { ref: Bucket };
  },
);

const key = resourceType(
  'AWS::KMS::Key',
  z.strictObject({
    KeyPolicy: Policy,
    Description: ignored,
    EnableKeyRotation: ignored,
    PendingWindowInDays: ignored,
    RotationPeriodInDays: ignored,
    Tags: ignored,
  }),
  ({ KeyPolicy }, { services, account, region }) => {
    const { keyId, arn } = services.kms.createKey({ account, region, policy: KeyPolicy });
    return { ref: keyId, attributes: { Arn: arn, KeyId: keyId } };
  },
);

const alias = resourceType(
  'AWS::KMS::Alias',
  z.strictObject({ AliasName: z.string(), TargetKeyId: z.string() }),
  ({ AliasName, TargetKeyId }, { services, account, region }) => {
    services.kms.createAlias({ account, region, name: AliasName, keyId: TargetKeyId });
    return { ref: AliasName };
  },
);

const database = resourceType(
  'AWS::Glue::Database',
  z.strictObject({
    CatalogId: z.string(),
    DatabaseInput: z.strictObject({ Name: z.string(), Description: ignored }),
  }),
  ({ DatabaseInput: { Name } }, { services }) => {
    services.glue.createDatabase(Name);
    return { ref: Name };
  },
);

export const storageTypes: readonly ResourceType[] = [bucket, bucketPolicy, key, alias, database];
