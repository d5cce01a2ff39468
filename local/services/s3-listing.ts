import type * as sdk from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import { operations, type Service } from '../cloud/service.ts';
import { type Buckets, conditions } from './s3-access.ts';
import type { Bucket } from './s3-bucket.ts';

/** Entries of one answer; a larger `MaxKeys` is not refused but cut (S3 API reference, ListObjectsV2). */
const PAGE = 1000;
/** Behind a key: comes before every other key that begins with it. */
const NEXT = '\u0000';
/** Behind a prefix: comes after every key that begins with it. */
const LAST = '\uffff';

export function listingOperations(buckets: Buckets): Service['operations'] {
  return operations<typeof sdk>({
    ListObjectsV2: {
      needs: ({ Bucket, Prefix, Delimiter, MaxKeys }) => {
        const keys = { 's3:prefix': Prefix, 's3:delimiter': Delimiter, 's3:max-keys': MaxKeys?.toString() };
        return [buckets.need('s3:ListBucket', { Bucket }, conditions(keys))];
      },
      run: (input, call) => {
        const bucket = buckets.at(input.Bucket, call);
        const { Prefix = '', Delimiter, StartAfter, ContinuationToken, EncodingType } = input;
        const MaxKeys = Math.min(input.MaxKeys ?? PAGE, PAGE);
        const { keys, folders, next } = readPage(bucket, input, MaxKeys);
        const encode = EncodingType === 'url' ? urlEncode : (text: string) => text;
        return {
          Name: input.Bucket,
          Prefix: encode(Prefix),
          MaxKeys,
          KeyCount: keys.length + folders.length,
          IsTruncated: next !== undefined,
          Contents: keys.map((key) => ({ Key: encode(key), ...listed(bucket, key) })),
          CommonPrefixes: folders.map((folder) => ({ Prefix: encode(folder) })),
          Delimiter: Delimiter && encode(Delimiter),
          StartAfter: StartAfter && encode(StartAfter),
          EncodingType,
          ContinuationToken,
          NextContinuationToken: next && Buffer.from(`1${next}`).toString('base64url'),
        };
      },
    },
  });
}

function listed(bucket: Bucket, key: string) {
  const object = bucket.get(key);
  return {
    LastModified: object?.lastModified,
    ETag: object?.etag,
    Size: object?.size,
    StorageClass: 'STANDARD',
  } as const;
}

/** With a delimiter a folder counts as one entry and its keys are jumped over, however many they are. */
function readPage(bucket: Bucket, input: sdk.ListObjectsV2CommandInput, max: number) {
  const { Prefix = '', Delimiter } = input;
  const keys: string[] = [];
  const folders: string[] = [];
  const bound = boundOf(input);
  let next = bound > Prefix ? bound : Prefix;
  while (max > 0) {
    const key = bucket.firstFrom(next);
    if (!key?.startsWith(Prefix)) break;
    if (keys.length + folders.length === max) return { keys, folders, next };
    const folder = folderOf(key, Prefix, Delimiter);
    if (folder) folders.push(folder);
    else keys.push(key);
    next = folder ? folder + LAST : key + NEXT;
  }
  return { keys, folders, next: undefined };
}

function folderOf(key: string, prefix: string, delimiter = ''): string | undefined {
  const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

/** Where the page begins, before its prefix is thought of. */
function boundOf({ ContinuationToken, StartAfter }: sdk.ListObjectsV2CommandInput): string {
  if (!ContinuationToken) return StartAfter ? StartAfter + NEXT : '';
  const bound = Buffer.from(ContinuationToken, 'base64url').toString();
  if (!bound.startsWith('1')) throw new AwsFault('InvalidArgument', 'The continuation token provided is incorrect');
  return bound.slice(1);
}

function urlEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/');
}
