import type { DeleteObjectCommandOutput, HeadObjectCommandOutput, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { GetObjectAnswer } from '../../../local/services/s3-objects.ts';
import { createInventoryCloud, faultOf, HUB } from './inventory-cloud.ts';

const at = { Bucket: 'inventory-bucket', Key: 'a/b.json' };
const text = (answer: { Body: Uint8Array }) => Buffer.from(answer.Body).toString();

describe('objects (S3 API reference)', () => {
  it('gives back what was put: body, type, ETag as MD5', async () => {
    const { inHub } = createInventoryCloud();
    const put = await inHub<PutObjectCommandOutput>('PutObject', {
      ...at,
      Body: 'hello',
      ContentType: 'text/plain',
    });
    expect(put).toMatchObject({ ETag: '"5d41402abc4b2a76b9719d911017c592"', ServerSideEncryption: 'AES256' });
    const got = await inHub<GetObjectAnswer>('GetObject', at);
    expect(text(got)).toBe('hello');
    expect(got).toMatchObject({ ContentType: 'text/plain', ContentLength: 5 });
    expect(got.LastModified).toEqual(new Date('2026-11-02T06:00:00Z'));
    expect(await inHub<HeadObjectCommandOutput>('HeadObject', at)).toMatchObject({ ContentLength: 5, ETag: put.ETag });
  });

  it('makes a lazy body when it is read, not when it is put', async () => {
    const { inHub } = createInventoryCloud();
    let made = 0;
    const Body = () => {
      made++;
      return Buffer.from('lazy');
    };
    await inHub('PutObject', { ...at, Body });
    expect(made).toBe(0);
    expect(await inHub('HeadObject', at)).toMatchObject({ ContentLength: 4 });
    const made2 = made;
    await inHub('HeadObject', at);
    expect(made).toBe(made2);
  });

  it.each([
    ['bytes=0-1', 'he', 'bytes 0-1/5'],
    ['bytes=3-', 'lo', 'bytes 3-4/5'],
    ['bytes=1-99', 'ello', 'bytes 1-4/5'],
    ['nonsense', 'hello', undefined],
  ])('answers range %s (RFC 9110 14.1.2)', async (Range, body, contentRange) => {
    const { inHub } = createInventoryCloud();
    await inHub('PutObject', { ...at, Body: 'hello' });
    const got = await inHub<GetObjectAnswer>('GetObject', { ...at, Range });
    expect([text(got), got.ContentRange]).toEqual([body, contentRange]);
  });

  it('refuses a range beyond the end with 416', async () => {
    const { inHub } = createInventoryCloud();
    await inHub('PutObject', { ...at, Body: 'hello' });
    expect(await faultOf(inHub('GetObject', { ...at, Range: 'bytes=5-' }))).toMatchObject({
      name: 'InvalidRange',
      status: 416,
    });
  });

  it.each([
    ['If-None-Match on a key that exists', { IfNoneMatch: '*' }, 'a/b.json', 'PreconditionFailed', 412],
    ['If-Match with another ETag', { IfMatch: '"0"' }, 'a/b.json', 'PreconditionFailed', 412],
    ['If-Match on a key that does not exist', { IfMatch: '"0"' }, 'none', 'NoSuchKey', 404],
  ])(
    'refuses a write with %s ("How to prevent object overwrites with conditional writes")',
    async (_, condition, Key, name, status) => {
      const { inHub } = createInventoryCloud();
      await inHub('PutObject', { ...at, Body: 'one' });
      expect(await faultOf(inHub('PutObject', { ...at, Key, Body: 'two', ...condition }))).toMatchObject({
        name,
        status,
      });
    },
  );

  it('writes when the condition holds, and needs s3:GetObject for If-Match', async () => {
    const { inHub, asked } = createInventoryCloud();
    const { ETag } = await inHub<PutObjectCommandOutput>('PutObject', { ...at, Body: 'one', IfNoneMatch: '*' });
    await inHub('PutObject', { ...at, Body: 'two', IfMatch: ETag });
    expect(text(await inHub<GetObjectAnswer>('GetObject', at))).toBe('two');
    expect(asked[1]?.needs.map(({ action }) => action)).toEqual(['s3:PutObject', 's3:GetObject']);
    expect(await faultOf(inHub('GetObject', { ...at, IfMatch: ETag }))).toMatchObject({ name: 'PreconditionFailed' });
  });

  it('hides an object behind a delete marker in a versioned bucket, and serves no version by its id', async () => {
    const { inHub, keys } = createInventoryCloud({ bucket: { versioning: true } });
    const { VersionId } = await inHub<PutObjectCommandOutput>('PutObject', { ...at, Body: 'one' });
    const marker = await inHub<DeleteObjectCommandOutput>('DeleteObject', at);
    expect(marker).toEqual({ DeleteMarker: true, VersionId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(await keys()).toEqual([]);
    expect(await faultOf(inHub('GetObject', at))).toMatchObject({ name: 'NoSuchKey' });
    for (const operation of ['GetObject', 'HeadObject', 'DeleteObject'])
      expect(await faultOf(inHub(operation, { ...at, VersionId }))).toMatchObject({ name: 'NotImplemented' });
    const again = await inHub<PutObjectCommandOutput>('PutObject', { ...at, Body: 'one' });
    expect(new Set([VersionId, marker.VersionId, again.VersionId]).size).toBe(3);
    expect(await keys()).toEqual([at.Key]);
  });

  it('forgets an object of an unversioned bucket', async () => {
    const { inHub, keys } = createInventoryCloud();
    for (const Key of ['c', 'a', 'b']) await inHub('PutObject', { ...at, Key, Body: Key });
    for (const Key of ['a', 'never there']) expect(await inHub('DeleteObject', { ...at, Key })).toEqual({});
    expect(await keys()).toEqual(['b', 'c']);
  });

  it('names versions and ETags alike in two runs with one seed', async () => {
    const run = async () => {
      const { inHub } = createInventoryCloud({ bucket: { versioning: true } });
      await inHub('PutObject', { ...at, Body: 'one' });
      return (await inHub<PutObjectCommandOutput>('PutObject', { ...at, Body: 'two' })).VersionId;
    };
    expect(await run()).toBe(await run());
  });
});

describe('what S3 asks of the caller (Service Authorization Reference, Amazon S3)', () => {
  it('brings tags, ACL and encryption of a write along as condition keys', async () => {
    const { inHub, asked, s3 } = createInventoryCloud();
    const policy = { Statement: [] };
    s3.putBucketPolicy('inventory-bucket', policy);
    await inHub('PutObject', {
      ...at,
      ACL: 'bucket-owner-full-control',
      ServerSideEncryption: 'AES256',
      Tagging: 'OrgId=o-1',
    });
    const context = {
      's3:x-amz-acl': 'bucket-owner-full-control',
      's3:x-amz-server-side-encryption': 'AES256',
      's3:RequestObjectTag/OrgId': 'o-1',
      's3:RequestObjectTagKeys': ['OrgId'],
    };
    const resource = 'arn:aws:s3:::inventory-bucket/a/b.json';
    expect(asked[0]?.needs).toEqual([
      { action: 's3:PutObject', resource, owner: HUB, context, policy },
      { action: 's3:PutObjectTagging', resource, owner: HUB, context, policy },
    ]);
  });

  it('answers 403 for a missing key to a caller who may not list the bucket', async () => {
    const { inHub, refuse } = createInventoryCloud();
    expect(await faultOf(inHub('GetObject', at))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    expect(await faultOf(inHub('HeadObject', at))).toMatchObject({ name: 'NotFound', status: 404 });
    refuse(({ action }) => action === 's3:ListBucket');
    expect(await faultOf(inHub('GetObject', at))).toMatchObject({ name: 'AccessDenied', status: 403 });
    await inHub('PutObject', at);
    await inHub('GetObject', at);
  });

  it('takes s3:DeleteObject of who deletes', async () => {
    const { inHub, asked } = createInventoryCloud();
    await inHub('DeleteObject', at);
    expect(asked[0]?.needs).toMatchObject([{ action: 's3:DeleteObject' }]);
  });

  it('refuses an ACL other than bucket-owner-full-control ("Controlling ownership of objects")', async () => {
    const { inHub } = createInventoryCloud();
    expect(await faultOf(inHub('PutObject', { ...at, ACL: 'public-read' }))).toMatchObject({
      name: 'AccessControlListNotSupported',
    });
  });
});
