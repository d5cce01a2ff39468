/** The machine itself: InstanceInformation, Tag, Network, InstanceDetailedInformation. */
import type { InventoryRow } from '../services/ssm-node.ts';
import type { NodeAt } from './inventory-node.ts';

const LINUX = [
  { PlatformName: 'Amazon Linux', PlatformVersion: '2023' },
  { PlatformName: 'Amazon Linux', PlatformVersion: '2' },
  { PlatformName: 'Ubuntu', PlatformVersion: '22.04' },
  { PlatformName: 'Red Hat Enterprise Linux', PlatformVersion: '9.4' },
];
const WINDOWS = [
  { PlatformName: 'Microsoft Windows Server 2022 Datacenter', PlatformVersion: '10.0.20348' },
  { PlatformName: 'Microsoft Windows Server 2019 Datacenter', PlatformVersion: '10.0.17763' },
];
const PROCESSORS = [
  'Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz',
  'AMD EPYC 7R13 Processor',
  'Intel(R) Xeon(R) Platinum 8488C',
];

export function agentVersion({ pick, agents }: NodeAt): string {
  return `3.3.${800 + 50 * pick(0, 4) + agents}.0`;
}

function address({ node, pick }: NodeAt): string {
  const network = node.resourceType === 'EC2Instance' ? `10.${pick(1, 60)}` : '192.168';
  return `${network}.${pick(2, 250)}.${pick(3, 250) + 4}`;
}

function computerName(at: NodeAt): string {
  const { node } = at;
  if (node.resourceType === 'ManagedInstance') return `dc1-${node.id.slice(3, 9)}.corp.example.com`;
  if (node.platform === 'Windows') return `EC2AMAZ-${node.id.slice(2, 9).toUpperCase()}`;
  const domain = node.region === 'us-east-1' ? 'ec2.internal' : `${node.region}.compute.internal`;
  return `ip-${address(at).replaceAll('.', '-')}.${domain}`;
}

/** The only attribute that names what kind of node it is collides with the partition `resourcetype` (domain.md 3.3). */
export function instanceInformation(at: NodeAt): InventoryRow[] {
  const { node, pick } = at;
  const platforms = node.platform === 'Windows' ? WINDOWS : LINUX;
  return [
    {
      AgentType: 'amazon-ssm-agent',
      AgentVersion: agentVersion(at),
      ComputerName: computerName(at),
      InstanceId: node.id,
      InstanceStatus: node.status,
      IpAddress: address(at),
      ...platforms[pick(4, platforms.length)],
      PlatformType: node.platform,
      ResourceType: node.resourceType,
    },
  ];
}

export function tags({ pick }: NodeAt): InventoryRow[] {
  const environment = ['production', 'staging', 'development'][pick(5, 3)] ?? '';
  const owner = pick(6, 3) === 0 ? [] : [{ Key: 'CostCenter', Value: `${4000 + pick(6, 40)}` }];
  return [{ Key: 'Environment', Value: environment }, { Key: 'Patch Group', Value: environment }, ...owner];
}

/** A gateway and a server are absent where the node has none. */
export function network(at: NodeAt): InventoryRow[] {
  const { node, pick } = at;
  const mac = Array.from({ length: 4 }, (_, byte) => (pick(byte, 251) + 4).toString(16).padStart(2, '0')).join(':');
  const base = { MacAddress: `02:42:${mac}`, SubnetMask: '255.255.255.0', IPV4: address(at) };
  const gateway = address(at).replace(/\d+$/, '1');
  if (node.platform === 'Windows')
    return [{ Name: 'Amazon Elastic Network Adapter', ...base, Gateway: gateway, DHCPServer: gateway }];
  return [{ Name: 'ens5', ...base, ...(pick(7, 2) === 0 && { IPV6: `fe80::42:${mac.replaceAll(':', '')}` }) }];
}

export function cpu({ node, pick }: NodeAt): InventoryRow[] {
  const cores = 2 ** pick(8, 5);
  return [
    {
      CPUModel: PROCESSORS[pick(9, PROCESSORS.length)] ?? '',
      CPUs: `${2 * cores}`,
      CPUCores: `${cores}`,
      CPUSockets: '1',
      CPUSpeedMHz: `${2500 + 100 * pick(9, 8)}`,
      CPUHyperThreadEnabled: 'true',
      OSServicePack: '',
      ...(node.platform === 'Linux' && { KernelVersion: `6.1.${90 + pick(10, 20)}-99.172.amzn2023.x86_64` }),
    },
  ];
}
