import { type InventoryResultEntity, paginateGetInventory, type SSMClient } from '@aws-sdk/client-ssm';
import type { InventoryContent } from '../core/observation.ts';
import { rowsFingerprint } from '../core/rows.ts';
import type { SuspiciousNode } from '../core/run.ts';

/** Values of one filter (SSM API reference, InventoryFilter). */
const idsPerFilter = 40;

function content({ Id, Data }: InventoryResultEntity, type: string): InventoryContent[] {
  const item = Data?.[type];
  if (Id === undefined || item?.Content === undefined) return [];
  return [{ nodeId: Id, type, captureTime: item.CaptureTime ?? '', rowsFingerprint: rowsFingerprint(item.Content) }];
}

async function readChain(client: SSMClient, type: string, nodeIds: string[]): Promise<InventoryContent[]> {
  const request = {
    Filters: [{ Key: 'AWS:InstanceInformation.InstanceId', Values: nodeIds, Type: 'Equal' as const }],
    ResultAttributes: [{ TypeName: type }],
  };
  const contents: InventoryContent[] = [];
  for await (const { Entities = [] } of paginateGetInventory({ client, pageSize: 50 }, request)) {
    contents.push(...Entities.flatMap((entity) => content(entity, type)));
  }
  return contents;
}

/** What SSM itself holds of these nodes, as fingerprints; a node or type that it no longer knows is left out. */
export async function readContents(client: SSMClient, nodes: readonly SuspiciousNode[]): Promise<InventoryContent[]> {
  const types = [...new Set(nodes.flatMap((node) => node.types))].sort();
  const contents: InventoryContent[] = [];
  for (const type of types) {
    const ids = nodes.filter((node) => node.types.includes(type)).map(({ nodeId }) => nodeId);
    for (let start = 0; start < ids.length; start += idsPerFilter) {
      contents.push(...(await readChain(client, type, ids.slice(start, start + idsPerFilter))));
    }
  }
  return contents;
}
