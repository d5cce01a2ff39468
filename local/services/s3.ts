/** Amazon S3: buckets, versioned objects, SSE-KMS, bucket policies. */
import type * as sdk from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Answer, operation, type Service } from '../cloud/service.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { type Address, Buckets } from './s3-access.ts';
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
  return {
    name: 's3',
    operations: {
      ...objectOperations(cloud, buckets),
      ListObjectsV2: listObjectsV2(buckets),
      ...bucketOperations(cloud, buckets),
    },
    createBucket(at, settings = {}) {
      const taken = buckets.get(at.name);
      if (taken) {
        const name = taken.account === at.account ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists';
        throw new AwsFault(name, `The bucket name ${at.name} is taken`, { status: 409 });
      }
      const bucket = new Bucket({ ...at, created: cloud.clock.now() }, cloud.draw);
      bucket.settings = settings;
      buckets.set(at.name, bucket);
      return bucket;
    },
    putBucketPolicy(name, policy) {
      const bucket = buckets.named(name);
      bucket.settings = { ...bucket.settings, policy };
    },
    bucket: (name) => buckets.get(name),
  };
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
