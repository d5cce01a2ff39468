/** SSE-KMS: S3 asks KMS on behalf of whoever calls S3 (S3 user guide, "Using server-side encryption with AWS KMS keys"). */
import type { GenerateDataKeyCommandOutput } from '@aws-sdk/client-kms';
import type { PutObjectRequest } from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Call } from '../cloud/service.ts';
import type { Bucket, ObjectContent } from './s3-bucket.ts';

/** Where the object is: `arn` is the bucket's when a bucket key serves, which saves calls to KMS but no permissions. */
interface Place {
  readonly bucket: Bucket;
  readonly arn: (bucketKey: boolean) => string;
  readonly call: Call;
}

export class Encryption {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** A data key, as the request or else the bucket's default asks; undefined for SSE-S3. */
  async encrypt(place: Place, request: Pick<PutObjectRequest, 'ServerSideEncryption' | 'SSEKMSKeyId'>) {
    const {
      settings,
      place: { region },
    } = place.bucket;
    const keyArn = request.SSEKMSKeyId ?? settings.encryption?.keyArn;
    if (!keyArn || request.ServerSideEncryption === 'AES256') return undefined;
    const keyRegion = /^arn:[^:]+:kms:([^:]+):/.exec(keyArn)?.[1] ?? region;
    if (keyRegion !== region) throw new AwsFault('KMS.NotFoundException', `Invalid arn ${keyRegion}`);
    const bucketKey = settings.encryption?.bucketKey ?? false;
    const input = { KeyId: keyArn, KeySpec: 'AES_256' };
    const answer = await this.#ask<GenerateDataKeyCommandOutput>('GenerateDataKey', place, { bucketKey, input });
    return { keyArn, bucketKey, dataKey: answer.CiphertextBlob ?? new Uint8Array() };
  }

  async decrypt(place: Place, encrypted: ObjectContent['encrypted']): Promise<void> {
    if (!encrypted) return;
    const { bucketKey, keyArn: KeyId, dataKey: CiphertextBlob } = encrypted;
    await this.#ask('Decrypt', place, { bucketKey, input: { KeyId, CiphertextBlob } });
  }

  /** What KMS refuses, S3 answers as AccessDenied; other errors of KMS go through under their name. */
  async #ask<Output>(operation: string, place: Place, what: { bucketKey: boolean; input: object }) {
    const { region } = place.bucket.place;
    const { caller } = place.call;
    const arn = place.arn(what.bucketKey);
    const context = { 'kms:ViaService': `s3.${region}.amazonaws.com`, 'kms:EncryptionContext:aws:s3:arn': arn };
    const input = { ...what.input, EncryptionContext: { 'aws:s3:arn': arn } };
    try {
      return await this.#cloud.ask<Output>({ service: 'kms', operation, region, caller, context, input });
    } catch (error) {
      if (!(error instanceof AwsFault) || error.status === 501) throw error;
      if (error.name.startsWith('AccessDenied')) throw new AwsFault('AccessDenied', error.message, { status: 403 });
      throw new AwsFault(`KMS.${error.name}`, error.message, { status: 400 });
    }
  }
}
