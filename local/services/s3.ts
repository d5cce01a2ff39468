/** Amazon S3: buckets, their objects, SSE-KMS, bucket policies. */
import type * as sdk from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operations, operationsNeeding, type Service } from '../cloud/service.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { compilePolicy } from '../iam/statements.ts';
import { type Address, Buckets, conditions } from './s3-access.ts';
import type { Bucket } from './s3-bucket.ts';
import { configurationOperations } from './s3-configuration.ts';
import { listingOperations } from './s3-listing.ts';
import { objectOperations } from './s3-objects.ts';

export interface S3 extends Service {
  readonly createBucket: Buckets['create'];
  /** Replaces or, with undefined, deletes the policy; throws NoSuchBucket. */
  putBucketPolicy(name: string, policy: PolicyDocument | undefined): void;
  bucket(name: string): Bucket | undefined;
}

/** "Bucket naming rules", S3 user guide, as far as characters and length go. */
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export function createS3(cloud: Cloud): S3 {
  const buckets = new Buckets(cloud);
  return {
    name: 's3',
    operations: {
      ...objectOperations(cloud, buckets),
      ...listingOperations(buckets),
      ...configurationOperations(buckets),
      ...bucketOperations(cloud, buckets),
      ...bucketProperties(cloud, buckets),
    },
    createBucket: (at, settings) => buckets.create(at, settings),
    putBucketPolicy: (name, policy) => setPolicy(buckets.named(name), policy),
    bucket: (name) => buckets.get(name),
  };
}

function bucketOperations(cloud: Cloud, buckets: Buckets): Service['operations'] {
  return operations<typeof sdk>({
    CreateBucket: {
      needs: ({ Bucket, CreateBucketConfiguration: { LocationConstraint } = {} }, { caller }) => {
        const context = conditions({ 's3:LocationConstraint': LocationConstraint });
        return [{ action: 's3:CreateBucket', resource: buckets.arn(Bucket), owner: accountOf(caller), context }];
      },
      run: ({ Bucket: name = '', CreateBucketConfiguration: { LocationConstraint } = {} }, call) => {
        if (!BUCKET_NAME.test(name)) throw new AwsFault('InvalidBucketName', 'The specified bucket is not valid.');
        const region = bucketRegion(LocationConstraint, call.region);
        const account = accountOf(call.caller);
        // "If you re-create an existing bucket that you already own in us-east-1, Amazon S3 returns 200 OK" (S3 API reference, CreateBucket).
        const isRepeated = region === 'us-east-1' && buckets.get(name)?.place.account === account;
        if (!isRepeated) buckets.create({ name, account, region });
        return { Location: `/${name}` };
      },
    },
    ListBuckets: {
      needs: (_, { caller }) => [{ action: 's3:ListAllMyBuckets', resource: '*', owner: accountOf(caller) }],
      run: (_, { caller }) => {
        const own = [...buckets.values()].filter(({ place }) => place.account === accountOf(caller));
        const Buckets = own
          .map(({ place }) => ({ Name: place.name, CreationDate: place.created, BucketRegion: place.region }))
          .sort((a, b) => (a.Name < b.Name ? -1 : 1));
        return { Owner: canonicalUser(cloud, accountOf(caller)), Buckets };
      },
    },
  });
}

/** Operations on something of a bucket, each by the one action of its name. */
function bucketProperties(cloud: Cloud, buckets: Buckets): Service['operations'] {
  const needs = ({ Bucket }: Address, { operation }: Call) => [buckets.need(`s3:${operation}`, { Bucket })];
  return operationsNeeding<typeof sdk>(needs, {
    GetBucketLocation: ({ Bucket }) => {
      // "Buckets in Region us-east-1 have a LocationConstraint of null" (S3 API reference); other Regions' names are its values.
      const region = buckets.named(Bucket).place.region as sdk.BucketLocationConstraint | 'us-east-1';
      return region === 'us-east-1' ? {} : { LocationConstraint: region };
    },
    GetBucketAcl: ({ Bucket }) => {
      const Owner = canonicalUser(cloud, buckets.named(Bucket).place.account);
      return { Owner, Grants: [{ Grantee: { ...Owner, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }] };
    },
    PutBucketPolicy: ({ Bucket, Policy = '' }) => {
      setPolicy(buckets.named(Bucket), readPolicy(Policy));
      return {};
    },
    GetBucketPolicy: ({ Bucket }) => {
      const { policy } = buckets.named(Bucket).settings;
      if (policy) return { Policy: JSON.stringify(policy) };
      throw new AwsFault('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404 });
    },
  });
}

function setPolicy(bucket: Bucket, policy: PolicyDocument | undefined): void {
  bucket.settings = { ...bucket.settings, policy };
}

function readPolicy(text: string): PolicyDocument {
  try {
    const policy: PolicyDocument = JSON.parse(text);
    compilePolicy(policy, 'resource');
    return policy;
  } catch (error) {
    throw new AwsFault('MalformedPolicy', error instanceof Error ? error.message : text);
  }
}

/** S3's name for an account in ACLs: 64 hexadecimal digits. */
function canonicalUser({ draw }: Cloud, account: string): { ID: string } {
  return { ID: draw.hex('canonical user', account) };
}

/** Only the endpoint of us-east-1 creates buckets elsewhere, and only there may the constraint be left out ("Using LocationConstraint", S3 API reference). */
function bucketRegion(constraint: string | undefined, endpoint: string): string {
  if (constraint === 'us-east-1')
    throw new AwsFault('InvalidLocationConstraint', 'The specified location-constraint is not valid');
  if (endpoint === 'us-east-1' || constraint === endpoint) return constraint ?? endpoint;
  throw new AwsFault(
    'IllegalLocationConstraintException',
    `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}
