import { describe, expect, it } from 'vitest';
import type { DeliveryPlace } from '../../core/delivery-permission.ts';
import { type HubLook, isDeliverable, type Looked, readHub, summarizeHub } from '../../core/hub.ts';
import { inventoryBucketStatements, inventoryKeyStatements } from '../../core/policies.ts';

const place: DeliveryPlace = {
  partition: 'aws',
  accountId: '100000000002',
  region: 'us-east-1',
  organizationId: 'o-a1b2c3d4e5',
  bucketName: 'inventory-bucket',
  prefix: 'inventory',
  keyArn: 'arn:aws:kms:us-east-1:100000000002:key/k',
  regionalPrincipals: [],
  sourceOrgIdReachesKms: false,
};
const terms = { ...place, literalAccountPath: false };
const target = { accountId: '100000000010', region: 'eu-west-1', syncName: 'muster-1a2b3c4d' };

const read = (value: string): Looked => ({ status: 'read', value });
const policy = (Statement: readonly unknown[]) => read(JSON.stringify({ Version: '2012-10-17', Statement }));
const unread: Looked = { status: 'unread', why: 'denied' };
const absent: Looked = { status: 'absent' };
const bucketStatements = inventoryBucketStatements(terms);
const deployed: HubLook = {
  keyState: read('Enabled'),
  keyPolicy: policy(inventoryKeyStatements(terms)),
  bucketPolicy: policy(bucketStatements),
};

const factsOf = (look: Partial<HubLook>, at: Partial<DeliveryPlace> = {}, who = target) =>
  readHub({ ...deployed, ...look }, { ...place, ...at })(who);

describe('the hub', () => {
  it.each([
    ['as it is deployed', {}],
    ['without a prefix', { prefix: '' }],
    ['with any account at any path', { literalAccountPath: true }],
    ['with an organization that reaches KMS', { sourceOrgIdReachesKms: true }],
    ['in another partition', { partition: 'aws-cn', keyArn: 'arn:aws-cn:kms:cn-north-1:100000000002:key/k' }],
    ['with principals of Regions', { regionalPrincipals: ['eu-west-1', 'ap-east-1'] }],
  ])('lets everybody deliver %s', (_, changes) => {
    const at = { ...terms, ...changes };
    const look = {
      keyPolicy: policy(inventoryKeyStatements(at)),
      bucketPolicy: policy(inventoryBucketStatements(at)),
    };
    expect(factsOf(look, at)).toEqual({ key: 'yes', bucketPolicy: 'yes' });
  });

  it.each<[string, Partial<HubLook>, ReturnType<typeof factsOf>]>([
    ['a disabled key', { keyState: read('Disabled') }, { key: 'no', bucketPolicy: 'yes' }],
    ['a key to be deleted', { keyState: read('PendingDeletion') }, { key: 'no', bucketPolicy: 'yes' }],
    ['a key that is gone', { keyState: absent, keyPolicy: absent }, { key: 'no', bucketPolicy: 'yes' }],
    ['a state that nobody knows', { keyState: read('Resting') }, { key: 'unknown', bucketPolicy: 'yes' }],
    ['a key policy without SSM', { keyPolicy: policy([]) }, { key: 'no', bucketPolicy: 'yes' }],
    ['a bucket without a policy', { bucketPolicy: absent }, { key: 'yes', bucketPolicy: 'no' }],
    [
      'a bucket that lets SSM put objects, but not tag them',
      { bucketPolicy: policy(bucketStatements.filter(({ Sid }) => Sid !== 'SsmTags')) },
      { key: 'yes', bucketPolicy: 'no' },
    ],
    [
      'looks that failed',
      { keyState: unread, keyPolicy: unread, bucketPolicy: unread },
      { key: 'unknown', bucketPolicy: 'unknown' },
    ],
    [
      'a disabled key whose policy cannot be read',
      { keyState: read('Disabled'), keyPolicy: unread },
      { key: 'no', bucketPolicy: 'yes' },
    ],
  ])('with %s answers so', (_, look, expected) => {
    expect(factsOf(look)).toEqual(expected);
  });

  it('is asked for each target, since a policy may name accounts', () => {
    const listed = bucketStatements.map((one) => ({
      ...one,
      Condition: { StringEquals: { 'aws:SourceAccount': target.accountId } },
    }));
    const bucketPolicy = policy(listed.filter(({ Effect }) => Effect === 'Allow'));
    expect(factsOf({ bucketPolicy }).bucketPolicy).toBe('yes');
    expect(factsOf({ bucketPolicy }, {}, { ...target, accountId: '100000000011' }).bucketPolicy).toBe('no');
  });

  it('is unknown where only one of two principals that may come is let in', () => {
    const regionalPrincipals = ['eu-west-1'];
    expect(factsOf({}, { regionalPrincipals })).toEqual({ key: 'unknown', bucketPolicy: 'unknown' });
    expect(factsOf({}, { regionalPrincipals }, { ...target, region: 'us-east-1' })).toMatchObject({ key: 'yes' });
    expect(factsOf({ keyPolicy: policy([]) }, { regionalPrincipals })).toMatchObject({ key: 'no' });
  });

  it('does not know whether KMS hears of the organization until it is told', () => {
    const keyPolicy = policy(inventoryKeyStatements({ ...terms, sourceOrgIdReachesKms: true }));
    expect(factsOf({ keyPolicy }).key).toBe('unknown');
    expect(factsOf({ keyPolicy }, { sourceOrgIdReachesKms: true }).key).toBe('yes');
  });

  it('delivers only with both', () => {
    expect(isDeliverable({ key: 'yes', bucketPolicy: 'yes' })).toBe('yes');
    expect(isDeliverable({ key: 'yes', bucketPolicy: 'unknown' })).toBe('unknown');
    expect(isDeliverable({ key: 'unknown', bucketPolicy: 'no' })).toBe('no');
  });
});

describe('what people read of the hub', () => {
  it.each<[string, Partial<HubLook>, object]>([
    ['all is well', {}, { key: 'usable', bucketPolicy: 'allows', deniedTargets: 0 }],
    ['the key is disabled', { keyState: read('Disabled') }, { key: 'disabled', deniedTargets: 1 }],
    ['the key is to be deleted', { keyState: read('PendingDeletion') }, { key: 'pending deletion' }],
    ['the key is gone', { keyState: absent }, { key: 'absent', deniedTargets: 1 }],
    ['the key denies', { keyPolicy: absent }, { key: 'denied', bucketPolicy: 'allows', deniedTargets: 1 }],
    ['nothing can be read', { keyState: unread, bucketPolicy: unread }, { key: 'unknown', bucketPolicy: 'unknown' }],
    ['the bucket denies', { bucketPolicy: absent }, { key: 'usable', bucketPolicy: 'denies', deniedTargets: 1 }],
  ])('when %s', (_, look, expected) => {
    const seen = { ...deployed, ...look };
    expect(summarizeHub(seen, [factsOf(look)])).toMatchObject({ schemaVersion: 1, ...expected });
  });

  it('is unknown but for the state of the key while no target asks', () => {
    expect(summarizeHub(deployed, [])).toMatchObject({ key: 'unknown', bucketPolicy: 'unknown', deniedTargets: 0 });
    expect(summarizeHub({ ...deployed, keyState: read('Disabled') }, [])).toMatchObject({ key: 'disabled' });
  });
});
