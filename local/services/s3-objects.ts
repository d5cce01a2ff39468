/** Operations on single objects. */
import type * as sdk from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type ConditionContext, type Operation, operation, operations, type Service } from '../cloud/service.ts';
import { type Address, type Buckets, conditions } from './s3-access.ts';
import type { ObjectBody, StoredObject } from './s3-bucket.ts';
import { Encryption } from './s3-encryption.ts';

/** PutObject as other services of the cloud send it: the body may be made when it is first read. */
export type PutObjectRequest = Omit<sdk.PutObjectCommandInput, 'Body'> & { Body?: ObjectBody | string | undefined };
/** GetObject's answer before the wire makes a stream of its body. */
export type GetObjectAnswer = Omit<sdk.GetObjectCommandOutput, 'Body' | '$metadata'> & { Body: Uint8Array };

export function objectOperations(cloud: Cloud, buckets: Buckets): Service['operations'] {
  const encryption = new Encryption(cloud);
  return {
    PutObject: putObject(cloud, buckets, encryption),
    GetObject: operation<sdk.GetObjectCommandInput, GetObjectAnswer>({
      needs: (input) => buckets.readNeeds(input),
      run: async (input, call) => {
        const bucket = buckets.at(input.Bucket, call);
        const object = requireMatch(bucket.get(input.Key ?? ''), input);
        const arn = (bucketKey: boolean) => buckets.arn(input.Bucket, bucketKey ? undefined : input.Key);
        await encryption.decrypt({ bucket, arn, call }, object.content.encrypted);
        return { ...describe(object), ...slice(object.read(), input.Range) };
      },
    }),
    ...operations<typeof sdk>({
      HeadObject: {
        needs: (input) => buckets.readNeeds(input),
        // KMS is not asked: the headers need no decryption (S3 API reference, HeadObject: Permissions).
        run: ({ Bucket, Key = '' }, call) => {
          const object = buckets.at(Bucket, call).get(Key);
          if (!object) throw new AwsFault('NotFound', 'Not Found', { status: 404 });
          return { ...describe(object), ContentLength: object.size };
        },
      },
      DeleteObject: {
        needs: (input) => [buckets.need('s3:DeleteObject', input)],
        run: ({ Bucket, Key = '' }, call) => {
          const VersionId = buckets.at(Bucket, call).remove(Key);
          return VersionId ? { DeleteMarker: true, VersionId } : {};
        },
      },
    }),
  };
}

function putObject(cloud: Cloud, buckets: Buckets, encryption: Encryption): Operation {
  return operation<PutObjectRequest, sdk.PutObjectCommandOutput>({
    needs: (input) => {
      // S3 user guide, "How to prevent object overwrites with conditional writes": If-Match takes s3:GetObject too.
      const actions = ['s3:PutObject', input.Tagging && 's3:PutObjectTagging', input.IfMatch && 's3:GetObject'];
      const context = putContext(input);
      return actions.flatMap((action) => (action ? [buckets.need(action, input, context)] : []));
    },
    run: async (input, call) => {
      const bucket = buckets.at(input.Bucket, call);
      const { Key = '', Body = new Uint8Array(), ACL, IfMatch, IfNoneMatch } = input;
      // Buckets are BucketOwnerEnforced, as since April 2023 unless told otherwise.
      if (ACL && ACL !== 'bucket-owner-full-control')
        throw new AwsFault('AccessControlListNotSupported', 'The bucket does not allow ACLs');
      const arn = (bucketKey: boolean) => buckets.arn(input.Bucket, bucketKey ? undefined : Key);
      const encrypted = await encryption.encrypt({ bucket, arn, call }, input);
      const standing = bucket.get(Key);
      if (IfNoneMatch && standing) throw preconditionFailed('If-None-Match');
      if (IfMatch) requireMatch(standing, input);
      const content = {
        body: typeof Body === 'string' ? Buffer.from(Body) : Body,
        contentType: input.ContentType ?? 'binary/octet-stream',
        encrypted,
      };
      const object = bucket.put(Key, content, cloud.clock.now());
      // A getter: a lazy body stays unmade until somebody reads the ETag.
      return {
        ...identify(object),
        get ETag() {
          return object.etag;
        },
      };
    },
  });
}

/** Condition keys that a write brings along (Service Authorization Reference, Amazon S3: PutObject). */
function putContext(input: PutObjectRequest): ConditionContext {
  const tags = [...new URLSearchParams(input.Tagging)];
  return conditions({
    's3:x-amz-acl': input.ACL,
    's3:x-amz-server-side-encryption': input.ServerSideEncryption,
    's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
    's3:if-match': input.IfMatch,
    's3:if-none-match': input.IfNoneMatch,
    's3:RequestObjectTagKeys': tags.map(([name]) => name),
    ...Object.fromEntries(tags.map(([name, value]) => [`s3:RequestObjectTag/${name}`, value])),
  });
}

/** The object, if there is one and it is the one that `IfMatch` names, where given. */
function requireMatch(object: StoredObject | undefined, { Key, IfMatch }: Address & { IfMatch?: string | undefined }) {
  if (!object) throw new AwsFault('NoSuchKey', 'The specified key does not exist.', { status: 404, fields: { Key } });
  if (IfMatch && IfMatch.replaceAll('"', '') !== object.etag.replaceAll('"', '')) throw preconditionFailed('If-Match');
  return object;
}

function preconditionFailed(Condition: string): AwsFault {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new AwsFault('PreconditionFailed', message, { status: 412, fields: { Condition } });
}

function identify({ content: { encrypted }, versionId: VersionId }: StoredObject) {
  const { keyArn: SSEKMSKeyId, bucketKey: BucketKeyEnabled } = encrypted ?? {};
  const sse = encrypted
    ? { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId, BucketKeyEnabled }
    : { ServerSideEncryption: 'AES256' as const };
  return { ...(VersionId && { VersionId }), ...sse };
}

function describe(object: StoredObject) {
  const { content, etag: ETag, lastModified: LastModified } = object;
  return { ...identify(object), AcceptRanges: 'bytes', ContentType: content.contentType, ETag, LastModified };
}

/** The bytes of a `Range` header with a first byte (RFC 9110 14.1.2), all of them without one. */
function slice(body: Uint8Array, range: string | undefined) {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined) return { Body: body, ContentLength: body.length };
  const part = body.subarray(Number(first), last ? Number(last) + 1 : undefined);
  if (part.length === 0) throw new AwsFault('InvalidRange', 'The requested range is not satisfiable', { status: 416 });
  const ContentRange = `bytes ${first}-${Number(first) + part.length - 1}/${body.length}`;
  return { Body: part, ContentLength: part.length, ContentRange };
}
