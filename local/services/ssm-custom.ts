/** PutInventory as somebody else than the agent calls it: custom types of a node (SSM API reference; "Systems Manager endpoints and quotas"). */
import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-ssm';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf } from '../cloud/cloud.ts';
import { type Call, operationsNeeding, type Service } from '../cloud/service.ts';
import { ownNeed } from './need.ts';
import type { Fleet, InventoryItem, NodeInventory } from './ssm-fleet.ts';

/** Custom types of an account in one Region. */
const TYPES = 20;

/** What is wrong with an item, and the error that says so. */
const REFUSALS: readonly (readonly [error: string, isWrong: (item: sdk.InventoryItem) => boolean])[] = [
  ['InvalidTypeNameException', ({ TypeName = '' }) => !/^Custom:[A-Z].{0,92}$/.test(TypeName)],
  ['ValidationException', ({ SchemaVersion = '' }) => !/^\d{1,6}\.\d{1,6}$/.test(SchemaVersion)],
  ['ValidationException', ({ CaptureTime = '' }) => !/^20\d\d-[01]\d-[0-3]\dT[0-2]\d(:[0-5]\d){2}Z$/.test(CaptureTime)],
  ['UnsupportedInventoryItemContextException', ({ Context }) => Context !== undefined],
  ['InvalidItemContentException', ({ Content = [] }) => !Content.every(isEntry)],
  ['ItemSizeLimitExceededException', ({ Content = [] }) => JSON.stringify(Content).length > 200_000],
];

function isEntry(entry: Record<string, string>): boolean {
  const attributes = Object.entries(entry);
  return attributes.length <= 50 && attributes.every(([name, value]) => name.length <= 64 && value.length <= 4096);
}

/** `deliver` gets what a put changed. The action has no resource, but a key with all types of the request (Service Authorization Reference). */
export function customOperations(
  fleet: Fleet,
  deliver: (inventory: NodeInventory, items: readonly InventoryItem[]) => void,
): Service['operations'] {
  const needs = ({ Items = [] }: sdk.PutInventoryRequest, call: Call) => [
    { ...ownNeed('ssm', call), context: { 'ssm:InventoryTypeName': Items.map(({ TypeName = '' }) => TypeName) } },
  ];
  return operationsNeeding<typeof sdk>(needs, {
    PutInventory: ({ InstanceId, Items = [] }, { caller, region }) => {
      const nodes = fleet.nodes(accountOf(caller), region);
      const inventory = nodes.find(({ node }) => node.id === InstanceId && node.status !== 'Terminated');
      if (!inventory) throw new AwsFault('InvalidInstanceId', 'The managed node is not in a valid state');
      for (const item of Items) requireValid(item);
      requireRoom(nodes, Items);
      const changed = Items.flatMap((item) => put(inventory, item));
      if (changed.length > 0) deliver(inventory, changed);
      return {};
    },
  });
}

function requireValid(item: sdk.InventoryItem): void {
  if (item.TypeName?.startsWith('AWS:'))
    throw new AwsFault('NotImplemented', 'only custom types are served', { status: 501 });
  const [error] = REFUSALS.find(([, isWrong]) => isWrong(item)) ?? [];
  if (error) throw new AwsFault(error, 'The item is not valid', { fields: { TypeName: item.TypeName } });
}

function requireRoom(nodes: readonly NodeInventory[], items: readonly sdk.InventoryItem[]): void {
  const types = new Set(items.map(({ TypeName = '' }) => TypeName));
  for (const inventory of nodes) for (const type of inventory.customTypes()) types.add(type);
  if (types.size > TYPES)
    throw new AwsFault(
      'CustomSchemaCountLimitExceededException',
      `You have exceeded the limit of ${TYPES} custom types`,
    );
}

/** What is not changed, by its hash, is not updated (InventoryItem); a hash may come without its content. */
function put(inventory: NodeInventory, { TypeName: type = '', Content, ...item }: sdk.InventoryItem): InventoryItem[] {
  const { SchemaVersion: schemaVersion = '', CaptureTime: captureTime = '', ContentHash } = item;
  const hash = ContentHash ?? createHash('md5').update(JSON.stringify(Content)).digest('hex');
  if (inventory.keeps(type, { hash, captureTime })) return [];
  if (!Content)
    throw new AwsFault('ItemContentMismatchException', 'The item has no content', { fields: { TypeName: type } });
  const changed = { type, schemaVersion, captureTime, rows: () => Content };
  inventory.put(changed, hash);
  return [changed];
}
