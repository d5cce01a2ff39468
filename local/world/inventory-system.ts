/** The machine itself: InstanceInformation, InstanceDetailedInformation, Tag, Network. */
import type { InventoryRow, ManagedNode } from '../services/ssm-node.ts';

/** A node at one version: what was drawn for it, and how often each kind of change has happened to it. */
export interface NodeAt {
  readonly node: ManagedNode;
  /** 0 to `below - 1`, drawn for the node and the slot (0 to 14). */
  readonly pick: (slot: number, below: number) => number;
  readonly packages: number;
  readonly patches: number;
  readonly agents: number;
  /** The time of the latest patch operation on the node, or that many seconds earlier. */
  readonly operated: (secondsBefore?: number) => string;
}

const PLATFORMS = {
  Linux: [
    { PlatformName: 'Amazon Linux', PlatformVersion: '2023' },
    { PlatformName: 'Amazon Linux', PlatformVersion: '2' },
    { PlatformName: 'Ubuntu', PlatformVersion: '22.04' },
    { PlatformName: 'Red Hat Enterprise Linux', PlatformVersion: '9.4' },
  ],
  Windows: [
    { PlatformName: 'Microsoft Windows Server 2022 Datacenter', PlatformVersion: '10.0.20348' },
    { PlatformName: 'Microsoft Windows Server 2019 Datacenter', PlatformVersion: '10.0.17763' },
  ],
};

export function agentVersion({ pick, agents }: NodeAt): string {
  return `3.3.${800 + 50 * pick(0, 4) + agents}.0`;
}

function address({ node, pick }: NodeAt): string {
  const network = node.resourceType === 'EC2Instance' ? `10.${pick(1, 60)}` : '192.168';
  return `${network}.${pick(2, 250)}.${pick(3, 250) + 4}`;
}

function computerName(at: NodeAt): string {
  const { resourceType, platform, id, region } = at.node;
  if (resourceType === 'ManagedInstance') return `dc1-${id.slice(3, 9)}.corp.example.com`;
  if (platform === 'Windows') return `EC2AMAZ-${id.slice(2, 9).toUpperCase()}`;
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return `ip-${address(at).replaceAll('.', '-')}.${domain}`;
}

/** The one attribute that names the kind of node collides with the partition `resourcetype`. */
export function instanceInformation(at: NodeAt): InventoryRow[] {
  const { id: InstanceId, status: InstanceStatus, platform: PlatformType, resourceType: ResourceType } = at.node;
  const agent = { AgentType: 'amazon-ssm-agent', AgentVersion: agentVersion(at) };
  const host = { ComputerName: computerName(at), InstanceId, InstanceStatus, IpAddress: address(at) };
  const platforms = PLATFORMS[PlatformType];
  return [{ ...agent, ...host, ...platforms[at.pick(4, platforms.length)], PlatformType, ResourceType }];
}

export function hardware({ node, pick }: NodeAt): InventoryRow[] {
  const cores = 2 ** pick(8, 4);
  const processor = {
    CPUModel: 'Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz',
    CPUSpeedMHz: '2900',
    CPUs: `${2 * cores}`,
    CPUCores: `${cores}`,
    CPUSockets: '1',
    CPUHyperThreadEnabled: 'true',
  };
  return [{ ...processor, ...(node.platform === 'Linux' && { KernelVersion: '6.1.112-122.189.amzn2023.x86_64' }) }];
}

export function tags({ pick }: NodeAt): InventoryRow[] {
  const Value = ['production', 'staging', 'development'][pick(5, 3)] ?? '';
  const owner = pick(6, 3) === 0 ? [] : [{ Key: 'CostCenter', Value: `${4000 + pick(6, 40)}` }];
  return [{ Key: 'Environment', Value }, { Key: 'Patch Group', Value }, ...owner];
}

/** A gateway, a server and an address of version 6 are absent where the node has none. */
export function network(at: NodeAt): InventoryRow[] {
  const { node, pick } = at;
  const mac = Array.from({ length: 4 }, (_, byte) => (pick(byte, 251) + 4).toString(16).padStart(2, '0')).join(':');
  const base = { MacAddress: `02:42:${mac}`, SubnetMask: '255.255.255.0', IPV4: address(at) };
  const gateway = address(at).replace(/\d+$/, '1');
  if (node.platform === 'Windows')
    return [{ Name: 'Amazon Elastic Network Adapter', ...base, Gateway: gateway, DHCPServer: gateway }];
  return [{ Name: 'ens5', ...base, ...(pick(7, 2) === 0 && { IPV6: `fe80::42:${mac.replaceAll(':', '')}` }) }];
}
