import type { PutObjectCommandOutput } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import type { Caller } from '../../../local/cloud/service.ts';
import { createInventoryCloud, faultOf, MEMBER } from './inventory-cloud.ts';

const keyArn = 'arn:aws:kms:us-east-1:100000000002:key/inventory';
const at = { Bucket: 'inventory-bucket', Key: 'a' };

function createEncryptedCloud(bucketKey: boolean, fault?: AwsFault) {
  const made = createInventoryCloud({ bucket: { encryption: { keyArn, bucketKey } } });
  const answer = () => {
    if (fault) throw fault;
    return { CiphertextBlob: Buffer.from('data key') };
  };
  const operations = { GenerateDataKey: { needs: () => [], run: answer }, Decrypt: { needs: () => [], run: answer } };
  made.cloud.add({ name: 'kms', operations });
  return { ...made, kmsCalls: () => made.asked.flatMap(({ call }) => (call.service === 'kms' ? [call] : [])) };
}

describe('SSE-KMS (S3 user guide, "Using server-side encryption with AWS KMS keys")', () => {
  it.each([
    [false, 'arn:aws:s3:::inventory-bucket/a'],
    [true, 'arn:aws:s3:::inventory-bucket'],
  ])('asks KMS as the caller, with a bucket key (%s) for %s', async (bucketKey, arn) => {
    const { askAs, inHub, kmsCalls } = createEncryptedCloud(bucketKey);
    const writer: Caller = {
      kind: 'service',
      principal: 'ssm.amazonaws.com',
      sourceAccount: MEMBER,
      sourceArn: 'arn:sync',
    };
    await askAs(writer, { service: 's3', region: 'us-east-1' }, 'PutObject')({ ...at, Body: 'x' });
    await inHub('GetObject', at);
    const context = { 'kms:ViaService': 's3.us-east-1.amazonaws.com', 'kms:EncryptionContext:aws:s3:arn': arn };
    const EncryptionContext = { 'aws:s3:arn': arn };
    expect(kmsCalls()).toMatchObject([
      { operation: 'GenerateDataKey', caller: writer, context, input: { KeyId: keyArn, EncryptionContext } },
      { operation: 'Decrypt', context, input: { CiphertextBlob: Buffer.from('data key'), EncryptionContext } },
    ]);
  });

  it('shows the key, and an ETag that is not the MD5 of the body', async () => {
    const { inHub, kmsCalls } = createEncryptedCloud(true);
    const put = await inHub<PutObjectCommandOutput>('PutObject', { ...at, Body: 'hello' });
    expect(put).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn, BucketKeyEnabled: true });
    expect(put.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(put.ETag).not.toContain('5d41402abc4b2a76b9719d911017c592');
    await inHub('HeadObject', at);
    expect(kmsCalls()).toHaveLength(1);
  });

  it('lets a request choose another key or SSE-S3', async () => {
    const { inHub, kmsCalls } = createEncryptedCloud(true);
    const other = 'arn:aws:kms:us-east-1:100000000002:key/other';
    expect(await inHub('PutObject', { ...at, SSEKMSKeyId: other, ServerSideEncryption: 'aws:kms' })).toMatchObject({
      SSEKMSKeyId: other,
    });
    expect(await inHub('PutObject', { ...at, ServerSideEncryption: 'AES256' })).toMatchObject({
      ServerSideEncryption: 'AES256',
    });
    expect(kmsCalls()).toHaveLength(1);
  });

  it.each([
    [new AwsFault('AccessDeniedException', 'not authorized'), 'AccessDenied', 403],
    [new AwsFault('DisabledException', 'key is disabled'), 'KMS.DisabledException', 400],
    [new AwsFault('NotImplemented', 'not served', { status: 501 }), 'NotImplemented', 501],
  ])('answers KMS error %s as %s', async (fault, name, status) => {
    const { inHub, keys } = createEncryptedCloud(true, fault);
    expect(await faultOf(inHub('PutObject', { ...at, Body: 'x' }))).toMatchObject({ name, status });
    expect(await keys()).toEqual([]);
  });

  it('refuses a key of another Region ("Specifying server-side encryption with AWS KMS", S3 user guide)', async () => {
    const { inHub } = createEncryptedCloud(true);
    const SSEKMSKeyId = 'arn:aws:kms:eu-west-1:100000000002:key/far';
    expect(await faultOf(inHub('PutObject', { ...at, SSEKMSKeyId }))).toMatchObject({ name: 'KMS.NotFoundException' });
  });
});
