/** Which bucket a call means, and what the caller must be allowed for it (Service Authorization Reference, Amazon S3). */
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Call, ConditionContext, Need } from '../cloud/service.ts';
import { Bucket, type BucketSettings } from './s3-bucket.ts';

/** Members by which S3's operations name a bucket and an object in it. */
export interface Address {
  readonly Bucket?: string | undefined;
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

const ELSEWHERE =
  'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
const OWNED = 'Your previous request to create the named bucket succeeded and you already own it.';
const TAKEN =
  'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.';

export class Buckets extends Map<string, Bucket> {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    super();
    this.#cloud = cloud;
  }

  /** Throws BucketAlreadyOwnedByYou or BucketAlreadyExists: a name is taken across all accounts. */
  create(at: { name: string; account: string; region: string }, settings: BucketSettings = {}): Bucket {
    const taken = this.get(at.name);
    const about = { status: 409, fields: { BucketName: at.name } };
    if (taken?.place.account === at.account) throw new AwsFault('BucketAlreadyOwnedByYou', OWNED, about);
    if (taken) throw new AwsFault('BucketAlreadyExists', TAKEN, about);
    const bucket = new Bucket({ ...at, created: this.#cloud.clock.now() }, settings, this.#cloud.draw);
    this.set(at.name, bucket);
    return bucket;
  }

  /** Throws NoSuchBucket. */
  named(name = ''): Bucket {
    const bucket = this.get(name);
    const about = { status: 404, fields: { BucketName: name } };
    if (!bucket) throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', about);
    return bucket;
  }

  /** For what only the endpoint of the bucket's own Region answers: throws NoSuchBucket or PermanentRedirect. */
  at(name: string | undefined, call: Call): Bucket {
    const bucket = this.named(name);
    const { region } = bucket.place;
    if (region === call.region) return bucket;
    const about = { status: 301, fields: { Bucket: name, Endpoint: `s3.${region}.amazonaws.com` } };
    throw new AwsFault('PermanentRedirect', ELSEWHERE, about);
  }

  /** Of the bucket, or of an object in it. */
  arn(name: string | undefined, key?: string): string {
    return `arn:${this.#cloud.partition}:s3:::${name}${key === undefined ? '' : `/${key}`}`;
  }

  need(action: string, { Bucket, Key, VersionId }: Address, context: ConditionContext = {}): Need {
    if (VersionId) throw new AwsFault('NotImplemented', 'earlier versions of objects are not served', { status: 501 });
    const { place, settings } = this.named(Bucket);
    return { action, resource: this.arn(Bucket, Key), owner: place.account, context, policy: settings.policy };
  }

  /** Who may not list the bucket is not told that a key does not exist: 403 instead of 404 (S3 API reference, GetObject: Permissions). */
  readNeeds(address: Address): Need[] {
    const read = this.need('s3:GetObject', address);
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
