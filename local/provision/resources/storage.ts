import { z } from 'zod';
import { ignored, Policy, resourceType } from '../resource.ts';

const Encryption = z.strictObject({
  BucketKeyEnabled: z.boolean(),
  ServerSideEncryptionByDefault: z.strictObject({ SSEAlgorithm: z.literal('aws:kms'), KMSMasterKeyID: z.string() }),
});
const PublicAccessBlock = z.strictObject({
  BlockPublicAcls: z.boolean(),
  BlockPublicPolicy: z.boolean(),
  IgnorePublicAcls: z.boolean(),
  RestrictPublicBuckets: z.boolean(),
});
const Ownership = z.strictObject({ ObjectOwnership: z.literal('BucketOwnerEnforced') });

const Columns = z.array(z.strictObject({ Name: z.string(), Type: z.string(), Comment: z.string().optional() }));
const GlueTable = z.strictObject({
  Name: z.string(),
  Description: z.string().optional(),
  TableType: z.enum(['EXTERNAL_TABLE', 'VIRTUAL_VIEW']),
  Parameters: z.record(z.string(), z.string()).optional(),
  PartitionKeys: Columns.optional(),
  ViewOriginalText: z.string().optional(),
  ViewExpandedText: z.string().optional(),
  StorageDescriptor: z.strictObject({
    Columns,
    Location: z.string().optional(),
    InputFormat: z.string().optional(),
    OutputFormat: z.string().optional(),
    SerdeInfo: z.strictObject({
      Name: z.string().optional(),
      SerializationLibrary: z.string().optional(),
      Parameters: z.record(z.string(), z.string()).optional(),
    }),
  }),
});

export const storageTypes = {
  'AWS::S3::Bucket': resourceType(
    z.strictObject({
      BucketName: z.string().optional(),
      BucketEncryption: z.strictObject({ ServerSideEncryptionConfiguration: z.tuple([Encryption]) }),
      VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
      OwnershipControls: z.strictObject({ Rules: z.tuple([Ownership]) }),
      PublicAccessBlockConfiguration: PublicAccessBlock.optional(),
      LifecycleConfiguration: ignored,
    }),
    ({ BucketName, BucketEncryption, VersioningConfiguration, ...bucket }, { services, ...context }) => {
      const { account, region, nameWithin } = context;
      const name = BucketName ?? nameWithin(63).toLowerCase();
      const [{ BucketKeyEnabled: bucketKey, ServerSideEncryptionByDefault }] =
        BucketEncryption.ServerSideEncryptionConfiguration;
      services.s3.createBucket(
        { name, account, region },
        {
          versioning: VersioningConfiguration?.Status === 'Enabled',
          encryption: { keyArn: ServerSideEncryptionByDefault.KMSMasterKeyID, bucketKey },
          ...(bucket.PublicAccessBlockConfiguration && { publicAccessBlock: bucket.PublicAccessBlockConfiguration }),
          ownership: bucket.OwnershipControls.Rules[0].ObjectOwnership,
        },
      );
      return { ref: name, attributes: { Arn: `arn:${services.cloud.partition}:s3:::${name}` } };
    },
  ),

  'AWS::S3::BucketPolicy': resourceType(
    z.strictObject({ Bucket: z.string(), PolicyDocument: Policy }),
    ({ Bucket, PolicyDocument }, { services }) => {
      services.s3.putBucketPolicy(Bucket, PolicyDocument);
      return {};
    },
  ),

  'AWS::KMS::Key': resourceType(
    z.strictObject({ KeyPolicy: Policy, Description: ignored, EnableKeyRotation: ignored }),
    ({ KeyPolicy }, { services, account, region }) => {
      const { keyId, arn } = services.kms.createKey({ account, region, policy: KeyPolicy });
      return { ref: keyId, attributes: { Arn: arn } };
    },
  ),

  'AWS::Glue::Database': resourceType(
    z.strictObject({
      CatalogId: z.string(),
      DatabaseInput: z.strictObject({ Name: z.string(), Description: ignored }),
    }),
    ({ DatabaseInput: { Name } }, { services }) => {
      services.glue.createDatabase(Name);
      return { ref: Name };
    },
  ),

  'AWS::Glue::Table': resourceType(
    z.strictObject({ CatalogId: z.string(), DatabaseName: z.string(), TableInput: GlueTable }),
    ({ CatalogId, DatabaseName, TableInput }, { services }) => {
      services.glue.createTable(CatalogId, { DatabaseName, TableInput });
      return { ref: TableInput.Name };
    },
  ),

  'AWS::Athena::WorkGroup': resourceType(
    z.strictObject({
      Name: z.string(),
      Description: ignored,
      WorkGroupConfiguration: z.strictObject({
        EnforceWorkGroupConfiguration: z.literal(true),
        BytesScannedCutoffPerQuery: z.number(),
        PublishCloudWatchMetricsEnabled: z.boolean(),
        EngineVersion: z.strictObject({ SelectedEngineVersion: z.literal('Athena engine version 3') }),
        ResultConfiguration: z.strictObject({
          OutputLocation: z.string(),
          EncryptionConfiguration: z.strictObject({ EncryptionOption: z.literal('SSE_KMS'), KmsKey: z.string() }),
        }),
      }),
    }),
    ({ Name, WorkGroupConfiguration }, { services, account, region }) => {
      services.athena.createWorkGroup({ account, region, name: Name, configuration: WorkGroupConfiguration });
      return { ref: Name };
    },
  ),

  'AWS::Athena::NamedQuery': resourceType(
    z.strictObject({
      Name: z.string(),
      Database: z.string(),
      WorkGroup: z.string(),
      QueryString: z.string(),
      Description: z.string(),
    }),
    ({ Name, Database, WorkGroup, QueryString, Description }, { services, account, region }) => {
      const query = { name: Name, database: Database, workGroup: WorkGroup, queryString: QueryString };
      const { id } = services.athena.createNamedQuery({ account, region, ...query, description: Description });
      return { ref: id };
    },
  ),
};
