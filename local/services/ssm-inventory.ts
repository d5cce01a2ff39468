/** What the inventory APIs tell of nodes and associations (domain.md 4.2, 4.3). */
import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-ssm';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operation, type Service } from '../cloud/service.ts';
import type { Fleet, NodeInventory } from './ssm-fleet.ts';
import { takePage } from './ssm-page.ts';

export function inventoryOperations(cloud: Cloud, fleet: Fleet): Service['operations'] {
  /** None of these actions has resource-level permissions. */
  const need =
    (action: string) =>
    (_: unknown, { caller }: Call) => [{ action, resource: '*', owner: accountOf(caller) }];
  return {
    DescribeInstanceInformation: operation<
      sdk.DescribeInstanceInformationCommandInput,
      sdk.DescribeInstanceInformationCommandOutput
    >({
      needs: need('ssm:DescribeInstanceInformation'),
      run: (input, { caller, region }) => {
        const filters = (input.Filters ?? []).map(instanceFilter);
        const online = fleet
          .nodes(accountOf(caller), region)
          .filter((inventory) => inventory.node.status === 'Active' && filters.every((passes) => passes(inventory)));
        const { page, ...more } = takePage(online, input, 5);
        return { InstanceInformationList: page.map((inventory) => instanceInformation(cloud, inventory)), ...more };
      },
    }),
    GetInventory: operation<sdk.GetInventoryCommandInput, sdk.GetInventoryCommandOutput>({
      needs: need('ssm:GetInventory'),
      run: (input, { caller, region }) => {
        const ids = (input.Filters ?? []).map(nodeIds);
        const [{ TypeName = 'AWS:InstanceInformation' } = {}, ...others] = input.ResultAttributes ?? [];
        if (others.length > 0)
          throw new AwsFault('InvalidResultAttributeException', 'Only one result attribute is allowed');
        const nodes = fleet.nodes(accountOf(caller), region).filter(({ node }) => ids.every((set) => set.has(node.id)));
        const { page, ...more } = takePage(nodes, input);
        return { Entities: page.map((inventory) => entity(inventory, TypeName)), ...more };
      },
    }),
    ListAssociations: operation<sdk.ListAssociationsCommandInput, sdk.ListAssociationsCommandOutput>({
      needs: need('ssm:ListAssociations'),
      run: (input, { caller, region }) => {
        const all = associations(cloud, fleet, { account: accountOf(caller), region });
        const filters = input.AssociationFilterList ?? [];
        const found = all.filter((one) => filters.every((filter) => associationPasses(one, filter)));
        const { page, ...more } = takePage(found, input);
        return { Associations: page, ...more };
      },
    }),
  };
}

function instanceFilter({
  Key,
  Values = [],
}: sdk.InstanceInformationStringFilter): (inventory: NodeInventory) => boolean {
  const attributes: Readonly<Record<string, (inventory: NodeInventory) => string>> = {
    InstanceIds: ({ node }) => node.id,
    PingStatus: () => 'Online',
    PlatformTypes: ({ node }) => node.platform,
    ResourceType: ({ node }) => node.resourceType,
  };
  const attribute = attributes[Key ?? ''];
  if (!attribute) throw new AwsFault('InvalidFilterKey', `The filter key ${Key} is not valid`);
  return (inventory) => Values.includes(attribute(inventory));
}

function instanceInformation(cloud: Cloud, inventory: NodeInventory): sdk.InstanceInformation {
  const { id, platform, resourceType } = inventory.node;
  const [row = {}] = inventory.item('AWS:InstanceInformation')?.rows() ?? [];
  const nowMs = cloud.clock.nowMs();
  return {
    InstanceId: id,
    PingStatus: 'Online',
    LastPingDateTime: new Date(nowMs - cloud.draw.between(1, 290, 'ping', id, nowMs) * 1000),
    AgentVersion: row['AgentVersion'],
    PlatformType: platform,
    PlatformName: row['PlatformName'],
    PlatformVersion: row['PlatformVersion'],
    ResourceType: resourceType,
    IPAddress: row['IpAddress'],
    ComputerName: row['ComputerName'],
    SourceId: id,
    SourceType: resourceType === 'EC2Instance' ? 'AWS::EC2::Instance' : 'AWS::SSM::ManagedInstance',
  };
}

/** The one filter that is served: `AWS:InstanceInformation.InstanceId` equal to one of up to 40 ids. */
function nodeIds({ Key, Values = [], Type = 'Equal' }: sdk.InventoryFilter): Set<string> {
  if (Key !== 'AWS:InstanceInformation.InstanceId' || Type !== 'Equal')
    throw new AwsFault('InvalidFilter', `The filter ${Key} ${Type} is not valid`);
  if (Values.length === 0 || Values.length > 40)
    throw new AwsFault(
      'ValidationException',
      "1 validation error detected: Value at 'filters.1.member.values' failed to satisfy constraint: Member must have length between 1 and 40",
    );
  return new Set(Values);
}

/** A node without the type has no data for it. */
function entity(inventory: NodeInventory, TypeName: string): sdk.InventoryResultEntity {
  const item = inventory.item(TypeName);
  if (!item) return { Id: inventory.node.id, Data: {} };
  const Content = item.rows().map((row) => ({ ...row }));
  const ContentHash = createHash('md5').update(JSON.stringify(Content)).digest('hex');
  const data = { TypeName, SchemaVersion: item.schemaVersion, CaptureTime: item.captureTime, ContentHash, Content };
  return { Id: inventory.node.id, Data: { [TypeName]: data } };
}

function associations(
  cloud: Cloud,
  fleet: Fleet,
  { account, region }: { account: string; region: string },
): sdk.Association[] {
  const kind = fleet.association(account, region);
  if (kind === undefined || kind === 'none') return [];
  const foreign = kind === 'foreign';
  return [
    {
      Name: 'AWS-GatherSoftwareInventory',
      AssociationId: cloud.draw.uuid('association', account, region),
      AssociationVersion: '1',
      AssociationName: foreign ? 'InspectorInventoryCollection-do-not-delete' : 'Inventory-Association',
      Targets: [{ Key: 'InstanceIds', Values: ['*'] }],
      ScheduleExpression: foreign ? 'rate(30 minutes)' : 'rate(1 hour)',
      Overview: { Status: 'Success', DetailedStatus: 'Success' },
    },
  ];
}

function associationPasses(association: sdk.Association, { key, value }: sdk.AssociationFilter): boolean {
  if (key === 'Name') return association.Name === value;
  if (key === 'AssociationName') return association.AssociationName === value;
  throw new AwsFault('ValidationException', `The filter key ${key} is not valid`);
}
