import * as z from 'zod';
import type { InventoryKey } from './inventory-key.ts';
import { isKnownSchemaVersion } from './inventory-types.ts';
import { type InventoryRow, parseInventoryObject } from './rows.ts';

/** Why an object cannot be trusted or not even be read; the first that holds in the order below is the one that is named. */
export const ContentReason = z.enum([
  /** No bytes, or not one entry. */
  'EmptyObject',
  'Oversize',
  'NotUtf8',
  /** A line is not one JSON object: cut short, pretty-printed, a list, a byte order mark. */
  'NotJsonLines',
  /** Two keys of an entry differ in case only, which the SerDe refuses (Athena user guide, "OpenX JSON SerDe"). */
  'DuplicateKeys',
  /** An entry that does not say which node it is of. */
  'NodeUnnamed',
  'NodeMismatch',
  'AccountMismatch',
  'UnknownSchemaVersion',
  'InvalidCaptureTime',
]);
export type ContentReason = z.infer<typeof ContentReason>;

/** Body and key disagree about whose inventory it is; all other reasons are about form. */
export function isForgery(reason: ContentReason): boolean {
  return reason === 'NodeMismatch' || reason === 'AccountMismatch';
}

const KB = 1024;
/** Some forty entries, and one of any usual length; it comes in the first two round trips of a connection. */
const headBytes = 16 * KB;
/** Shows whether the last line is whole. */
const tailBytes = 4 * KB;
/** The most that a node may report of one type at once ("Systems Manager endpoints and quotas"). */
const itemBytes = 1024 * KB;
/** What a sync adds to an entry at most: `resourceId`, `captureTime` and `schemaVersion` with their quotes and commas. */
const envelopeBytes = 110;
/** More than a node may report in a day ("Systems Manager endpoints and quotas"): nobody needs to read it to know. */
const dayBytes = 5000 * KB;

/** Bytes of an object, the last one included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const whole = (sizeBytes: number): ByteRange => ({ first: 0, last: sizeBytes - 1 });

/**
 * What to read of an object that has bytes: a small one whole, a larger one at both its ends. One that is larger than a report may be is read
 * whole once more, since the envelopes of its entries do not count. `retry`: what its ends showed did not suffice.
 */
export function rangesToRead(sizeBytes: number, { retry }: { retry: boolean }): ByteRange[] {
  if (sizeBytes > dayBytes) return [whole(headBytes)];
  if (sizeBytes <= headBytes + tailBytes || sizeBytes > itemBytes || retry) return [whole(sizeBytes)];
  return [whole(headBytes), { first: sizeBytes - tailBytes, last: sizeBytes - 1 }];
}

export interface ObjectParts {
  readonly key: Omit<InventoryKey, 'region'>;
  readonly sizeBytes: number;
  /** The bytes of its ranges, in order; none for an object without bytes. */
  readonly parts: readonly Uint8Array[];
}

/** `unclear`: a line is longer than what was read of it, so the whole must be. */
export type ContentVerdict = ContentReason | 'good' | 'unclear';

const lineFeed = 0x0a;

/** Judges what was read of an object; lines between its two ends go unseen. */
export function judgeContent({ key, sizeBytes, parts: [head = new Uint8Array(), tail] }: ObjectParts): ContentVerdict {
  if (sizeBytes === 0) return 'EmptyObject';
  if (sizeBytes > dayBytes || isOversize(head)) return 'Oversize';
  if (tail === undefined) return judgeLines(head, key);
  const ends = [judgeLines(untilLastLine(head), key), judgeLines(fromSecondLine(tail), key)];
  if (ends.includes('EmptyObject')) return 'unclear';
  return ContentReason.options.find((reason) => ends.includes(reason)) ?? 'good';
}

function judgeLines(bytes: Uint8Array, key: ObjectParts['key']): ContentReason | 'good' {
  const text = decode(bytes);
  if (text === null) return 'NotUtf8';
  const parsed = parseInventoryObject(text);
  if (parsed.status === 'malformed') return 'NotJsonLines';
  if (parsed.rows.length === 0) return 'EmptyObject';
  const entries = parsed.rows.map(entryOf);
  return entryChecks.find(([, fails]) => entries.some((entry) => fails(entry, key)))?.[0] ?? 'good';
}

function isOversize(bytes: Uint8Array): boolean {
  if (bytes.length <= itemBytes) return false;
  const lines = bytes.reduce((count, byte) => (byte === lineFeed ? count + 1 : count), 1);
  return bytes.length - lines * envelopeBytes > itemBytes;
}

/** Without the line that was cut off, and so without a character that was. */
function untilLastLine(head: Uint8Array): Uint8Array {
  return head.subarray(0, Math.max(0, head.lastIndexOf(lineFeed)));
}

function fromSecondLine(tail: Uint8Array): Uint8Array {
  const end = tail.indexOf(lineFeed);
  return end < 0 ? tail.subarray(tail.length) : tail.subarray(end + 1);
}

/** Null for bytes that are not UTF-8. A byte order mark stays: no reader of JSON lines expects one. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

interface Entry {
  readonly keys: number;
  /** By name in lower case, as the SerDe reads them. */
  readonly fields: ReadonlyMap<string, unknown>;
}

function entryOf(row: InventoryRow): Entry {
  const fields = Object.entries(row).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { keys: fields.length, fields: new Map(fields) };
}

type EntryCheck = (entry: Entry, key: ObjectParts['key']) => boolean;

const captureTime = /^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/**
 * In the order of `ContentReason`. The grammars are those of the SSM API reference (InventoryItem). Whether every type carries a version
 * and a time is not documented, so that they are judged only where they stand; other names for an account belong to whoever made a custom type.
 */
const entryChecks: readonly (readonly [ContentReason, EntryCheck])[] = [
  ['DuplicateKeys', ({ keys, fields }) => fields.size < keys],
  ['NodeUnnamed', ({ fields }) => typeof fields.get('resourceid') !== 'string'],
  ['NodeMismatch', namesAnotherNode],
  [
    'AccountMismatch',
    ({ fields }, { type, accountId }) => type.startsWith('AWS:') && differs(fields.get('accountid'), accountId),
  ],
  [
    'UnknownSchemaVersion',
    ({ fields }, { type }) => fields.has('schemaversion') && !isKnownSchemaVersion(type, fields.get('schemaversion')),
  ],
  [
    'InvalidCaptureTime',
    ({ fields }) => fields.has('capturetime') && !captureTime.test(String(fields.get('capturetime'))),
  ],
];

function namesAnotherNode({ fields }: Entry, { type, nodeId }: ObjectParts['key']): boolean {
  const instanceId = type === 'AWS:InstanceInformation' ? fields.get('instanceid') : undefined;
  return fields.get('resourceid') !== nodeId || differs(instanceId, nodeId);
}

/** What is absent or empty says nothing. */
function differs(value: unknown, wanted: string): boolean {
  return value !== undefined && value !== '' && value !== wanted;
}
