/** What the inventory APIs tell of nodes (SSM API reference). */
import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-ssm';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf } from '../cloud/cloud.ts';
import { type Call, operationsNeeding, type Service } from '../cloud/service.ts';
import { ownNeed } from './need.ts';
import { takePage } from './page.ts';
import type { Fleet, NodeInventory } from './ssm-fleet.ts';

/** SSM documents no default size of a page; a small one makes callers page who did not mean to. */
export const ssmPages = {
  most: 50,
  usual: 10,
  refuse: (what: string) =>
    what === 'token'
      ? new AwsFault('InvalidNextToken', 'The specified token is not valid.')
      : new AwsFault('ValidationException', `1 validation error detected: Value at 'maxResults' is ${what}`),
};

/** None of these actions has resource-level permissions. */
export function inventoryOperations(fleet: Fleet): Service['operations'] {
  const needs = (_input: unknown, call: Call) => [ownNeed('ssm', call)];
  return operationsNeeding<typeof sdk>(needs, {
    DescribeInstanceInformation: (input, { caller, region }) => {
      const { Filters: filters = [], InstanceInformationFilterList } = input;
      requireNone(InstanceInformationFilterList ?? filters.filter(({ Key }) => !Key?.startsWith('tag:')));
      const online = fleet
        .nodes(accountOf(caller), region)
        .filter(({ node }) => node.status === 'Active')
        .filter(({ node }) => filters.every(({ Key = '', Values = [] }) => fleet.hasTag(node, Key, Values)));
      const { page, NextToken } = takePage(online, input, { ...ssmPages, least: 5 });
      return { InstanceInformationList: page.map((inventory) => instanceInformation(fleet, inventory)), NextToken };
    },
    GetInventory: (input, { caller, region }) => {
      const ids = (input.Filters ?? []).map(nodeIds);
      const [{ TypeName = 'AWS:InstanceInformation' } = {}, ...others] = input.ResultAttributes ?? [];
      if (others.length > 0)
        throw new AwsFault('InvalidResultAttributeException', 'Only one result attribute is allowed');
      const nodes = fleet.nodes(accountOf(caller), region).filter(({ node }) => ids.every((set) => set.has(node.id)));
      const { page, NextToken } = takePage(nodes, input, ssmPages);
      return { Entities: page.map((inventory) => entity(inventory, TypeName)), NextToken };
    },
  });
}

export function requireNone(filters: readonly unknown[] | undefined): void {
  if (filters?.length) throw new AwsFault('NotImplemented', 'this filter is not served', { status: 501 });
}

function instanceInformation({ cloud }: Fleet, inventory: NodeInventory): sdk.InstanceInformation {
  const { id: InstanceId, platform: PlatformType, resourceType: ResourceType } = inventory.node;
  const [row = {}] = inventory.item('AWS:InstanceInformation')?.rows() ?? [];
  const { AgentVersion, PlatformName, PlatformVersion, ComputerName, IpAddress: IPAddress } = row;
  const nowMs = cloud.clock.nowMs();
  const LastPingDateTime = new Date(nowMs - cloud.draw.between(1, 290, 'ping', InstanceId, nowMs) * 1000);
  const agent = { AgentVersion, PingStatus: 'Online', LastPingDateTime } as const;
  return { InstanceId, ...agent, PlatformType, PlatformName, PlatformVersion, ResourceType, IPAddress, ComputerName };
}

/** The one filter that is served: `AWS:InstanceInformation.InstanceId` equal to one of up to 40 ids. */
function nodeIds({ Key, Values = [], Type = 'Equal' }: sdk.InventoryFilter): Set<string> {
  requireNone(Key === 'AWS:InstanceInformation.InstanceId' && Type === 'Equal' ? [] : [Key]);
  if (Values.length === 0 || Values.length > 40)
    throw new AwsFault('ValidationException', 'values of a filter must have length between 1 and 40');
  return new Set(Values);
}

/** A node without the type has no data for it. */
function entity(inventory: NodeInventory, TypeName: string): sdk.InventoryResultEntity {
  const item = inventory.item(TypeName);
  if (!item) return { Id: inventory.node.id, Data: {} };
  const { schemaVersion: SchemaVersion, captureTime: CaptureTime } = item;
  const Content = item.rows().map((row) => ({ ...row }));
  const ContentHash = createHash('md5').update(JSON.stringify(Content)).digest('hex');
  const data = { TypeName, SchemaVersion, CaptureTime, ContentHash, Content };
  return { Id: inventory.node.id, Data: { [TypeName]: data } };
}
