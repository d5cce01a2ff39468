import type * as Api from '@aws-sdk/client-kms';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type ConditionContext, type Need, operation, type Service } from '../cloud/service.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { compilePolicy } from '../iam/statements.ts';

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

export interface Key {
  readonly keyId: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  policy: PolicyDocument;
  state: KeyState;
}

interface Encrypted {
  readonly key: string;
  readonly number: number;
  readonly context: Record<string, string>;
}

type KeyRequest = { KeyId?: string | undefined; EncryptionContext?: Record<string, string> | undefined };

/** Customer keys and their data keys. */
export class Kms implements Service {
  readonly name = 'kms';
  readonly #cloud: Cloud;
  readonly #carriesSourceOrgId: boolean;
  readonly #keys = new Map<string, Key>();
  readonly #aliases = new Map<string, string>();
  #dataKeys = 0;

  constructor(cloud: Cloud, carriesSourceOrgId: boolean) {
    this.#cloud = cloud;
    this.#carriesSourceOrgId = carriesSourceOrgId;
  }

  createKey(settings: { account: string; region: string; policy: PolicyDocument; enabled?: boolean }): Key {
    const { account, region, policy, enabled = true } = settings;
    compilePolicy(policy, 'resource');
    const keyId = this.#cloud.draw.uuid('kms key', account, region, this.#keys.size);
    const arn = this.#arn(account, region, `key/${keyId}`);
    const createdAt = this.#cloud.clock.now();
    const key: Key = { keyId, arn, account, region, createdAt, policy, state: enabled ? 'Enabled' : 'Disabled' };
    this.#keys.set(arn, key);
    return key;
  }

  /** `name` begins with `alias/`. */
  createAlias({
    account,
    region,
    name,
    keyId,
  }: {
    account: string;
    region: string;
    name: string;
    keyId: string;
  }): void {
    this.#aliases.set(this.#arn(account, region, name), this.#arn(account, region, `key/${keyId}`));
  }

  setKeyState(arn: string, state: KeyState): void {
    this.key(arn).state = state;
  }

  setKeyPolicy(arn: string, policy: PolicyDocument): void {
    compilePolicy(policy, 'resource');
    this.key(arn).policy = policy;
  }

  /** Throws NotFoundException. */
  key(arn: string): Key {
    const key = this.#keys.get(this.#aliases.get(arn) ?? arn);
    if (!key) throw new AwsFault('NotFoundException', `Key '${arn}' does not exist`);
    return key;
  }

  readonly operations = {
    GenerateDataKey: operation<Api.GenerateDataKeyCommandInput, Api.GenerateDataKeyCommandOutput>({
      needs: (input, call) => this.#needs('GenerateDataKey', this.#find(input.KeyId, call), { call, input }),
      run: ({ KeyId, EncryptionContext: context = {} }, call) => {
        const { arn } = usable(this.#find(KeyId, call));
        const encrypted: Encrypted = { key: arn, number: this.#dataKeys++, context };
        const CiphertextBlob = Buffer.from(JSON.stringify(encrypted));
        return { KeyId: arn, CiphertextBlob, Plaintext: this.#plaintext(encrypted) };
      },
    }),

    Decrypt: operation<Api.DecryptCommandInput, Api.DecryptCommandOutput>({
      needs: (input, call) => this.#needs('Decrypt', this.#find(decode(input).key, call), { call, input }),
      run: (input, call) => {
        const encrypted = decode(input);
        const { arn } = usable(this.#find(encrypted.key, call));
        if (!isSame(encrypted.context, input.EncryptionContext)) throw new AwsFault('InvalidCiphertextException', '');
        return { KeyId: arn, Plaintext: this.#plaintext(encrypted), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      },
    }),

    DescribeKey: operation<Api.DescribeKeyCommandInput, Api.DescribeKeyCommandOutput>({
      needs: ({ KeyId }, call) => this.#needs('DescribeKey', this.#find(KeyId, call), { call, input: {} }),
      run: ({ KeyId }, call) => ({ KeyMetadata: metadata(this.#find(KeyId, call)) }),
    }),
  };

  #arn(account: string, region: string, rest: string): string {
    return `arn:${this.#cloud.partition}:kms:${region}:${account}:${rest}`;
  }

  /** A key by ARN, or by id or alias in the caller's account; only in the Region that is asked. */
  #find(id = '', { caller, region }: Call): Key {
    const local = id.startsWith('alias/') ? id : `key/${id}`;
    const arn = id.startsWith('arn:') ? id : this.#arn(accountOf(caller), region, local);
    if (arn.split(':')[3] !== region) throw new AwsFault('NotFoundException', `Invalid arn ${arn.split(':')[3]}`);
    return this.key(arn);
  }

  /** Whether S3's call on behalf of a service principal names the organization is unconfirmed: a switch of the world. */
  #needs(action: string, key: Key, { call, input }: { call: Call; input: KeyRequest }): Need[] {
    const hidesOrganization = call.context?.['kms:ViaService'] !== undefined && !this.#carriesSourceOrgId;
    const context = {
      ...keyContext(call, input),
      ...(hidesOrganization && { 'aws:SourceOrgID': [], 'aws:SourceOrgPaths': [] }),
    };
    return [{ action: `kms:${action}`, resource: key.arn, owner: key.account, context, policy: key.policy }];
  }

  #plaintext({ key, number }: Encrypted): Uint8Array {
    return Buffer.from(this.#cloud.draw.hex('data key', key, number), 'hex');
  }
}

function keyContext({ caller }: Call, { EncryptionContext = {} }: KeyRequest): ConditionContext {
  const pairs = Object.entries(EncryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]);
  return {
    'kms:CallerAccount': accountOf(caller),
    'kms:EncryptionContextKeys': Object.keys(EncryptionContext),
    ...Object.fromEntries(pairs),
  };
}

/** "Key states of AWS KMS keys" (KMS Developer Guide). */
function usable(key: Key): Key {
  if (key.state === 'Disabled') throw new AwsFault('DisabledException', `${key.arn} is disabled.`);
  if (key.state === 'PendingDeletion')
    throw new AwsFault('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  return key;
}

function decode({ CiphertextBlob }: Api.DecryptCommandInput): Encrypted {
  try {
    return JSON.parse(Buffer.from(CiphertextBlob ?? []).toString());
  } catch {
    throw new AwsFault('InvalidCiphertextException', '');
  }
}

function isSame(one: Record<string, string>, other: Record<string, string> = {}): boolean {
  const sorted = (pairs: Record<string, string>) => JSON.stringify(Object.entries(pairs).sort());
  return sorted(one) === sorted(other);
}

function metadata({ keyId, arn, account, createdAt, state }: Key): Api.KeyMetadata {
  return {
    KeyId: keyId,
    Arn: arn,
    AWSAccountId: account,
    CreationDate: createdAt,
    Enabled: state === 'Enabled',
    KeyState: state,
    KeyManager: 'CUSTOMER',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    Origin: 'AWS_KMS',
    MultiRegion: false,
  };
}
