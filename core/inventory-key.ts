/** Where SSM puts the inventory of one node and type: `[<prefix>/]<type>/accountid=<id>/region=<region>/resourcetype=ManagedInstanceInventory/<node>.json`. */
export interface InventoryKey {
  readonly type: string;
  readonly accountId: string;
  readonly region: string;
  readonly nodeId: string;
}

/**
 * The type of the canary's heartbeats. Set apart here, once: whatever is learned from keys (tables, partitions, counts, the types to expect, to
 * compare or to look for changes in) never meets it.
 */
export const heartbeatType = 'Custom:MusterHeartbeat';

/** What an object of the inventory bucket is. `write-test` is the `test.json` that creating a sync leaves behind. */
export type BucketKey =
  | ({ kind: 'inventory' | 'heartbeat' } & InventoryKey)
  | { kind: 'write-test' }
  | { kind: 'other' };

const inventory =
  /^((?:AWS|Custom):[^/]+)\/accountid=(\d{12})\/region=([a-z]{2,4}(?:-[a-z]+)+-\d)\/resourcetype=ManagedInstanceInventory\/(i-\w{8}|i-\w{17}|mi-\w{17})\.json$/;
const writeTest = /^AWS:InstanceInformation\/accountid=\d{12}\/test\.json$/;

function folder(prefix: string): string {
  return prefix === '' ? '' : `${prefix}/`;
}

export function classifyKey(prefix: string, key: string): BucketKey {
  const start = folder(prefix);
  if (!key.startsWith(start)) return { kind: 'other' };
  const rest = key.slice(start.length);
  const [, type, accountId, region, nodeId] = inventory.exec(rest) ?? [];
  if (type !== undefined && accountId !== undefined && region !== undefined && nodeId !== undefined) {
    return { kind: type === heartbeatType ? 'heartbeat' : 'inventory', type, accountId, region, nodeId };
  }
  return { kind: writeTest.test(rest) ? 'write-test' : 'other' };
}

/** Whose object it is, a heartbeat too; undefined for the write test and for anything that no sync wrote. */
export function parseInventoryKey(prefix: string, key: string): InventoryKey | undefined {
  const parsed = classifyKey(prefix, key);
  if (parsed.kind === 'write-test' || parsed.kind === 'other') return undefined;
  const { kind: _, ...inventoryKey } = parsed;
  return inventoryKey;
}

export function formatInventoryKey(prefix: string, { type, accountId, region, nodeId }: InventoryKey): string {
  return `${folder(prefix)}${type}/accountid=${accountId}/region=${region}/resourcetype=ManagedInstanceInventory/${nodeId}.json`;
}
