import {
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ByteRange } from '../core/content-check.ts';
import type { ListedObject } from '../core/delivery.ts';
import { errorKind, errorMessage } from './errors.ts';

/** `gone`: overwritten or deleted since it was listed. `unreadable`: its key cannot be used, or its reader may not, which tells nothing of its content. */
type Unread = { status: 'gone' } | { status: 'unreadable'; why: string };

/** The whole text of an object. */
export type ReadObject = { status: 'read'; text: string } | Unread;

/** Bytes of one version; `versionId` is null in a bucket without versions. */
type ReadVersion = { status: 'read'; bytes: Uint8Array; versionId: string | null } | Unread;

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
      for (const { Key: key, Size: sizeBytes = 0, LastModified, ETag: etag = '' } of Contents) {
        if (key && LastModified) yield { key, sizeBytes, lastModifiedMs: LastModified.getTime(), etag };
      }
    }
  }

  async read(Key: string): Promise<ReadObject> {
    const got = await this.#get({ Key });
    return 'status' in got ? got : { status: 'read', text: (await got.Body?.transformToString()) ?? '' };
  }

  /** Of the very version that was listed. Without a range the whole of it. */
  async readVersion(
    { key: Key, etag: IfMatch }: Pick<ListedObject, 'key' | 'etag'>,
    range?: ByteRange,
  ): Promise<ReadVersion> {
    const got = await this.#get({ Key, IfMatch, ...(range && { Range: `bytes=${range.first}-${range.last}` }) });
    if ('status' in got) return got;
    const bytes = (await got.Body?.transformToByteArray()) ?? new Uint8Array();
    return { status: 'read', bytes, versionId: got.VersionId ?? null };
  }

  async #get(what: Omit<GetObjectCommandInput, 'Bucket'>): Promise<GetObjectCommandOutput | Unread> {
    try {
      return await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, ...what }));
    } catch (error) {
      const kind = errorKind(error);
      if (kind === 'not-found' || kind === 'precondition-failed') return { status: 'gone' };
      if (kind === 'key-unusable' || kind === 'denied') return { status: 'unreadable', why: errorMessage(error) };
      throw error;
    }
  }
}
