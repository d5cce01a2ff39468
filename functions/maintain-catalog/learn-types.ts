import type { InventoryBucket } from '../../aws/inventory-bucket.ts';
import { attributesOf, type CustomType, learn } from '../../core/custom-types.ts';
import type { ListedVersion } from '../../core/newest-objects.ts';
import { mapBounded } from '../runtime/bounded.ts';

const objectsAtOnce = 16;
/** More than a node may report of a custom type, 200 KB ("Systems Manager endpoints and quotas"), with its envelopes. */
const mostBytes = 256 * 1024;

interface Lessons {
  readonly custom: Record<string, CustomType>;
  readonly reads: number;
  /** Versions that nobody could read just now: they are read again. */
  readonly unread: number;
}

/**
 * Reads the newest objects of custom types, as far as they were not read yet, and learns their attributes. Where nothing changed since the last
 * pass nothing is read.
 */
export async function learnTypes(
  inventory: InventoryBucket,
  known: Readonly<Record<string, CustomType>>,
  newest: Readonly<Record<string, readonly ListedVersion[]>>,
): Promise<Lessons> {
  const due = Object.entries(known).flatMap(([type, { sampled }]) =>
    (newest[type] ?? []).filter(({ etag }) => !sampled.includes(etag)).map((version) => ({ type, version })),
  );
  const looks = await mapBounded(due, objectsAtOnce, async ({ type, version }) => {
    const attributes = await readAttributes(inventory, version);
    return { type, etag: version.etag, attributes };
  });
  const custom = { ...known };
  for (const type of new Set(due.map((one) => one.type))) {
    const read = looks.filter((look) => look.type === type && look.attributes !== undefined);
    const before = known[type];
    if (before === undefined || read.length === 0) continue;
    const seen = new Set([...before.sampled, ...read.map(({ etag }) => etag)]);
    const sampled = (newest[type] ?? []).map(({ etag }) => etag).filter((etag) => seen.has(etag));
    custom[type] = learn(before, { attributes: read.flatMap(({ attributes = [] }) => attributes), sampled });
  }
  return { custom, reads: looks.length, unread: looks.filter(({ attributes }) => attributes === undefined).length };
}

/** Undefined for an object that cannot be read. One that is overwritten by now has nothing to tell: its successor is read next time. */
async function readAttributes(inventory: InventoryBucket, version: ListedVersion): Promise<string[] | undefined> {
  const last = Math.min(version.sizeBytes, mostBytes) - 1;
  const got = await inventory.readVersion(version, { first: 0, last });
  if (got.status === 'unreadable') return undefined;
  return got.status === 'gone' ? [] : attributesOf(new TextDecoder().decode(got.bytes));
}
