import type { InventoryBucket } from '../../aws/inventory-bucket.ts';
import type { DeliveredFingerprint } from '../../core/comparison.ts';
import { formatInventoryKey } from '../../core/inventory-key.ts';
import type { Observation } from '../../core/observation.ts';
import { parseInventoryObject, rowsFingerprint } from '../../core/rows.ts';
import type { Target } from '../../core/target.ts';
import { mapBounded } from '../runtime/bounded.ts';

const objectsAtOnce = 16;

type Delivered = { inventory: InventoryBucket; prefix: string };

async function fingerprint(inventory: InventoryBucket, key: string): Promise<string | null | undefined> {
  const text = await inventory.read(key);
  if (text === null) return undefined;
  const parsed = parseInventoryObject(text);
  return parsed.status === 'parsed' ? rowsFingerprint(parsed.rows) : null;
}

/** Reads the delivered object of each content that a visit brought back from SSM, and of no other. */
export async function readFingerprints(
  observations: readonly Observation[],
  { inventory, prefix }: Delivered,
): Promise<(target: Target) => DeliveredFingerprint> {
  const keys = observations.flatMap(({ accountId, region, contents }) =>
    contents.map(({ nodeId, type }) => formatInventoryKey(prefix, { type, accountId, region, nodeId })),
  );
  const unique = [...new Set(keys)];
  const values = await mapBounded(unique, objectsAtOnce, (key) => fingerprint(inventory, key));
  const byKey = new Map(unique.map((key, index) => [key, values[index]]));
  return ({ accountId, region }) =>
    (nodeId, type) =>
      byKey.get(formatInventoryKey(prefix, { type, accountId, region, nodeId }));
}
