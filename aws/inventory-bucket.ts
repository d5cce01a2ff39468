import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ListedObject } from '../core/delivery.ts';
import { errorKind } from './errors.ts';

/** The central bucket as its readers see it. `prefix` is the config's, without a slash at its end; empty for the whole bucket. */
export class InventoryBucket {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(client: S3Client, bucketName: string, prefix: string) {
    this.#client = client;
    this.#bucket = bucketName;
    this.#prefix = prefix;
  }

  /** Which inventory it is. */
  get location(): string {
    return `${this.#bucket}/${this.#prefix}`;
  }

  /** One flat LIST, 1,000 keys a page and never by delimiter: a walk of the partitions costs hundreds of times as many calls. */
  async *census(): AsyncGenerator<ListedObject> {
    const where = { Bucket: this.#bucket, ...(this.#prefix !== '' && { Prefix: `${this.#prefix}/` }) };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client, pageSize: 1000 }, where)) {
      for (const { Key, Size = 0, LastModified } of Contents) {
        if (Key && LastModified) yield { key: Key, sizeBytes: Size, lastModifiedMs: LastModified.getTime() };
      }
    }
  }

  /** The whole text of an object, or null when it went since it was listed. */
  async read(key: string): Promise<string | null> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    } catch (error) {
      if (errorKind(error) === 'not-found') return null;
      throw error;
    }
  }
}
