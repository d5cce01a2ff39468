import type { InventoryBucket, ReadObject } from '../../aws/inventory-bucket.ts';
import type { DeliveredFingerprint } from '../../core/comparison.ts';
import { formatInventoryKey } from '../../core/inventory-key.ts';
import type { Observation } from '../../core/observation.ts';
import { parseInventoryObject, rowsFingerprint } from '../../core/rows.ts';
import type { Target } from '../../core/target.ts';
import { mapBounded } from '../runtime/bounded.ts';
import type { Log } from '../runtime/log.ts';

const objectsAtOnce = 16;

type Delivered = { inventory: InventoryBucket; prefix: string; log: Log };

function fingerprint(object: ReadObject): string | null | undefined {
  if (object.status !== 'read') return undefined;
  const parsed = parseInventoryObject(object.text);
  return parsed.status === 'parsed' ? rowsFingerprint(parsed.rows) : null;
}

/** Reads the delivered object of each content that a visit brought back from SSM, and of no other. What cannot be read is not compared. */
export async function readFingerprints(
  observations: readonly Observation[],
  { inventory, prefix, log }: Delivered,
): Promise<(target: Target) => DeliveredFingerprint> {
  const keys = observations.flatMap(({ accountId, region, contents }) =>
    contents.map(({ nodeId, type }) => formatInventoryKey(prefix, { type, accountId, region, nodeId })),
  );
  const unique = [...new Set(keys)];
  const byKey = new Map<string, string | null | undefined>();
  const unreadable: string[] = [];
  await mapBounded(unique, objectsAtOnce, async (key) => {
    const object = await inventory.read(key);
    byKey.set(key, fingerprint(object));
    if (object.status === 'unreadable') unreadable.push(object.why);
  });
  const [why] = unreadable;
  if (why !== undefined) log.warn('objects unreadable', { objects: unreadable.length, why });
  return ({ accountId, region }) =>
    (nodeId, type) =>
      byKey.get(formatInventoryKey(prefix, { type, accountId, region, nodeId }));
}
