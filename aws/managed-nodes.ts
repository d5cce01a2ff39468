import {
  type InstanceInformation,
  type InstanceInformationStringFilter,
  paginateDescribeInstanceInformation,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { ManagedNode } from '../core/observation.ts';

const platforms = new Set(['Linux', 'Windows', 'MacOS'] as const);

function managedNode({ InstanceId, PlatformType, PingStatus }: InstanceInformation): ManagedNode {
  const platform = [...platforms].find((known) => known === PlatformType) ?? null;
  return { nodeId: InstanceId ?? '', platform, online: PingStatus === 'Online' };
}

/** Every node that SSM manages here and all filters select, EC2 and hybrid. Stopped and terminated ones are not listed (SSM API reference). */
export async function listManagedNodes(
  client: SSMClient,
  filters: InstanceInformationStringFilter[] = [],
): Promise<ManagedNode[]> {
  const nodes: ManagedNode[] = [];
  const Filters = filters.length > 0 ? { Filters: filters } : {};
  for await (const page of paginateDescribeInstanceInformation({ client, pageSize: 50 }, Filters)) {
    nodes.push(...(page.InstanceInformationList ?? []).map(managedNode));
  }
  return nodes;
}
