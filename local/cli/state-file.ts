import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Hub } from './hub.ts';

/** The JSON lines of one of Muster's own files; none when it does not exist. */
export async function readStateFile({ ask, stateBucket: Bucket }: Hub, Key: string): Promise<unknown[]> {
  try {
    const { Body } = await ask<GetObjectCommandOutput>('s3', 'GetObject', { Bucket, Key });
    // Among the services a body is not yet a stream.
    const text = Buffer.from(Body as unknown as Uint8Array).toString();
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  } catch (error) {
    if (error instanceof AwsFault && error.name === 'NoSuchKey') return [];
    throw error;
  }
}
