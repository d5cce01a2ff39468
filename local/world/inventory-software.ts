/** What is installed: Application, AWSComponent. */
import type { InventoryRow } from '../services/ssm-node.ts';
import { agentVersion, type NodeAt } from './inventory-system.ts';

/** The part of its version that upgrades leave alone, and its attributes; those that a package manager does not know are absent. */
type Package = readonly [major: string, attributes: InventoryRow];

const ARCHITECTURE = { Architecture: 'x86_64' };
const rpm = (Name: string, major: string, more: InventoryRow = {}): Package => {
  const from = { ApplicationType: 'Applications/System', Publisher: 'Amazon Linux', Release: '1.amzn2023' };
  return [major, { Name, ...from, ...ARCHITECTURE, InstalledTime: '2026-09-14T08:12:31Z', ...more }];
};
const msi = (Name: string, Publisher: string, major: string): Package => [
  major,
  { Name, Publisher, ...ARCHITECTURE, InstalledTime: '2026-09-14T00:00:00Z' },
];

const CATALOGUES: Readonly<Record<'Linux' | 'Windows', { every: readonly Package[]; some: readonly Package[] }>> = {
  Linux: {
    every: [
      rpm('aws-cfn-bootstrap', '2.0', { Architecture: 'noarch', URL: 'https://aws.amazon.com/cloudformation' }),
      rpm('openssl', '3.0', { Epoch: '1', Summary: 'Utilities from the general purpose cryptography library' }),
      rpm('curl', '8.5', { ApplicationType: 'Applications/Internet' }),
    ],
    some: [
      rpm('nginx', '1.26', { Epoch: '1', URL: 'https://nginx.org' }),
      rpm('postgresql15', '15', { ApplicationType: 'Applications/Databases' }),
      rpm('java-17-amazon-corretto', '17.0', { Epoch: '1', PackageId: 'java-17-amazon-corretto-17.0.src.rpm' }),
      rpm('nodejs22', '22.9', { Summary: 'JavaScript runtime' }),
    ],
  },
  Windows: {
    every: [
      msi('aws-cfn-bootstrap', 'Amazon Web Services', '2.0'),
      msi('AWS Tools for Windows', 'Amazon Web Services Developer Relations', '3.15'),
      msi('Microsoft Edge', 'Microsoft Corporation', '130.0'),
    ],
    some: [
      msi('Microsoft SQL Server 2022 (64-bit)', 'Microsoft Corporation', '16.0'),
      msi('Microsoft .NET Runtime - 8.0 (x64)', 'Microsoft Corporation', '8.0'),
    ],
  },
};

/** Each change of kind `packages` upgrades one package, in turn. */
export function applications({ node, pick, packages }: NodeAt): InventoryRow[] {
  const { every, some } = CATALOGUES[node.platform];
  const extra = pick(11, some.length);
  const installed = [...every, ...some.slice(extra, extra + 1)];
  return installed.map(([major, attributes], index) => {
    const upgrades = Math.floor((packages + installed.length - 1 - index) / installed.length);
    return { ...attributes, Version: `${major}.${pick(12, 3) + upgrades}` };
  });
}

export function components(at: NodeAt): InventoryRow[] {
  const component = (Name: string, Publisher: string, Version: string) => ({
    Name,
    Publisher,
    Version,
    ...ARCHITECTURE,
  });
  const agent = { ...component('amazon-ssm-agent', 'Amazon.com', agentVersion(at)), ApplicationType: 'AWS Component' };
  const cloudWatch = component('AmazonCloudWatchAgent', '', `1.3000${at.pick(13, 5)}.0`);
  if (at.node.platform === 'Linux') return [agent, cloudWatch];
  return [agent, cloudWatch, component('AWS PV Drivers', 'Amazon Web Services', '8.4.3')];
}
