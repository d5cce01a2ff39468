import type { ListResourceDataSyncCommandOutput } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import type { Unknowns } from '../../../local/world/schema.ts';
import { createInventoryCloud, destination, faultOf, MEMBER, MINUTE, REGION } from './inventory-cloud.ts';

const standard = { ...destination, DestinationDataSharing: undefined };
const source = { SourceType: 'AwsOrganizations', SourceRegions: ['us-east-1'] };
const INVALID = 'ResourceDataSyncInvalidConfigurationException';

function createSyncCloud(unknowns: Partial<Unknowns> = {}) {
  const made = createInventoryCloud({ unknowns });
  const list = async (input: object = {}) =>
    (await made.inMember<ListResourceDataSyncCommandOutput>('ListResourceDataSync', input)).ResourceDataSyncItems ?? [];
  const place = (count: number, more: object = { destination: standard }) => {
    for (let index = 0; index < count; index++)
      made.ssm.placeSync(MEMBER, REGION, { name: `foreign-${index}`, ...more });
  };
  return { ...made, list, place };
}

describe('CreateResourceDataSync (SSM API reference)', () => {
  it('is InProgress until the baseline, 1 to 5 minutes later, then Successful', async () => {
    const { createSync, list, advance } = createSyncCloud();
    await createSync();
    await advance(MINUTE - 1);
    expect(await list()).toMatchObject([
      { SyncName: 'muster', SyncType: 'SyncToDestination', LastStatus: 'InProgress' },
    ]);
    await advance(4 * MINUTE + 1);
    expect(await list()).toMatchObject([
      { LastStatus: 'Successful', LastSyncStatusMessage: 'The sync was successfully completed' },
    ]);
  });

  it.each([
    ['an unknown type', { SyncType: 'Else' }],
    ['no destination', { S3Destination: undefined }],
    ['a source besides the destination', { SyncSource: source }],
    ['the other type', { SyncType: 'SyncFromSource', S3Destination: undefined, SyncSource: source }],
    ['another format', { S3Destination: { ...destination, SyncFormat: 'Csv' } }],
    [
      'another sharing',
      { S3Destination: { ...destination, DestinationDataSharing: { DestinationDataSharingType: 'All' } } },
    ],
  ])('refuses %s as invalid configuration', async (_, input) => {
    const { createSync, list } = createSyncCloud();
    expect(await faultOf(createSync(input))).toMatchObject({ name: INVALID });
    expect(await list()).toEqual([]);
  });

  it('refuses a name that is taken, telling only the name', async () => {
    const { createSync } = createSyncCloud();
    await createSync();
    const fault = await faultOf(createSync({ S3Destination: { ...standard, Prefix: 'other' } }));
    expect(fault).toMatchObject({
      name: 'ResourceDataSyncAlreadyExistsException',
      message: '',
      fields: { SyncName: 'muster' },
    });
  });

  it('refuses a sixth sync of an account and Region ("Systems Manager endpoints and quotas")', async () => {
    const { createSync, place } = createSyncCloud();
    place(4);
    await createSync();
    expect(await faultOf(createSync({ SyncName: 'sixth' }))).toMatchObject({
      name: 'ResourceDataSyncCountExceededException',
    });
  });

  it.each([
    [true, 'ResourceDataSyncCountExceededException'],
    [false, undefined],
  ])('counts both types against one limit: %s (not documented)', async (sharedLimit, name) => {
    const { createSync, place } = createSyncCloud({ sharedLimit });
    place(5, { source });
    const fault = await faultOf(createSync()).catch(() => undefined);
    expect(fault?.name).toBe(name);
  });

  it.each(['ResourceDataSyncCountExceededException', INVALID] as const)(
    'allows one sync for the Organization and refuses the second as %s ("Creating a resource data sync for Inventory")',
    async (organizationConflictCode) => {
      const { createSync } = createSyncCloud({ organizationConflictCode });
      await createSync();
      expect(await faultOf(createSync({ SyncName: 'second' }))).toMatchObject({ name: organizationConflictCode });
      await createSync({ SyncName: 'second', S3Destination: standard });
    },
  );

  it('lets only one of two simultaneous creates of a name win', async () => {
    const { createSync, list } = createSyncCloud();
    const outcomes = await Promise.allSettled([createSync(), createSync()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await list()).toHaveLength(1);
  });

  it('needs its action on the sync, with the type as condition key where it is given (Service Authorization Reference)', async () => {
    const { createSync, inMember, asked } = createSyncCloud();
    await createSync({ SyncType: 'SyncToDestination' });
    await inMember('ListResourceDataSync');
    const resource = `arn:aws:ssm:${REGION}:${MEMBER}:resource-data-sync/muster`;
    const needs = asked.flatMap(({ call, needs }) => (call.service === 'ssm' ? needs : []));
    expect(needs).toEqual([
      {
        action: 'ssm:CreateResourceDataSync',
        resource,
        owner: MEMBER,
        context: { 'ssm:SyncType': 'SyncToDestination' },
      },
      { action: 'ssm:ListResourceDataSync', resource: '*', owner: MEMBER },
    ]);
  });
});

describe('the write test of Create (seen, not documented)', () => {
  it('leaves test.json right under accountid=, written as the service for the sync', async () => {
    const { createSync, keys, asked } = createSyncCloud();
    await createSync();
    expect(await keys()).toEqual([`inventory/AWS:InstanceInformation/accountid=${MEMBER}/test.json`]);
    expect(asked.find(({ call }) => call.operation === 'PutObject')).toMatchObject({
      call: {
        caller: {
          kind: 'service',
          principal: 'ssm.amazonaws.com',
          sourceAccount: MEMBER,
          sourceArn: `arn:aws:ssm:${REGION}:${MEMBER}:resource-data-sync/muster`,
        },
        input: { ACL: 'bucket-owner-full-control', Tagging: 'OrgId=o-a1b2c3d4e5' },
      },
    });
  });

  it.each([
    ['refused by the bucket', 's3:PutObject', destination],
    ['to a bucket that does not exist', 'none', { ...destination, BucketName: 'none' }],
    ['to a bucket of another Region', 'none', { ...destination, Region: 'eu-west-1' }],
  ])('fails the create when it is %s', async (_, action, S3Destination) => {
    const { createSync, refuse, list } = createSyncCloud();
    refuse((need) => need.action === action);
    const fault = await faultOf(createSync({ S3Destination }));
    expect(fault).toMatchObject({ name: INVALID, message: `S3 write failed for bucket ${S3Destination.BucketName}` });
    expect(await list()).toEqual([]);
  });

  it('does not depend on s3:GetBucketAcl, which not every published policy grants', async () => {
    const { createSync, refuse, asked } = createSyncCloud();
    refuse(({ action }) => action === 's3:GetBucketAcl');
    await createSync();
    expect(asked.some(({ call }) => call.operation === 'GetBucketAcl')).toBe(true);
  });

  it.each([
    [false, undefined, true],
    [true, false, true],
    [false, true, false],
    [true, undefined, false],
  ])(
    'with createProbes %s and the account set to %s, a create to a refusing bucket works: %s (not documented)',
    async (createProbes, account, works) => {
      const { createSync, refuse, ssm, list, advance, keys } = createSyncCloud({ createProbes });
      ssm.overrideProbe(MEMBER, account);
      refuse(({ action }) => action === 's3:PutObject');
      await createSync().catch(() => undefined);
      await advance(5 * MINUTE);
      expect((await list()).map(({ LastStatus }) => LastStatus)).toEqual(works ? ['Successful'] : []);
      expect(await keys()).toEqual([]);
    },
  );

  it('sends SSE headers when the sync names a key ("Walkthrough: Using resource data sync to aggregate inventory data")', async () => {
    const { createSync, asked, cloud } = createSyncCloud();
    cloud.add({ name: 'kms', operations: { GenerateDataKey: { needs: () => [], run: () => ({}) } } });
    const AWSKMSKeyARN = 'arn:aws:kms:us-east-1:100000000002:key/k';
    await createSync({ S3Destination: { ...standard, AWSKMSKeyARN } });
    const put = asked.find(({ call }) => call.operation === 'PutObject')?.call.input;
    expect(put).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: AWSKMSKeyARN });
    expect(put).not.toHaveProperty('Tagging');
  });
});

describe('ListResourceDataSync', () => {
  it.each([
    [false, undefined],
    [true, destination.DestinationDataSharing],
  ])('shows DestinationDataSharing: %s (not documented)', async (listShowsSharing, shown) => {
    const { createSync, list } = createSyncCloud({ listShowsSharing });
    await createSync();
    expect((await list())[0]?.S3Destination).toEqual({ ...standard, DestinationDataSharing: shown });
  });

  it('filters by type and has no LastStatus for SyncFromSource (SSM API reference, ResourceDataSyncItem)', async () => {
    const { createSync, list, ssm } = createSyncCloud();
    await createSync();
    ssm.placeSync(MEMBER, REGION, { name: 'explorer', source });
    expect(await list()).toHaveLength(2);
    const [explorer, ...others] = await list({ SyncType: 'SyncFromSource' });
    expect(others).toEqual([]);
    expect(explorer).toMatchObject({ SyncName: 'explorer', SyncSource: source });
    expect(explorer).not.toHaveProperty('LastStatus');
    expect(await list({ SyncType: 'Else' })).toEqual([]);
  });

  it('pages, and refuses sizes and tokens that are not allowed', async () => {
    const { inMember, place } = createSyncCloud();
    place(5);
    const page = (input: object) => inMember<ListResourceDataSyncCommandOutput>('ListResourceDataSync', input);
    const one = await page({ MaxResults: 3 });
    expect(one.ResourceDataSyncItems).toHaveLength(3);
    const two = await page({ MaxResults: 3, NextToken: one.NextToken });
    expect(two.ResourceDataSyncItems?.map(({ SyncName }) => SyncName)).toEqual(['foreign-3', 'foreign-4']);
    expect(two.NextToken).toBeUndefined();
    for (const MaxResults of [0, 51])
      expect(await faultOf(page({ MaxResults }))).toMatchObject({ name: 'ValidationException' });
    expect(await faultOf(page({ NextToken: 'x' }))).toMatchObject({ name: 'InvalidNextToken' });
  });

  it('says what the world forces it to say', async () => {
    const { list, place, ssm } = createSyncCloud();
    place(1);
    ssm.forceStatus(MEMBER, REGION, 'Failed');
    const [forced] = await list();
    expect(forced).toMatchObject({ LastStatus: 'Failed' });
    expect(forced).not.toHaveProperty('LastSyncStatusMessage');
    ssm.forceStatus(MEMBER, REGION, undefined);
    expect(await list()).toMatchObject([{ LastStatus: 'Successful' }]);
  });
});

describe('DeleteResourceDataSync (SSM API reference)', () => {
  it('takes the sync away and its slot with it, and leaves what it delivered', async () => {
    const { createSync, inMember, list, advance, keys, ssm } = createSyncCloud();
    ssm.addNodes(MEMBER, REGION, { nodes: 1 });
    await createSync();
    await advance(5 * MINUTE);
    const delivered = await keys();
    await inMember('DeleteResourceDataSync', { SyncName: 'muster', SyncType: 'SyncToDestination' });
    expect(await list()).toEqual([]);
    expect(await keys()).toEqual(delivered);
    await createSync();
  });

  it('delivers no baseline that was still to come', async () => {
    const { createSync, inMember, advance, keys, ssm } = createSyncCloud({ createProbes: false });
    ssm.addNodes(MEMBER, REGION, { nodes: 1 });
    await createSync();
    await inMember('DeleteResourceDataSync', { SyncName: 'muster' });
    await advance(5 * MINUTE);
    expect(await keys()).toEqual([]);
  });

  it.each([
    ['of an unknown name', { SyncName: 'other' }],
    ['of the other type', { SyncName: 'muster', SyncType: 'SyncFromSource' }],
  ])('knows no sync %s', async (_, input) => {
    const { createSync, inMember, list } = createSyncCloud();
    await createSync();
    const fault = await faultOf(inMember('DeleteResourceDataSync', input));
    expect(fault).toMatchObject({ name: 'ResourceDataSyncNotFoundException', fields: { SyncName: input.SyncName } });
    expect(await list()).toHaveLength(1);
  });
});

describe('somebody else in the account', () => {
  it('makes a sync that works like any other, as long as there is room', async () => {
    const { ssm, list, createSync, advance } = createSyncCloud();
    const undo = ssm.makeSync(MEMBER, REGION, { name: 'theirs', destination });
    expect(await list()).toMatchObject([{ SyncName: 'theirs', LastStatus: 'InProgress' }]);
    await advance(5 * MINUTE);
    expect(await list()).toMatchObject([{ LastStatus: 'Successful' }]);
    expect(ssm.makeSync(MEMBER, REGION, { name: 'another', destination })).toBeUndefined();
    undo?.();
    await createSync();
    undo?.();
    expect(ssm.syncNames(MEMBER, REGION)).toEqual(['muster']);
  });
});

it('has room again where the world takes a sync away', async () => {
  const { createSync, list, ssm } = createSyncCloud();
  await createSync();
  ssm.removeSync(MEMBER, REGION, 'muster');
  ssm.removeSync(MEMBER, REGION, 'muster');
  expect(await list()).toEqual([]);
  await createSync();
  expect(await list()).toHaveLength(1);
});
