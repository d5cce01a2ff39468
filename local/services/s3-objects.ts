/** Operations on single objects. */
import type * as sdk from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type ConditionContext, type Operation, operation, type Service } from '../cloud/service.ts';
import { type Address, type Buckets, conditions } from './s3-access.ts';
import type { Bucket, ObjectBody, StoredObject } from './s3-bucket.ts';
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
        const object = bucket.get(input.Key ?? '', input.VersionId) ?? noSuchKey(input);
        requireMatch(object, input.IfMatch);
        const arn = (bucketKey: boolean) => buckets.arn(bucket, bucketKey ? undefined : input.Key);
        await encryption.decrypt({ bucket, arn, call }, object.content.encrypted);
        return { ...describe(object), ...slice(object.read(), input.Range) };
      },
    }),
    HeadObject: operation<sdk.HeadObjectCommandInput, sdk.HeadObjectCommandOutput>({
      needs: (input) => buckets.readNeeds(input),
      // KMS is not asked: the headers need no decryption (S3 API reference, HeadObject: Permissions).
      run: (input, call) => {
        const object = buckets.at(input.Bucket, call).get(input.Key ?? '', input.VersionId);
        if (!object) throw new AwsFault('NotFound', 'Not Found', { status: 404 });
        requireMatch(object, input.IfMatch);
        return { ...describe(object), ContentLength: object.size };
      },
    }),
    DeleteObject: operation<sdk.DeleteObjectCommandInput, sdk.DeleteObjectCommandOutput>({
      needs: (input) => [deleteNeed(buckets, input)],
      run: (input, call) => remove(buckets.at(input.Bucket, call), input),
    }),
    DeleteObjects: operation<sdk.DeleteObjectsCommandInput, sdk.DeleteObjectsCommandOutput>({
      needs: ({ Bucket, Delete }) =>
        (Delete?.Objects ?? []).map((object) => deleteNeed(buckets, { ...object, Bucket })),
      run: ({ Bucket, Delete }, call) => {
        const bucket = buckets.at(Bucket, call);
        const Deleted = (Delete?.Objects ?? []).map((object) => {
          const { DeleteMarker, VersionId } = remove(bucket, object);
          return { ...object, ...(DeleteMarker && { DeleteMarker, DeleteMarkerVersionId: VersionId }) };
        });
        return Delete?.Quiet ? {} : { Deleted };
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
      const { Key = '', Body = new Uint8Array(), Tagging, IfMatch, IfNoneMatch } = input;
      if (
        input.ACL &&
        input.ACL !== 'bucket-owner-full-control' &&
        !bucket.settings.ownership?.match(/Preferred|Writer/)
      )
        throw new AwsFault('AccessControlListNotSupported', 'The bucket does not allow ACLs');
      const arn = (bucketKey: boolean) => buckets.arn(bucket, bucketKey ? undefined : Key);
      const encrypted = await encryption.encrypt({ bucket, arn, call }, input);
      const standing = bucket.get(Key);
      if (IfNoneMatch && standing) throw preconditionFailed('If-None-Match');
      if (IfMatch) requireMatch(standing ?? noSuchKey(input), IfMatch);
      const content = {
        body: typeof Body === 'string' ? Buffer.from(Body) : Body,
        contentType: input.ContentType ?? 'binary/octet-stream',
        metadata: { ...input.Metadata },
        tags: Object.fromEntries(new URLSearchParams(Tagging)),
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

function requireMatch(object: StoredObject, etag: string | undefined): void {
  if (etag && etag.replaceAll('"', '') !== object.etag.replaceAll('"', '')) throw preconditionFailed('If-Match');
}

function preconditionFailed(Condition: string): AwsFault {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new AwsFault('PreconditionFailed', message, { status: 412, fields: { Condition } });
}

function deleteNeed(buckets: Buckets, address: Address) {
  return buckets.need(address.VersionId ? 's3:DeleteObjectVersion' : 's3:DeleteObject', address);
}

function remove(bucket: Bucket, { Key = '', VersionId }: Address): { DeleteMarker?: boolean; VersionId?: string } {
  const marker = bucket.remove(Key, VersionId);
  if (marker) return { DeleteMarker: true, VersionId: marker };
  return VersionId ? { VersionId } : {};
}

function noSuchKey({ Key, VersionId }: Address): never {
  if (VersionId) throw new AwsFault('NoSuchVersion', 'The specified version does not exist.', { status: 404 });
  throw new AwsFault('NoSuchKey', 'The specified key does not exist.', { status: 404, fields: { Key } });
}

function identify({ content: { encrypted }, versionId: VersionId }: StoredObject) {
  const sse = {
    ServerSideEncryption: 'aws:kms' as const,
    SSEKMSKeyId: encrypted?.keyArn,
    BucketKeyEnabled: encrypted?.bucketKey,
  };
  return { ...(VersionId && { VersionId }), ...(encrypted ? sse : { ServerSideEncryption: 'AES256' as const }) };
}

function describe(object: StoredObject) {
  const { contentType: ContentType, metadata: Metadata, tags } = object.content;
  const TagCount = Object.keys(tags).length || undefined;
  const headers = {
    AcceptRanges: 'bytes',
    ContentType,
    ETag: object.etag,
    LastModified: object.lastModified,
    Metadata,
  };
  return { ...identify(object), ...headers, TagCount };
}

/** The bytes of a `Range` header (one range, RFC 9110 14.1.2), all of them without one. */
function slice(body: Uint8Array, range: string | undefined) {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first + last === '') return { Body: body, ContentLength: body.length };
  const from = first === '' ? Math.max(0, body.length - Number(last)) : Number(first);
  const to = first === '' || last === '' ? body.length : Math.min(body.length, Number(last) + 1);
  if (from >= to) throw new AwsFault('InvalidRange', 'The requested range is not satisfiable', { status: 416 });
  return {
    Body: body.subarray(from, to),
    ContentLength: to - from,
    ContentRange: `bytes ${from}-${to - 1}/${body.length}`,
  };
}
