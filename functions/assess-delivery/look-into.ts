import type { InventoryBucket } from '../../aws/inventory-bucket.ts';
import { judgeContent, rangesToRead } from '../../core/content-check.ts';
import type { ListedObject } from '../../core/delivery.ts';
import type { InventoryKey } from '../../core/inventory-key.ts';
import type { Finding } from '../../core/quarantine.ts';

interface Look {
  /** `gone`: a newer version stands there, which the next pass finds. */
  readonly outcome: Finding | 'gone' | 'unreadable';
  readonly reads: number;
  readonly bytes: number;
}

/** Reads as little of one version as tells whether it is good. */
export async function lookInto(
  inventory: InventoryBucket,
  { object, inventoryKey, retry }: { object: ListedObject; inventoryKey: InventoryKey; retry: boolean },
): Promise<Look> {
  const parts: Uint8Array[] = [];
  let versionId: string | null = null;
  const spent = () => ({ reads: parts.length, bytes: parts.reduce((sum, { length }) => sum + length, 0) });
  // One without bytes has no range, but a version id.
  const ranges = object.sizeBytes === 0 ? [undefined] : rangesToRead(object.sizeBytes, { retry });
  for (const range of ranges) {
    const read = await inventory.readVersion(object, range);
    if (read.status !== 'read') return { outcome: read.status, ...spent() };
    parts.push(read.bytes);
    ({ versionId } = read);
  }
  const verdict = judgeContent({ key: inventoryKey, sizeBytes: object.sizeBytes, parts });
  if (verdict !== 'unclear')
    return { outcome: { object, inventoryKey, versionId, reason: verdict === 'good' ? null : verdict }, ...spent() };
  const { outcome, reads, bytes } = await lookInto(inventory, { object, inventoryKey, retry: true });
  return { outcome, reads: reads + spent().reads, bytes: bytes + spent().bytes };
}
