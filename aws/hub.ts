import { DescribeKeyCommand, GetKeyPolicyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { GetBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import type { HubLook, Looked } from '../core/hub.ts';
import { errorKind, errorMessage } from './errors.ts';

type Clients = { s3: S3Client; kms: KMSClient };

/** Three calls for a whole fleet. What cannot be looked at is a value too: it must not keep a run from judging what was delivered. */
export async function lookAtHub(
  { s3, kms }: Clients,
  { bucketName, keyArn }: { bucketName: string; keyArn: string },
): Promise<HubLook> {
  const [keyState, keyPolicy, bucketPolicy] = await Promise.all([
    look(async () => (await kms.send(new DescribeKeyCommand({ KeyId: keyArn }))).KeyMetadata?.KeyState),
    look(async () => (await kms.send(new GetKeyPolicyCommand({ KeyId: keyArn }))).Policy),
    look(async () => (await s3.send(new GetBucketPolicyCommand({ Bucket: bucketName }))).Policy),
  ]);
  return { keyState, keyPolicy, bucketPolicy };
}

async function look(ask: () => Promise<string | undefined>): Promise<Looked> {
  try {
    const value = await ask();
    return value === undefined ? { status: 'unread', why: 'the answer is empty' } : { status: 'read', value };
  } catch (error) {
    return errorKind(error) === 'not-found' ? { status: 'absent' } : { status: 'unread', why: errorMessage(error) };
  }
}
