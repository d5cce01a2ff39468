/** What S3 keeps: buckets with their settings, and the current version of each object. */
import { createHash } from 'node:crypto';
import type { ObjectOwnership, PublicAccessBlockConfiguration } from '@aws-sdk/client-s3';
import type { Draw } from '../cloud/draw.ts';
import type { PolicyDocument } from '../iam/policy.ts';

export interface BucketSettings {
  readonly versioning?: boolean;
  /** Default SSE-KMS. Without it SSE-S3 applies, as to every object since January 2023. */
  readonly encryption?: { readonly keyArn: string; readonly bucketKey: boolean };
  readonly policy?: PolicyDocument | undefined;
  readonly publicAccessBlock?: PublicAccessBlockConfiguration;
  readonly ownership?: ObjectOwnership;
}

/** Bytes, or how to make them: a lazy body is made anew whenever it is read and never kept. */
export type ObjectBody = Uint8Array | (() => Uint8Array);

export interface ObjectContent {
  readonly body: ObjectBody;
  readonly contentType: string;
  /** SSE-KMS: the key, and the data key as KMS encrypted it. */
  readonly encrypted:
    | { readonly keyArn: string; readonly bucketKey: boolean; readonly dataKey: Uint8Array }
    | undefined;
}

/** Size and ETag are computed when first asked for. */
export class StoredObject {
  readonly content: ObjectContent;
  readonly lastModified: Date;
  /** Undefined in a bucket without versioning. */
  readonly versionId: string | undefined;
  #size: number | undefined;
  #etag: string | undefined;

  constructor(content: ObjectContent, about: Pick<StoredObject, 'lastModified' | 'versionId'>, opaqueTag: string) {
    this.content = content;
    this.lastModified = about.lastModified;
    this.versionId = about.versionId;
    // The MD5 of the body, but not for SSE-KMS (S3 API reference, Object: ETag).
    if (content.encrypted) this.#etag = opaqueTag;
  }

  read(): Uint8Array {
    const { body } = this.content;
    return typeof body === 'function' ? body() : body;
  }

  get size(): number {
    this.#size ??= this.read().length;
    return this.#size;
  }

  /** In quotes. */
  get etag(): string {
    this.#etag ??= createHash('md5').update(this.read()).digest('hex');
    return `"${this.#etag}"`;
  }
}

interface Place {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly created: Date;
}

export class Bucket {
  settings: BucketSettings;
  readonly place: Place;
  readonly #draw: Draw;
  readonly #objects = new Map<string, StoredObject>();
  /** How often each key was written or deleted, for version ids that no other version of it has. */
  readonly #writes = new Map<string, number>();
  /** Keys of objects; `#sorted` says whether in order. */
  #keys: string[] = [];
  #sorted = true;

  constructor(place: Place, settings: BucketSettings, draw: Draw) {
    this.place = place;
    this.settings = settings;
    this.#draw = draw;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  put(key: string, content: ObjectContent, now: Date): StoredObject {
    if (!this.#objects.has(key)) {
      this.#keys.push(key);
      this.#sorted = false;
    }
    const id = this.#nextId(key);
    const lastModified = new Date(Math.floor(now.getTime() / 1000) * 1000);
    const about = { lastModified, versionId: this.settings.versioning ? id : undefined };
    const object = new StoredObject(content, about, this.#draw.hex('etag', id).slice(0, 32));
    this.#objects.set(key, object);
    return object;
  }

  /** The id of the delete marker that is left in a bucket with versioning. */
  remove(key: string): string | undefined {
    this.#objects.delete(key);
    this.#keys = this.#keys.filter((other) => other !== key);
    const id = this.#nextId(key);
    return this.settings.versioning ? id : undefined;
  }

  /** The first key that is `bound` or comes after it in the order of UTF-16 units, which is S3's but for characters beyond the basic plane. */
  firstFrom(bound: string): string | undefined {
    // What was added since the last listing stands at the end: sorting takes little more than one pass.
    if (!this.#sorted) this.#keys.sort();
    this.#sorted = true;
    let low = 0;
    for (let high = this.#keys.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? '') < bound) low = middle + 1;
      else high = middle;
    }
    return this.#keys[low];
  }

  #nextId(key: string): string {
    const writes = this.#writes.get(key) ?? 0;
    this.#writes.set(key, writes + 1);
    return this.#draw.hex('version', this.place.name, key, writes).slice(0, 32);
  }
}
