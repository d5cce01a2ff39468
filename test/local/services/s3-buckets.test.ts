import type {
  GetBucketPolicyCommandOutput,
  ListBucketsCommandOutput,
  ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { administrator, createInventoryCloud, faultOf, HUB, MEMBER } from './inventory-cloud.ts';

const Bucket = 'inventory-bucket';

async function listingOf(keys: readonly string[]) {
  const { inHub } = createInventoryCloud();
  for (const Key of keys) await inHub('PutObject', { Bucket, Key, Body: Key });
  return async (input: object) => {
    const answer = await inHub<ListObjectsV2CommandOutput>('ListObjectsV2', { Bucket, ...input });
    const found = (answer.Contents ?? []).map(({ Key }) => Key);
    return { answer, found, folders: (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix) };
  };
}

describe('ListObjectsV2 (S3 API reference)', () => {
  const keys = ['b/2', 'a', 'b/1', 'c/x/1', 'c/y', 'd e'];

  it.each([
    [{}, ['a', 'b/1', 'b/2', 'c/x/1', 'c/y', 'd e'], []],
    [{ Prefix: 'b/' }, ['b/1', 'b/2'], []],
    [{ Delimiter: '/' }, ['a', 'd e'], ['b/', 'c/']],
    [{ Prefix: 'c/', Delimiter: '/' }, ['c/y'], ['c/x/']],
    [{ StartAfter: 'b/1' }, ['b/2', 'c/x/1', 'c/y', 'd e'], []],
    [{ Prefix: 'd', EncodingType: 'url' }, ['d%20e'], []],
    [{ MaxKeys: 0 }, [], []],
    [{ Prefix: 'z' }, [], []],
  ])('%o gives keys %j and folders %j', async (input, found, folders) => {
    const list = await listingOf(keys);
    expect(await list(input)).toMatchObject({ found, folders, answer: { IsTruncated: false } });
  });

  it('counts a folder as one entry of a page and goes on behind it', async () => {
    const list = await listingOf(keys);
    const one = await list({ Delimiter: '/', MaxKeys: 2 });
    expect(one).toMatchObject({ found: ['a'], folders: ['b/'], answer: { KeyCount: 2, IsTruncated: true } });
    const two = await list({ Delimiter: '/', ContinuationToken: one.answer.NextContinuationToken });
    expect(two).toMatchObject({ found: ['d e'], folders: ['c/'], answer: { IsTruncated: false } });
  });

  it('gives at most 1,000 keys whatever is asked for, and every key once', async () => {
    const many = Array.from({ length: 2300 }, (_, index) => `k/${(index * 7919) % 2300}`);
    const list = await listingOf(many);
    const seen: (string | undefined)[] = [];
    const sizes: number[] = [];
    let token: string | undefined;
    do {
      const { answer, found } = await list({ MaxKeys: 5000, ContinuationToken: token });
      seen.push(...found);
      sizes.push(found.length);
      token = answer.NextContinuationToken;
    } while (token);
    expect(sizes).toEqual([1000, 1000, 300]);
    expect(seen).toEqual([...many].sort());
  });

  it('refuses a token that it did not give', async () => {
    const list = await listingOf([]);
    expect(await faultOf(list({ ContinuationToken: 'x' }))).toMatchObject({ name: 'InvalidArgument' });
  });

  it('needs s3:ListBucket with the prefix as condition key', async () => {
    const { inHub, asked } = createInventoryCloud();
    await inHub('ListObjectsV2', { Bucket, Prefix: 'runs/', MaxKeys: 5 });
    expect(asked[0]?.needs).toMatchObject([
      {
        action: 's3:ListBucket',
        resource: 'arn:aws:s3:::inventory-bucket',
        context: { 's3:prefix': 'runs/', 's3:max-keys': '5' },
      },
    ]);
  });
});

describe('buckets', () => {
  it('tells whose they are and where', async () => {
    const { inHub, s3, askAs } = createInventoryCloud();
    s3.createBucket({ name: 'another', account: HUB, region: 'eu-west-1' });
    const mine = await inHub<ListBucketsCommandOutput>('ListBuckets', {});
    expect(mine.Buckets?.map(({ Name }) => Name)).toEqual(['another', Bucket]);
    const theirs = askAs<ListBucketsCommandOutput>(
      administrator(MEMBER),
      { service: 's3', region: 'us-east-1' },
      'ListBuckets',
    );
    expect((await theirs({})).Buckets).toEqual([]);
    expect(await inHub('GetBucketLocation', { Bucket: 'another' })).toEqual({ LocationConstraint: 'eu-west-1' });
    expect(await inHub('GetBucketLocation', { Bucket })).toEqual({});
    expect(await inHub('GetBucketAcl', { Bucket })).toMatchObject({ Grants: [{ Permission: 'FULL_CONTROL' }] });
  });

  it('gives the policy as text and 404 when there is none', async () => {
    const { inHub, s3 } = createInventoryCloud();
    expect(await faultOf(inHub('GetBucketPolicy', { Bucket }))).toMatchObject({
      name: 'NoSuchBucketPolicy',
      status: 404,
    });
    s3.putBucketPolicy(Bucket, { Statement: [] });
    const { Policy } = await inHub<GetBucketPolicyCommandOutput>('GetBucketPolicy', { Bucket });
    expect(JSON.parse(Policy ?? '')).toEqual({ Statement: [] });
  });

  it('takes another policy, and refuses what is none (S3 API reference, PutBucketPolicy)', async () => {
    const { inHub } = createInventoryCloud();
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }];
    await inHub('PutBucketPolicy', { Bucket, Policy: JSON.stringify({ Statement }) });
    for (const Policy of ['no JSON', JSON.stringify({ Statement: [{ ...Statement[0], Action: 'GetObject' }] })])
      expect(await faultOf(inHub('PutBucketPolicy', { Bucket, Policy }))).toMatchObject({ name: 'MalformedPolicy' });
    const { Policy } = await inHub<GetBucketPolicyCommandOutput>('GetBucketPolicy', { Bucket });
    expect(JSON.parse(Policy ?? '')).toEqual({ Statement });
  });

  it.each([
    ['GetObject', 'none', 'NoSuchBucket', 404],
    ['ListObjectsV2', 'none', 'NoSuchBucket', 404],
    ['PutObject', 'elsewhere', 'PermanentRedirect', 301],
  ])('%s on bucket %s answers %s', async (operation, name, fault, status) => {
    const { inHub, s3 } = createInventoryCloud();
    s3.createBucket({ name: 'elsewhere', account: HUB, region: 'eu-west-1' });
    expect(await faultOf(inHub(operation, { Bucket: name, Key: 'k' }))).toMatchObject({ name: fault, status });
  });

  it('has each name once in the world', () => {
    const { s3 } = createInventoryCloud();
    const create = (account: string) => () => s3.createBucket({ name: Bucket, account, region: 'us-east-1' });
    expect(create(HUB)).toThrow(expect.objectContaining({ name: 'BucketAlreadyOwnedByYou' }));
    expect(create(MEMBER)).toThrow(expect.objectContaining({ name: 'BucketAlreadyExists' }));
    expect(s3.bucket(Bucket)?.place.account).toBe(HUB);
  });

  it.each([
    ['us-east-1', undefined, 'us-east-1'],
    ['us-east-1', 'eu-west-1', 'eu-west-1'],
    ['eu-west-1', 'eu-west-1', 'eu-west-1'],
    ['eu-west-1', undefined, 'IllegalLocationConstraintException'],
    ['eu-west-1', 'us-west-2', 'IllegalLocationConstraintException'],
    ['us-east-1', 'us-east-1', 'InvalidLocationConstraint'],
  ])('CreateBucket at %s with the constraint %s: %s', async (endpoint, LocationConstraint, outcome) => {
    const { askAs, s3, asked } = createInventoryCloud();
    const create = askAs(administrator(HUB), { service: 's3', region: endpoint }, 'CreateBucket');
    const input = { Bucket: 'new', ...(LocationConstraint && { CreateBucketConfiguration: { LocationConstraint } }) };
    const answer = await create(input).catch((fault: Error) => fault);
    expect(answer instanceof Error ? answer.name : s3.bucket('new')?.place.region).toBe(outcome);
    const context = LocationConstraint ? { 's3:LocationConstraint': LocationConstraint } : {};
    expect(asked[0]?.needs).toEqual([{ action: 's3:CreateBucket', resource: 'arn:aws:s3:::new', owner: HUB, context }]);
  });

  it('may be created again by their owner in us-east-1, and only there', async () => {
    const { inHub, askAs } = createInventoryCloud();
    expect(await inHub('CreateBucket', { Bucket })).toEqual({ Location: `/${Bucket}` });
    const elsewhere = { Bucket: 'elsewhere', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } };
    await inHub('CreateBucket', elsewhere);
    expect(await faultOf(inHub('CreateBucket', elsewhere))).toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
    const theirs = askAs(administrator(MEMBER), { service: 's3', region: 'us-east-1' }, 'CreateBucket');
    expect(await faultOf(theirs({ Bucket }))).toMatchObject({ name: 'BucketAlreadyExists', status: 409 });
    expect(await faultOf(inHub('CreateBucket', { Bucket: 'No' }))).toMatchObject({ name: 'InvalidBucketName' });
  });
});
