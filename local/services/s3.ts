/** Amazon S3: buckets, versioned objects, SSE-KMS, bucket policies. */
import type * as sdk from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Answer, type Operation, operation, type Service } from '../cloud/service.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { type Address, Buckets, conditions } from './s3-access.ts';
import { Bucket, type BucketSettings } from './s3-bucket.ts';
import { listObjectsV2 } from './s3-listing.ts';
import { objectOperations } from './s3-objects.ts';

export interface S3 extends Service {
  /** Throws BucketAlreadyOwnedByYou or BucketAlreadyExists: a name is taken across all accounts. */
  createBucket(at: { name: string; account: string; region: string }, settings?: BucketSettings): Bucket;
  /** Replaces or, with undefined, deletes the policy; throws NoSuchBucket. */
  putBucketPolicy(name: string, policy: PolicyDocument | undefined): void;
  bucket(name: string): Bucket | undefined;
}

export function createS3(cloud: Cloud): S3 {
  const buckets = new Buckets(cloud.partition);
  const createBucket: S3['createBucket'] = (at, settings = {}) => {
    const taken = buckets.get(at.name);
    if (taken) {
      const [name, message] = taken.account === at.account ? OWNED : TAKEN;
      throw new AwsFault(name, message, { status: 409, fields: { BucketName: at.name } });
    }
    const bucket = new Bucket({ ...at, created: cloud.clock.now() }, cloud.draw);
    bucket.settings = settings;
    buckets.set(at.name, bucket);
    return bucket;
  };
  return {
    name: 's3',
    operations: {
      ...objectOperations(cloud, buckets),
      ListObjectsV2: listObjectsV2(buckets),
      ...bucketOperations(cloud, buckets),
      CreateBucket: createBucketOperation(cloud, { buckets, createBucket }),
    },
    createBucket,
    putBucketPolicy(name, policy) {
      const bucket = buckets.named(name);
      bucket.settings = { ...bucket.settings, policy };
    },
    bucket: (name) => buckets.get(name),
  };
}

const OWNED = [
  'BucketAlreadyOwnedByYou',
  'Your previous request to create the named bucket succeeded and you already own it.',
] as const;
const TAKEN = [
  'BucketAlreadyExists',
  'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
] as const;
/** "Bucket naming rules", S3 user guide, as far as characters and length go. */
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function createBucketOperation(
  cloud: Cloud,
  { buckets, createBucket }: { buckets: Buckets; createBucket: S3['createBucket'] },
): Operation {
  return operation<sdk.CreateBucketCommandInput, sdk.CreateBucketCommandOutput>({
    needs: ({ Bucket: name = '', CreateBucketConfiguration: { LocationConstraint } = {} }, { caller }) => [
      {
        action: 's3:CreateBucket',
        resource: `arn:${cloud.partition}:s3:::${name}`,
        owner: accountOf(caller),
        context: conditions({ 's3:LocationConstraint': LocationConstraint }),
      },
    ],
    run: ({ Bucket: name = '', CreateBucketConfiguration: { LocationConstraint } = {} }, call) => {
      if (!BUCKET_NAME.test(name)) throw new AwsFault('InvalidBucketName', 'The specified bucket is not valid.');
      const region = bucketRegion(LocationConstraint, call.region);
      const account = accountOf(call.caller);
      // "If you re-create an existing bucket that you already own in us-east-1, Amazon S3 returns 200 OK" (S3 API reference, CreateBucket).
      const isRepeated = region === 'us-east-1' && buckets.get(name)?.account === account;
      if (!isRepeated) createBucket({ name, account, region });
      return { Location: `/${name}` };
    },
  });
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

function bucketOperations(cloud: Cloud, buckets: Buckets): Service['operations'] {
  /** An operation that reads something of a bucket, by the one action it takes. */
  const read = <Output>(action: string, answer: (bucket: Bucket) => Answer<Output>) =>
    operation<Address, Output>({
      needs: ({ Bucket }) => [buckets.need(action, { Bucket })],
      run: ({ Bucket }) => answer(buckets.named(Bucket)),
    });
  /** S3's name for an account in ACLs: 64 hexadecimal digits. */
  const canonicalUser = (account: string) => ({ ID: cloud.draw.hex('canonical user', account) });
  return {
    ListBuckets: operation<sdk.ListBucketsCommandInput, sdk.ListBucketsCommandOutput>({
      needs: (_, { caller }) => [{ action: 's3:ListAllMyBuckets', resource: '*', owner: accountOf(caller) }],
      run: (_, { caller }) => {
        const own = [...buckets.values()].filter(({ account }) => account === accountOf(caller));
        const listed = own.map(({ name, created, region }) => ({
          Name: name,
          CreationDate: created,
          BucketRegion: region,
        }));
        return { Owner: canonicalUser(accountOf(caller)), Buckets: listed.sort((a, b) => (a.Name < b.Name ? -1 : 1)) };
      },
    }),
    HeadBucket: operation<sdk.HeadBucketCommandInput, sdk.HeadBucketCommandOutput>({
      needs: ({ Bucket = '' }) => {
        if (!buckets.has(Bucket)) throw new AwsFault('NotFound', 'Not Found', { status: 404 });
        return [buckets.need('s3:ListBucket', { Bucket })];
      },
      run: ({ Bucket }) => ({ BucketRegion: buckets.named(Bucket).region }),
    }),
    GetBucketLocation: read<sdk.GetBucketLocationCommandOutput>('s3:GetBucketLocation', ({ region }) =>
      // "Buckets in Region us-east-1 have a LocationConstraint of null" (S3 API reference); other Regions' names are its values.
      region === 'us-east-1' ? {} : { LocationConstraint: region as sdk.BucketLocationConstraint },
    ),
    GetBucketVersioning: read<sdk.GetBucketVersioningCommandOutput>('s3:GetBucketVersioning', ({ settings }) =>
      settings.versioning ? { Status: 'Enabled' } : {},
    ),
    GetBucketAcl: read<sdk.GetBucketAclCommandOutput>('s3:GetBucketAcl', ({ account }) => {
      const owner = canonicalUser(account);
      return { Owner: owner, Grants: [{ Grantee: { ...owner, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }] };
    }),
    GetBucketPolicy: read<sdk.GetBucketPolicyCommandOutput>('s3:GetBucketPolicy', ({ settings }) => {
      if (!settings.policy)
        throw new AwsFault('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404 });
      return { Policy: JSON.stringify(settings.policy) };
    }),
  };
}
