/** Which bucket a call means, and what the caller must be allowed for it (Service Authorization Reference, Amazon S3). */
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Call, ConditionContext, Need } from '../cloud/service.ts';
import type { Bucket } from './s3-bucket.ts';

/** Members by which S3's operations name a bucket and an object in it. */
export interface Address {
  readonly Bucket?: string | undefined;
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

export class Buckets extends Map<string, Bucket> {
  readonly #partition: string;

  constructor(partition: string) {
    super();
    this.#partition = partition;
  }

  /** Throws NoSuchBucket. */
  named(name = ''): Bucket {
    const bucket = this.get(name);
    if (!bucket)
      throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', {
        status: 404,
        fields: { BucketName: name },
      });
    return bucket;
  }

  /** For what only the endpoint of the bucket's own Region answers: throws NoSuchBucket or PermanentRedirect. */
  at(name: string | undefined, call: Call): Bucket {
    const bucket = this.named(name);
    if (bucket.region !== call.region)
      throw new AwsFault(
        'PermanentRedirect',
        'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
        { status: 301, fields: { Bucket: bucket.name, Endpoint: `s3.${bucket.region}.amazonaws.com` } },
      );
    return bucket;
  }

  /** Of the bucket, or of an object in it. */
  arn(bucket: Bucket, key?: string): string {
    return `arn:${this.#partition}:s3:::${bucket.name}${key === undefined ? '' : `/${key}`}`;
  }

  need(action: string, { Bucket, Key }: Address, context: ConditionContext = {}): Need {
    const bucket = this.named(Bucket);
    const { policy } = bucket.settings;
    return { action, resource: this.arn(bucket, Key), owner: bucket.account, context, ...(policy && { policy }) };
  }

  /** Who may not list the bucket is not told that a key does not exist: 403 instead of 404 (S3 API reference, GetObject: Permissions). */
  readNeeds(address: Address): Need[] {
    const read = this.need(address.VersionId ? 's3:GetObjectVersion' : 's3:GetObject', address);
    const exists = this.named(address.Bucket).get(address.Key ?? '');
    return exists ? [read] : [read, this.need('s3:ListBucket', { Bucket: address.Bucket })];
  }
}

/** The condition keys that the request has. */
export function conditions(keys: Readonly<Record<string, string | readonly string[] | undefined>>): ConditionContext {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, value]) => (value === '' || value?.length ? [[key, value]] : [])),
  );
}
