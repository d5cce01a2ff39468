import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ListedObject } from '../core/delivery.ts';
import { errorKind, errorMessage } from './errors.ts';

/** The whole text of an object. `gone`: since it was listed. `unreadable`: its key cannot be used, or its reader may not, which tells nothing of its content. */
export type ReadObject = { status: 'read'; text: string } | { status: 'gone' } | { status: 'unreadable'; why: string };

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

  async read(key: string): Promise<ReadObject> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return { status: 'read', text: (await Body?.transformToString()) ?? '' };
    } catch (error) {
      const kind = errorKind(error);
      if (kind === 'not-found') return { status: 'gone' };
      if (kind === 'key-unusable' || kind === 'denied') return { status: 'unreadable', why: errorMessage(error) };
      throw error;
    }
  }
}
