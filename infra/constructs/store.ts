import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type LifecycleRule, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { PolicyStatement as Statement } from '../../core/policies.ts';
import { acknowledge } from '../acknowledge.ts';

type StoreProps = {
  purpose: string;
  bucketName?: string;
  lifecycleRules: LifecycleRule[];
  keyStatements?: Statement[];
  bucketStatements: (bucketName: string) => Statement[];
};

/** A bucket and the one key that encrypts it. Both outlive their stack. */
export class Store extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;

  constructor(scope: Construct, id: string, props: StoreProps) {
    super(scope, id);
    const { purpose, lifecycleRules, keyStatements = [], bucketStatements } = props;
    const removalPolicy = RemovalPolicy.RETAIN;
    this.key = new Key(this, 'Key', { description: `Muster: ${purpose}`, enableKeyRotation: true, removalPolicy });
    this.bucket = new Bucket(this, 'Bucket', {
      ...(props.bucketName !== undefined && { bucketName: props.bucketName }),
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        ...lifecycleRules,
        { id: 'aborted-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy,
    });
    for (const statement of keyStatements) this.key.addToResourcePolicy(PolicyStatement.fromJson(statement));
    for (const statement of bucketStatements(this.bucket.bucketName)) {
      this.bucket.addToResourcePolicy(PolicyStatement.fromJson(statement));
    }
    acknowledge(this, {
      'AwsSolutions-S1':
        'Who reads and writes is audited by data events of CloudTrail where the organization wants it.',
    });
  }
}
