/** What S3 keeps: buckets with their settings, and the current version of each object. */
import { createHash } from 'node:crypto';
import type { Draw } from '../cloud/draw.ts';
import type { PolicyDocument } from '../iam/policy.ts';

export interface BucketSettings {
  readonly versioning?: boolean;
  /** Default SSE-KMS. Without it SSE-S3 applies, as to every object since January 2023. */
  readonly encryption?: { readonly keyArn: string; readonly bucketKey: boolean };
  readonly policy?: PolicyDocument | undefined;
}

/** Bytes, or how to make them: a lazy body is made anew whenever it is read and never kept. */
export type ObjectBody = Uint8Array | (() => Uint8Array);

export interface ObjectContent {
  readonly body: ObjectBody;
  readonly contentType: string;
  readonly metadata: Record<string, string>;
  /** SSE-KMS: the key, and the data key as KMS encrypted it. */
  readonly encrypted:
    | { readonly keyArn: string; readonly bucketKey: boolean; readonly dataKey: Uint8Array }
    | undefined;
}

interface Version {
  /** 32 hexadecimal digits that no other version of the key has. */
  readonly id: string;
  readonly versioned: boolean;
  readonly lastModified: Date;
}

/** Size and ETag are computed when first asked for. */
export class StoredObject {
  readonly content: ObjectContent;
  readonly lastModified: Date;
  /** Undefined in a bucket without versioning. */
  readonly versionId: string | undefined;
  readonly #tag: () => string;
  #size: number | undefined;
  #etag: string | undefined;

  constructor(content: ObjectContent, { id, versioned, lastModified }: Version, draw: Draw) {
    this.content = content;
    this.lastModified = lastModified;
    this.versionId = versioned ? id : undefined;
    // The MD5 of the body, but not for SSE-KMS (S3 API reference, Object: ETag).
    this.#tag = () =>
      content.encrypted ? draw.hex('etag', id).slice(0, 32) : createHash('md5').update(this.read()).digest('hex');
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
    this.#etag ??= `"${this.#tag()}"`;
    return this.#etag;
  }
}

export class Bucket {
  settings: BucketSettings;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly created: Date;
  readonly #draw: Draw;
  /** How often each key was written or deleted, and the object that came of it. */
  readonly #objects = new Map<string, { writes: number; object: StoredObject | undefined }>();
  /** Keys of objects that exist; `#sorted` says whether in order. */
  #keys: string[] = [];
  #sorted = true;

  constructor(
    at: { name: string; account: string; region: string; created: Date },
    settings: BucketSettings,
    draw: Draw,
  ) {
    this.name = at.name;
    this.account = at.account;
    this.region = at.region;
    this.created = at.created;
    this.settings = settings;
    this.#draw = draw;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key)?.object;
  }

  put(key: string, content: ObjectContent, now: Date): StoredObject {
    if (!this.get(key)) {
      this.#keys.push(key);
      this.#sorted = false;
    }
    const lastModified = new Date(Math.floor(now.getTime() / 1000) * 1000);
    const version = { id: this.#nextId(key), versioned: this.settings.versioning === true, lastModified };
    const object = new StoredObject(content, version, this.#draw);
    this.#objects.set(key, { writes: this.#writes(key) + 1, object });
    return object;
  }

  /** The id of the delete marker that is left in a bucket with versioning. */
  remove(key: string): string | undefined {
    const id = this.#nextId(key);
    this.#objects.set(key, { writes: this.#writes(key) + 1, object: undefined });
    this.#keys = this.#keys.filter((other) => other !== key);
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

  #writes(key: string): number {
    return this.#objects.get(key)?.writes ?? 0;
  }

  #nextId(key: string): string {
    return this.#draw.hex('version', this.name, key, this.#writes(key)).slice(0, 32);
  }
}
