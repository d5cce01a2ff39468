import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import type { Call } from '../../../local/cloud/service.ts';
import { listen, type Wire } from '../../../local/wire/server.ts';
import { cloudThat } from './echo-cloud.ts';

let give: object = {};
let got: Call | undefined;
let wire: Wire;
const cloud = cloudThat((call) => {
  got = call;
  if (give instanceof Error) throw give;
  return give;
}, 's3');
const administrator = {
  kind: 'administrator',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:root',
} as const;
const key = cloud.sessions.issue(administrator).AccessKeyId;
const credential = `${key}/20261102/us-east-1/s3/aws4_request`;
const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
const options = () => ({
  endpoint: wire.url,
  region: 'us-east-1',
  credentials: { accessKeyId: key, secretAccessKey: 'secret' },
});
const object = { Bucket: 'inventory', Key: 'a//b/../é d+e?' };

beforeAll(async () => {
  wire = await listen(cloud, { port: 0, onBug: () => undefined });
});
afterAll(() => wire.close());

describe('objects', () => {
  it('arrive whole when they are streamed in signed chunks (aws-chunked)', async () => {
    const body = Buffer.alloc(200_000, 'inventory');
    const put = { ...object, Body: Readable.from([body]), ContentLength: body.length, ContentEncoding: 'gzip' };
    await new S3Client(options()).send(new PutObjectCommand(put));
    expect(got?.input).toMatchObject({ ...object, ContentLength: body.length, ContentEncoding: 'gzip' });
    expect(body.equals(bodyOf(got))).toBe(true);
  });

  it('keep a gzip of their own', async () => {
    const Body = gzipSync('inventory');
    await new S3Client(options()).send(new PutObjectCommand({ ...object, Body, ContentEncoding: 'gzip' }));
    expect(gunzipSync(bodyOf(got)).toString()).toBe('inventory');
  });

  it('are read in part (206 with a Content-Range, RFC 9110) and on conditions', async () => {
    give = { Body: 'ven', ContentRange: 'bytes 2-4/9', ContentLength: 3 };
    const get = new GetObjectCommand({ ...object, Range: 'bytes=2-4', IfNoneMatch: '"etag"' });
    const { Body, $metadata } = await new S3Client(options()).send(get);
    expect(await Body?.transformToString()).toBe('ven');
    expect($metadata.httpStatusCode).toBe(206);
    expect(got?.input).toMatchObject({ ...object, Range: 'bytes=2-4', IfNoneMatch: '"etag"' });
  });

  it('that did not change answer 304 without a body', async () => {
    give = new AwsFault('NotModified', '', { status: 304 });
    const error = await new S3Client(options()).send(new GetObjectCommand(object)).catch((thrown) => thrown);
    expect(error.$metadata.httpStatusCode).toBe(304);
  });

  it('have their length told by HEAD', async () => {
    give = { ContentLength: 1234, LastModified: new Date('2026-11-02T06:00:00Z') };
    const head = await new S3Client(options()).send(new HeadObjectCommand(object));
    expect(head).toMatchObject({ ContentLength: 1234, LastModified: new Date('2026-11-02T06:00:00Z') });
  });
});

/** The AWS CLI and other clients send no `x-id`; routes are told apart by query and headers (S3 API reference). */
it.each([
  ['PUT', '/b/k', {}, 'PutObject'],
  ['PUT', '/b/k', { 'x-amz-copy-source': '/b/other' }, 'CopyObject'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', {}, 'UploadPart'],
  ['PUT', '/b/k?tagging', {}, 'PutObjectTagging'],
  ['PUT', '/b', {}, 'CreateBucket'],
  ['GET', '/', {}, 'ListBuckets'],
  ['GET', '/b', {}, 'ListObjects'],
  ['GET', '/b/', {}, 'ListObjects'],
  ['GET', '/b?list-type=2&prefix=x', {}, 'ListObjectsV2'],
  ['GET', '/b?policy', {}, 'GetBucketPolicy'],
  ['GET', '/b/k?uploadId=u', {}, 'ListParts'],
  ['POST', '/b?delete', {}, 'DeleteObjects'],
])('%s %s %j is %s', async (method, path, headers, operation) => {
  give = {};
  await fetch(`${wire.url}${path}`, { method, headers: { ...headers, authorization } });
  expect(got?.operation).toBe(operation);
});

it('a presigned URL needs no headers', async () => {
  give = { Body: 'inventory' };
  const query = `x-id=GetObject&X-Amz-Credential=${encodeURIComponent(credential)}&X-Amz-Signature=0`;
  const answer = await fetch(`${wire.url}/inventory/a/b?${query}`);
  expect(await answer.text()).toBe('inventory');
  expect(got?.input).toEqual({ Bucket: 'inventory', Key: 'a/b' });
});

it('answers carry the virtual time and the same ids for the same requests in the same world', async () => {
  const ids: (string | null)[] = [];
  for (const again of [cloudThat(() => ({}), 's3'), cloudThat(() => ({}), 's3')]) {
    again.sessions.otherwise = administrator;
    const twin = await listen(again, { port: 0, onBug: () => undefined });
    for (let n = 0; n < 2; n++) {
      const { headers } = await fetch(`${twin.url}/b/k`, { headers: { authorization } });
      expect(headers.get('date')).toBe('Mon, 02 Nov 2026 06:00:00 GMT');
      ids.push(headers.get('x-amzn-requestid'));
    }
    await twin.close();
  }
  expect(ids.slice(0, 2)).toEqual(ids.slice(2));
  expect(ids[0]).not.toBe(ids[1]);
});

function bodyOf(call: Call | undefined): Buffer {
  const { Body } = { Body: undefined, ...(call?.input as object) };
  return Buffer.from(Body ?? []);
}

describe('GetBucketLocation', () => {
  it.each([
    [undefined, ''],
    ['eu-west-1', 'eu-west-1'],
  ])('of %s is an element and never an empty body (S3 API reference, GetBucketLocation)', async (region, text) => {
    give = region ? { LocationConstraint: region } : {};
    const response = await fetch(`${wire.url}/inventory?location`, { headers: { authorization } });
    expect(await response.text()).toBe(
      `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</LocationConstraint>`,
    );
    const { LocationConstraint } = await new S3Client(options()).send(
      new GetBucketLocationCommand({ Bucket: 'inventory' }),
    );
    expect(LocationConstraint).toBe(region);
  });
});
