import { isDeepStrictEqual } from 'node:util';
import type * as sdk from '@aws-sdk/client-kms';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operationsNeeding, type Service } from '../cloud/service.ts';
import type { PolicyDocument } from '../iam/policy.ts';

interface Key {
  readonly keyId: string;
  readonly arn: string;
  readonly account: string;
  readonly createdAt: Date;
  policy: PolicyDocument;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
}

/** What stands in a ciphertext: whose data key it is, the how many-eth, and for what. */
interface Encrypted {
  readonly key: string;
  readonly number: number;
  readonly context: Record<string, string>;
}

/** Customer keys and their data keys. */
export class Kms implements Service {
  readonly name = 'kms';
  readonly #cloud: Cloud;
  readonly #carriesSourceOrgId: boolean;
  readonly #keys = new Map<string, Key>();
  #dataKeys = 0;

  /** Whether S3's call on behalf of a service principal carries the organization is not documented: a switch of the world. */
  constructor(cloud: Cloud, carriesSourceOrgId: boolean) {
    this.#cloud = cloud;
    this.#carriesSourceOrgId = carriesSourceOrgId;
  }

  createKey({ account, region, policy }: { account: string; region: string; policy: PolicyDocument }): Key {
    const keyId = this.#cloud.draw.uuid('kms key', account, region, this.#keys.size);
    const arn = `arn:${this.#cloud.partition}:kms:${region}:${account}:key/${keyId}`;
    const key: Key = { keyId, arn, account, createdAt: this.#cloud.clock.now(), policy, state: 'Enabled' };
    this.#keys.set(arn, key);
    return key;
  }

  /** Throws NotFoundException. */
  key(arn: string): Key {
    const key = this.#keys.get(arn);
    if (!key) throw new AwsFault('NotFoundException', `Key '${arn}' does not exist`);
    return key;
  }

  readonly operations = operationsNeeding<typeof sdk>((input, call) => this.#needs(input, call), {
    GenerateDataKey: ({ KeyId, EncryptionContext: context = {} }, call) => {
      const { arn } = usable(this.#find(KeyId, call));
      const encrypted: Encrypted = { key: arn, number: this.#dataKeys++, context };
      const CiphertextBlob = Buffer.from(JSON.stringify(encrypted));
      return { KeyId: arn, CiphertextBlob, Plaintext: this.#plaintext(encrypted) };
    },
    Decrypt: (input, call) => {
      const encrypted = decode(input);
      const { arn } = usable(this.#find(encrypted.key, call));
      if (!isDeepStrictEqual(encrypted.context, { ...input.EncryptionContext }))
        throw new AwsFault('InvalidCiphertextException', '');
      return { KeyId: arn, Plaintext: this.#plaintext(encrypted), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    },
    DisableKey: ({ KeyId }, call) => this.#enter('Disabled', KeyId, call),
    EnableKey: ({ KeyId }, call) => this.#enter('Enabled', KeyId, call),
    GetKeyPolicy: ({ KeyId }, call) => ({
      Policy: JSON.stringify(this.#find(KeyId, call).policy),
      PolicyName: 'default',
    }),
    DescribeKey: (input, call) => {
      const {
        keyId: KeyId,
        arn: Arn,
        account: AWSAccountId,
        createdAt: CreationDate,
        state,
      } = this.#find(input.KeyId, call);
      const about = { KeyState: state, Enabled: state === 'Enabled', KeySpec: 'SYMMETRIC_DEFAULT' } as const;
      return { KeyMetadata: { KeyId, Arn, AWSAccountId, CreationDate, ...about } };
    },
  });

  /** A key that is to be deleted changes no more ("Key states of AWS KMS keys", KMS Developer Guide). */
  #enter(state: Key['state'], id: string | undefined, call: Call): object {
    const key = this.#find(id, call);
    if (key.state === 'PendingDeletion') usable(key);
    key.state = state;
    return {};
  }

  /** A key by ARN, or by id in the caller's account; only in the Region that is asked. */
  #find(id = '', { caller, region }: Call): Key {
    const arn = id.startsWith('arn:')
      ? id
      : `arn:${this.#cloud.partition}:kms:${region}:${accountOf(caller)}:key/${id}`;
    const keyRegion = arn.split(':')[3];
    if (keyRegion !== region) throw new AwsFault('NotFoundException', `Invalid arn ${keyRegion}`);
    return this.key(arn);
  }

  #needs(input: sdk.GenerateDataKeyCommandInput & sdk.DecryptCommandInput, call: Call): Need[] {
    const id = call.operation === 'Decrypt' ? decode(input).key : input.KeyId;
    const { arn, account, policy } = this.#find(id, call);
    const pairs = input.EncryptionContext ?? {};
    const viaService = call.context?.['kms:ViaService'] !== undefined;
    const context = {
      'kms:CallerAccount': accountOf(call.caller),
      'kms:EncryptionContextKeys': Object.keys(pairs),
      ...Object.fromEntries(Object.entries(pairs).map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
      ...(viaService && !this.#carriesSourceOrgId && { 'aws:SourceOrgID': [], 'aws:SourceOrgPaths': [] }),
    };
    return [{ action: `kms:${call.operation}`, resource: arn, owner: account, context, policy }];
  }

  #plaintext({ key, number }: Encrypted): Uint8Array {
    return Buffer.from(this.#cloud.draw.hex('data key', key, number), 'hex');
  }
}

/** "Key states of AWS KMS keys" (KMS Developer Guide). */
function usable(key: Key): Key {
  if (key.state === 'Disabled') throw new AwsFault('DisabledException', `${key.arn} is disabled.`);
  if (key.state === 'PendingDeletion')
    throw new AwsFault('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  return key;
}

function decode({ CiphertextBlob }: sdk.DecryptCommandInput): Encrypted {
  try {
    return JSON.parse(Buffer.from(CiphertextBlob ?? []).toString());
  } catch {
    throw new AwsFault('InvalidCiphertextException', '');
  }
}
