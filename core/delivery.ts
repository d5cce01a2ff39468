import { classifyKey } from './inventory-key.ts';
import { addNewest, type NewestObjects } from './newest-objects.ts';
import { type TargetKey, targetKey } from './target.ts';

/** One object of a bucket listing. */
export interface ListedObject {
  readonly key: string;
  readonly lastModifiedMs: number;
  readonly sizeBytes: number;
  /** Tells this version from any other of its key. */
  readonly etag: string;
}

/** What the bucket holds of one node, whatever its state: objects of terminated nodes stay for ever. */
interface NodeDelivery {
  newestMs: number;
  readonly types: Set<string>;
}

export interface TargetDelivery {
  newestMs: number;
  readonly nodes: Map<string, NodeDelivery>;
}

/** A (type, account, Region) that holds objects: one partition of one table. */
export interface InventoryPartition {
  readonly type: string;
  readonly accountId: string;
  readonly region: string;
}

export interface Deliveries {
  readonly prefix: string;
  /** One string per type: a name cut out of a key would keep that key in memory. */
  readonly typeNames: Map<string, string>;
  readonly targets: Map<TargetKey, TargetDelivery>;
  readonly partitions: Map<string, InventoryPartition>;
  readonly newest: NewestObjects;
  /** When each node's heartbeat was written; ask `heartbeatOf`. */
  readonly heartbeats: Map<string, number>;
  readonly counts: { inventory: number; writeTests: number; others: number; sizeBytes: number };
}

export function noDeliveries(prefix: string): Deliveries {
  return {
    prefix,
    typeNames: new Map(),
    targets: new Map(),
    partitions: new Map(),
    newest: new Map(),
    heartbeats: new Map(),
    counts: { inventory: 0, writeTests: 0, others: 0, sizeBytes: 0 },
  };
}

/** Folds one object in, in place, and says whether it is inventory: a listing of millions of keys keeps one entry per node. */
export function addObject(deliveries: Deliveries, object: ListedObject): boolean {
  const { key, lastModifiedMs, sizeBytes } = object;
  const { prefix, targets, partitions, counts } = deliveries;
  counts.sizeBytes += sizeBytes;
  const parsed = classifyKey(prefix, key);
  if (parsed.kind === 'other') counts.others += 1;
  if (parsed.kind === 'write-test') counts.writeTests += 1;
  if (parsed.kind === 'heartbeat') deliveries.heartbeats.set(`${targetKey(parsed)}/${parsed.nodeId}`, lastModifiedMs);
  if (parsed.kind !== 'inventory') return parsed.kind === 'heartbeat';
  counts.inventory += 1;
  const { accountId, region, nodeId } = parsed;
  const type = entry(deliveries.typeNames, parsed.type, () => parsed.type);
  const pair = targetKey({ accountId, region });
  addNewest(deliveries.newest, { type, pair }, object);
  const target = entry(targets, pair, () => ({ newestMs: 0, nodes: new Map() }));
  const node = entry(target.nodes, nodeId, () => ({ newestMs: 0, types: new Set() }));
  target.newestMs = Math.max(target.newestMs, lastModifiedMs);
  node.newestMs = Math.max(node.newestMs, lastModifiedMs);
  node.types.add(type);
  entry(partitions, `${type}/${accountId}/${region}`, () => ({ type, accountId, region }));
  return true;
}

/** When the heartbeat of a target's node was written; 0 for one that never came. */
export function heartbeatOf({ heartbeats }: Deliveries, target: TargetKey): (nodeId: string) => number {
  return (nodeId) => heartbeats.get(`${target}/${nodeId}`) ?? 0;
}

function entry<K, V>(map: Map<K, V>, key: K, absent: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const added = absent();
  map.set(key, added);
  return added;
}
