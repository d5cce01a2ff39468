/** What S3 keeps: buckets with their settings, and the versions of each object. */
import { createHash } from 'node:crypto';
import type { Draw } from '../cloud/draw.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { SortedKeys } from './s3-keys.ts';

export interface BucketSettings {
  readonly versioning?: boolean;
  /** Default SSE-KMS. Without it SSE-S3 applies, as to every object since January 2023. */
  readonly encryption?: { readonly keyArn: string; readonly bucketKey: boolean };
  readonly policy?: PolicyDocument | undefined;
  /** S3's default is `BucketOwnerEnforced`. */
  readonly ownership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';
  /** Configuration only: nothing acts on these. */
  readonly publicAccessBlock?: unknown;
  readonly lifecycle?: unknown;
}

/** Bytes, or how to make them: a lazy body is made anew whenever it is read and never kept. */
export type ObjectBody = Uint8Array | (() => Uint8Array);

export interface ObjectContent {
  readonly body: ObjectBody;
  readonly contentType: string;
  readonly metadata: Record<string, string>;
  readonly tags: Readonly<Record<string, string>>;
  /** SSE-KMS: the key, and the data key as KMS encrypted it. */
  readonly encrypted:
    | { readonly keyArn: string; readonly bucketKey: boolean; readonly dataKey: Uint8Array }
    | undefined;
}

/** One version of an object. Size and ETag are computed when first asked for. */
export class StoredObject {
  readonly content: ObjectContent;
  readonly lastModified: Date;
  /** 32 hexadecimal digits; undefined in a bucket without versioning. */
  readonly versionId: string | undefined;
  readonly #opaqueTag: () => string;
  #size: number | undefined;
  #etag: string | undefined;

  constructor(
    content: ObjectContent,
    about: { lastModified: Date; versionId: string | undefined; opaqueTag: () => string },
  ) {
    this.content = content;
    this.lastModified = about.lastModified;
    this.versionId = about.versionId;
    this.#opaqueTag = about.opaqueTag;
  }

  read(): Uint8Array {
    const { body } = this.content;
    return typeof body === 'function' ? body() : body;
  }

  get size(): number {
    this.#size ??= this.read().length;
    return this.#size;
  }

  /** In quotes. The MD5 of the body, but not for SSE-KMS (S3 API reference, Object: ETag). */
  get etag(): string {
    this.#etag ??= this.content.encrypted ? this.#opaqueTag() : createHash('md5').update(this.read()).digest('hex');
    return `"${this.#etag}"`;
  }
}

export class Bucket {
  /** Keys of objects that exist now. */
  readonly keys = new SortedKeys();
  settings: BucketSettings = {};
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly created: Date;
  readonly #draw: Draw;
  /** Oldest first; a delete marker has no object. */
  readonly #versions = new Map<string, { id: string; object: StoredObject | undefined }[]>();
  /** How often each key was written or deleted, for names that no other version of it has. */
  readonly #writes = new Map<string, number>();

  constructor(at: { name: string; account: string; region: string; created: Date }, draw: Draw) {
    this.name = at.name;
    this.account = at.account;
    this.region = at.region;
    this.created = at.created;
    this.#draw = draw;
  }

  get(key: string, versionId?: string): StoredObject | undefined {
    const versions = this.#versions.get(key);
    return (versionId ? versions?.find(({ id }) => id === versionId) : versions?.at(-1))?.object;
  }

  put(key: string, content: ObjectContent, now: Date): StoredObject {
    const id = this.#nextId(key);
    const object = new StoredObject(content, {
      lastModified: new Date(Math.floor(now.getTime() / 1000) * 1000),
      versionId: this.settings.versioning ? id : undefined,
      opaqueTag: () => this.#draw.hex('etag', id).slice(0, 32),
    });
    this.#append(key, { id, object });
    this.keys.add(key);
    return object;
  }

  /** Deletes one version for good, or the object; with versioning the latter leaves a delete marker, whose id it returns. */
  remove(key: string, versionId?: string): string | undefined {
    const id = this.#nextId(key);
    const marks = versionId === undefined && this.settings.versioning === true;
    if (marks) this.#append(key, { id, object: undefined });
    else
      this.#versions.set(
        key,
        versionId ? (this.#versions.get(key) ?? []).filter((version) => version.id !== versionId) : [],
      );
    if (this.get(key)) this.keys.add(key);
    else this.keys.remove(key);
    return marks ? id : undefined;
  }

  #append(key: string, version: { id: string; object: StoredObject | undefined }): void {
    const versions = this.#versions.get(key);
    if (versions && this.settings.versioning) versions.push(version);
    else this.#versions.set(key, [version]);
  }

  #nextId(key: string): string {
    const writes = this.#writes.get(key) ?? 0;
    this.#writes.set(key, writes + 1);
    return this.#draw.hex('version', this.name, key, writes).slice(0, 32);
  }
}
