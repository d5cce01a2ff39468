import type {
  DecryptCommandOutput,
  DescribeKeyCommandOutput,
  GenerateDataKeyCommandOutput,
  GetKeyPolicyCommandOutput,
} from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import type { Call, Caller } from '../../../local/cloud/service.ts';
import { createAuthorizer } from '../../../local/iam/authorizer.ts';
import { IamDirectory } from '../../../local/iam/directory.ts';
import type { PolicyDocument, PolicyStatement } from '../../../local/iam/policy.ts';
import { Kms } from '../../../local/services/kms.ts';
import { OrganizationTree } from '../../../local/services/organization-tree.ts';

const HUB = '100000000002';
const MEMBER = '100000000010';
const start = new Date('2026-11-20T06:00:00Z');
const region = 'us-east-1';
const operator: Caller = { kind: 'administrator', account: HUB, arn: `arn:aws:iam::${HUB}:user/operator` };
const ssm: Caller = {
  kind: 'service',
  principal: 'ssm.amazonaws.com',
  sourceAccount: MEMBER,
  sourceArn: `arn:aws:ssm:eu-west-1:${MEMBER}:resource-data-sync/muster-1a2b3c4d`,
};
const statement = (more: Partial<PolicyStatement>): PolicyStatement => ({
  Effect: 'Allow',
  Action: 'kms:*',
  Resource: '*',
  Principal: { AWS: `arn:aws:iam::${HUB}:root` },
  ...more,
});
const policy = (...more: PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [statement({}), ...more],
});
/** As the deployed key has it. */
const forSsm = (Condition: PolicyStatement['Condition'] & {}) =>
  statement({ Action: 'kms:GenerateDataKey', Principal: { Service: 'ssm.amazonaws.com' }, Condition });
const syncs = { ArnLike: { 'aws:SourceArn': 'arn:aws:ssm:*:*:resource-data-sync/*' } };

function world({ document = policy(), carriesSourceOrgId = false } = {}) {
  const cloud = new Cloud(new Clock(start), new Draw(1));
  const organization = new OrganizationTree({
    id: 'o-a1b2c3d4e5',
    rootId: 'r-ab12',
    managementAccountId: '100000000001',
  });
  for (const id of [HUB, MEMBER]) organization.putAccount({ id, joinedAt: start });
  const kms = new Kms(cloud, carriesSourceOrgId);
  cloud.add(kms);
  cloud.authorizeWith(createAuthorizer({ directory: new IamDirectory(), organization }).authorize);
  const key = kms.createKey({ account: HUB, region, policy: document });
  const ask = <Output>(operation: string, input: object, more: Partial<Call> = {}) =>
    cloud.ask<Output>({ service: 'kms', operation, region, caller: operator, input, ...more });
  const generate = (input: object, more: Partial<Call> = {}) =>
    ask<GenerateDataKeyCommandOutput>('GenerateDataKey', { KeySpec: 'AES_256', ...input }, more);
  return { kms, key, ask, generate };
}

describe('a customer key', () => {
  it.each(['id', 'arn'])('gives data keys by its %s and takes them back', async (by) => {
    const { key, ask, generate } = world();
    const KeyId = by === 'id' ? key.keyId : key.arn;
    const EncryptionContext = { 'aws:s3:arn': 'arn:aws:s3:::bucket' };
    const made = await generate({ KeyId, EncryptionContext });
    const { CiphertextBlob } = made;
    const opened = await ask<DecryptCommandOutput>('Decrypt', { CiphertextBlob, EncryptionContext });
    expect([made.KeyId, opened.KeyId]).toEqual([key.arn, key.arn]);
    expect(opened.Plaintext).toEqual(made.Plaintext);
    expect(made.Plaintext).toHaveLength(32);
    expect((await generate({ KeyId })).Plaintext).not.toEqual(made.Plaintext);
  });

  it('opens nothing under another encryption context, nor what is no ciphertext (KMS API reference, Decrypt)', async () => {
    const { key, ask, generate } = world();
    const { CiphertextBlob } = await generate({ KeyId: key.arn, EncryptionContext: { a: '1' } });
    const invalid = { name: 'InvalidCiphertextException' };
    await expect(ask('Decrypt', { CiphertextBlob })).rejects.toMatchObject(invalid);
    await expect(ask('Decrypt', { CiphertextBlob: Buffer.from('?') })).rejects.toMatchObject(invalid);
    await expect(ask('Decrypt', {})).rejects.toMatchObject(invalid);
  });

  // KMS Developer Guide, "Key states of AWS KMS keys".
  it.each([
    ['Disabled', 'DisabledException', 'is disabled.'],
    ['PendingDeletion', 'KMSInvalidStateException', 'is pending deletion.'],
  ] as const)('that is %s answers %s until it is enabled again', async (state, name, text) => {
    const { key, ask, generate } = world();
    const { CiphertextBlob } = await generate({ KeyId: key.arn });
    key.state = state;
    const fault = { name, message: `${key.arn} ${text}` };
    await expect(generate({ KeyId: key.arn })).rejects.toMatchObject(fault);
    await expect(ask('Decrypt', { CiphertextBlob })).rejects.toMatchObject(fault);
    const { KeyMetadata } = await ask<DescribeKeyCommandOutput>('DescribeKey', { KeyId: key.arn });
    expect(KeyMetadata).toMatchObject({ KeyId: key.keyId, Arn: key.arn, KeyState: state, Enabled: false });
    key.state = 'Enabled';
    await expect(generate({ KeyId: key.arn })).resolves.toHaveProperty('KeyId', key.arn);
  });

  it('is disabled and enabled by calls, but not once it is to be deleted', async () => {
    const { key, ask } = world();
    await ask('DisableKey', { KeyId: key.arn });
    expect(key.state).toBe('Disabled');
    await ask('EnableKey', { KeyId: key.keyId });
    expect(key.state).toBe('Enabled');
    key.state = 'PendingDeletion';
    await expect(ask('EnableKey', { KeyId: key.arn })).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
  });

  it('shows its policy', async () => {
    const { key, ask } = world();
    const { Policy } = await ask<GetKeyPolicyCommandOutput>('GetKeyPolicy', { KeyId: key.arn });
    expect(JSON.parse(Policy ?? '')).toEqual(policy());
  });

  it('is not found under another name or in another Region', async () => {
    const { key, generate, kms } = world();
    await expect(generate({ KeyId: 'none' })).rejects.toThrow("key/none' does not exist");
    await expect(generate({})).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(generate({ KeyId: key.arn }, { region: 'eu-west-1' })).rejects.toThrow('Invalid arn us-east-1');
    expect(() => kms.key('arn:aws:kms:us-east-1:1:key/x')).toThrow('does not exist');
  });
});

describe('a key policy', () => {
  const viaS3 = { caller: ssm, context: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };

  it('lets SSM make data keys for its syncs only ("Walkthrough: Using resource data sync to aggregate inventory data")', async () => {
    const { key, generate, ask } = world({ document: policy(forSsm(syncs)) });
    const { CiphertextBlob } = await generate({ KeyId: key.arn }, viaS3);
    await expect(ask('Decrypt', { CiphertextBlob }, viaS3)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      status: 400,
    });
    const other = { ...viaS3, caller: { ...ssm, sourceArn: `arn:aws:ssm:eu-west-1:${MEMBER}:document/x` } };
    await expect(generate({ KeyId: key.arn }, other)).rejects.toThrow('because no resource-based policy allows');
    key.policy = policy();
    await expect(generate({ KeyId: key.arn }, viaS3)).rejects.toThrow('because no resource-based policy allows');
  });

  // Whether S3's call carries aws:SourceOrgID is not documented.
  it.each([
    [true, 'resolves'],
    [false, 'rejects'],
  ] as const)('that asks for aws:SourceOrgID, where S3 carries it (%s), %s', async (carriesSourceOrgId, outcome) => {
    const document = policy(forSsm({ StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } }));
    const { key, generate } = world({ document, carriesSourceOrgId });
    await expect(generate({ KeyId: key.arn }, viaS3))[outcome].toBeDefined();
    await expect(generate({ KeyId: key.arn }, { caller: ssm })).resolves.toBeDefined();
  });

  it('sees the caller and the encryption context', async () => {
    const Condition = {
      StringEquals: {
        'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::bucket',
        'kms:EncryptionContextKeys': 'aws:s3:arn',
        'kms:CallerAccount': MEMBER,
      },
    };
    const { key, generate } = world({ document: policy(forSsm(Condition)) });
    const asked = (arn: string) => generate({ KeyId: key.arn, EncryptionContext: { 'aws:s3:arn': arn } }, viaS3);
    await expect(asked('arn:aws:s3:::bucket')).resolves.toBeDefined();
    await expect(asked('arn:aws:s3:::other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
