import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import { type Operation, operation } from '../cloud/service.ts';
import { type Buckets, conditions } from './s3-access.ts';
import type { Bucket } from './s3-bucket.ts';

/** Entries of one answer; a larger `MaxKeys` is not refused but cut (S3 API reference, ListObjectsV2). */
const PAGE = 1000;
/** Behind a key: comes before every other key that begins with it. */
const NEXT = '\u0000';
/** Behind a prefix: comes after every key that begins with it. */
const LAST = '\uffff';

export function listObjectsV2(buckets: Buckets): Operation {
  return operation<ListObjectsV2CommandInput, ListObjectsV2CommandOutput>({
    needs: ({ Bucket, Prefix, Delimiter, MaxKeys }) => {
      const keys = { 's3:prefix': Prefix, 's3:delimiter': Delimiter, 's3:max-keys': MaxKeys?.toString() };
      return [buckets.need('s3:ListBucket', { Bucket }, conditions(keys))];
    },
    run: (input, call) => {
      const bucket = buckets.at(input.Bucket, call);
      const { Prefix = '', Delimiter, StartAfter, ContinuationToken, EncodingType } = input;
      const MaxKeys = Math.min(input.MaxKeys ?? PAGE, PAGE);
      const bound = boundOf(input);
      const page = readPage(bucket, { Prefix, Delimiter, bound: bound > Prefix ? bound : Prefix }, MaxKeys);
      const encode = EncodingType === 'url' ? urlEncode : (text: string) => text;
      return {
        Name: bucket.name,
        Prefix: encode(Prefix),
        MaxKeys,
        KeyCount: page.keys.length + page.folders.length,
        IsTruncated: page.next !== undefined,
        Contents: page.keys.flatMap((key) => listed(bucket, key, encode)),
        CommonPrefixes: page.folders.map((folder) => ({ Prefix: encode(folder) })),
        Delimiter: Delimiter && encode(Delimiter),
        StartAfter: StartAfter && encode(StartAfter),
        EncodingType,
        ContinuationToken,
        NextContinuationToken: page.next && Buffer.from(`1${page.next}`).toString('base64url'),
      };
    },
  });
}

function listed(bucket: Bucket, key: string, encode: (text: string) => string) {
  const object = bucket.get(key);
  if (!object) return [];
  const { lastModified: LastModified, etag: ETag, size: Size } = object;
  return [{ Key: encode(key), LastModified, ETag, Size, StorageClass: 'STANDARD' as const }];
}

interface Scope {
  readonly Prefix: string;
  readonly Delimiter: string | undefined;
  readonly bound: string;
}

/** With a delimiter a folder counts as one entry and its keys are jumped over, however many they are. */
function readPage(bucket: Bucket, scope: Scope, max: number) {
  const keys: string[] = [];
  const folders: string[] = [];
  let next = scope.bound;
  while (max > 0) {
    const key = bucket.keys.firstFrom(next);
    if (!key?.startsWith(scope.Prefix)) break;
    if (keys.length + folders.length === max) return { keys, folders, next };
    const folder = folderOf(key, scope);
    if (folder) folders.push(folder);
    else keys.push(key);
    next = folder ? folder + LAST : key + NEXT;
  }
  return { keys, folders, next: undefined };
}

function folderOf(key: string, { Prefix, Delimiter }: Scope): string | undefined {
  const end = Delimiter ? key.indexOf(Delimiter, Prefix.length) : -1;
  return end < 0 || !Delimiter ? undefined : key.slice(0, end + Delimiter.length);
}

/** Where the page begins, before its prefix is thought of. */
function boundOf({ ContinuationToken, StartAfter }: ListObjectsV2CommandInput): string {
  if (!ContinuationToken) return StartAfter ? StartAfter + NEXT : '';
  const bound = Buffer.from(ContinuationToken, 'base64url').toString();
  if (!bound.startsWith('1')) throw new AwsFault('InvalidArgument', 'The continuation token provided is incorrect');
  return bound.slice(1);
}

function urlEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/');
}
