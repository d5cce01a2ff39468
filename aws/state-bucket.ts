import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { errorKind } from './errors.ts';

/** A line that is not what its file promises. It is reported, never dropped silently. */
export type MalformedLine = { key: string; line: number; problem: string };

/** `etag` is null when there is no such object. */
export type Lines<Value> = { values: Value[]; malformed: MalformedLine[]; etag: string | null };

/** An ETag that the object must still have, or null: it must not exist yet. */
export type ExpectedVersion = string | null;

function parseJson<Schema extends z.ZodType>(schema: Schema, text: string) {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return { value: parsed.data };
    return { problem: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Not readline, which swallows the error of a connection lost halfway and would pass a part off as the whole. */
async function* textLines(body: GetObjectCommandOutput['Body']): AsyncGenerator<string> {
  if (!(body instanceof Readable)) return;
  let rest = '';
  for await (const chunk of body.setEncoding('utf8')) {
    const [first = '', ...others] = String(chunk).split('\n');
    rest += first;
    for (const next of others) {
      yield rest;
      rest = next;
    }
  }
  if (rest !== '') yield rest;
}

/** Muster's own files. */
export class StateBucket {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucketName: string) {
    this.#client = client;
    this.#bucket = bucketName;
  }

  /** Line by line, so that a fleet's file is never whole in memory. An object that does not exist has no lines. */
  async readLines<Schema extends z.ZodType>(key: string, schema: Schema): Promise<Lines<z.output<Schema>>> {
    const found = await this.#get(key);
    const lines: Lines<z.output<Schema>> = { values: [], malformed: [], etag: found?.ETag ?? null };
    let line = 0;
    for await (const text of textLines(found?.Body)) {
      line += 1;
      const { value, problem } = parseJson(schema, text);
      if (problem === undefined) lines.values.push(value);
      else lines.malformed.push({ key, line, problem });
    }
    return lines;
  }

  /** The lines of every object below a prefix, in the order of their keys. */
  async *readFolder<Schema extends z.ZodType>(prefix: string, schema: Schema): AsyncGenerator<Lines<z.output<Schema>>> {
    const where = { Bucket: this.#bucket, Prefix: prefix };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client }, where)) {
      for (const { Key = '' } of Contents) yield await this.readLines(Key, schema);
    }
  }

  /** Of the first page: a thousand are as many as more. */
  async countObjects(Prefix: string): Promise<number> {
    const { KeyCount = 0 } = await this.#client.send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix }));
    return KeyCount;
  }

  /** A JSON file that can be made anew: undefined when it does not exist or is not what it should be. */
  async readJson<Schema extends z.ZodType>(key: string, schema: Schema): Promise<z.output<Schema> | undefined> {
    const text = await (await this.#get(key))?.Body?.transformToString();
    return text === undefined ? undefined : parseJson(schema, text).value;
  }

  put(key: string, body: string): Promise<void> {
    return this.#put(key, body, {});
  }

  /** Refused with PreconditionFailed, which leaves the function as `Conflict`, when somebody else wrote in between. */
  replace(key: string, body: string, expected: ExpectedVersion): Promise<void> {
    return this.#put(key, body, expected === null ? { IfNoneMatch: '*' } : { IfMatch: expected });
  }

  /** The length is given because the SDK takes an empty text for a stream that it does not know. */
  async #put(Key: string, Body: string, condition: { IfMatch?: string; IfNoneMatch?: string }): Promise<void> {
    const ContentLength = Buffer.byteLength(Body);
    await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body, ContentLength, ...condition }));
  }

  async #get(key: string) {
    try {
      return await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    } catch (error) {
      if (errorKind(error) === 'not-found') return undefined;
      throw error;
    }
  }
}

/** JSON lines, as every file of a run and of the ledger has them. */
export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
