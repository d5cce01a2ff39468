/** What is installed: Application, AWSComponent, Service, WindowsRole. */
import type { InventoryRow } from '../services/ssm-node.ts';
import type { NodeAt } from './inventory-node.ts';
import { agentVersion } from './inventory-system.ts';

/** `major` stands before the number that an upgrade raises; attributes that a package manager does not know are absent. */
interface Package {
  readonly major: string;
  readonly attributes: InventoryRow;
}

const rpm = (Name: string, major: string, more: InventoryRow = {}): Package => ({
  major,
  attributes: {
    Name,
    ApplicationType: 'Applications/System',
    Publisher: 'Amazon Linux',
    Release: '1.amzn2023',
    Architecture: 'x86_64',
    InstalledTime: '2026-09-14T08:12:31Z',
    ...more,
  },
});
const msi = (Name: string, Publisher: string, major: string): Package => ({
  major,
  attributes: { Name, Publisher, Architecture: 'x86_64', InstalledTime: '2026-09-14T00:00:00Z' },
});

const LINUX = {
  every: [
    rpm('aws-cfn-bootstrap', '2.0', {
      Release: '32.amzn2023',
      Architecture: 'noarch',
      URL: 'https://aws.amazon.com/cloudformation',
    }),
    rpm('openssl', '3.0', {
      Epoch: '1',
      ApplicationType: 'System Environment/Libraries',
      Summary: 'Utilities from the general purpose cryptography library',
    }),
    rpm('curl', '8.5', { ApplicationType: 'Applications/Internet' }),
  ],
  some: [
    rpm('nginx', '1.26', { Epoch: '1', URL: 'https://nginx.org' }),
    rpm('postgresql15', '15', { ApplicationType: 'Applications/Databases' }),
    rpm('java-17-amazon-corretto', '17.0', { Epoch: '1', PackageId: 'java-17-amazon-corretto-17.0.src.rpm' }),
    rpm('nodejs22', '22.9', { Summary: 'JavaScript runtime' }),
  ],
};
const WINDOWS = {
  every: [
    msi('aws-cfn-bootstrap', 'Amazon Web Services', '2.0'),
    msi('AWS Tools for Windows', 'Amazon Web Services Developer Relations', '3.15'),
    msi('Microsoft Edge', 'Microsoft Corporation', '130.0'),
  ],
  some: [
    msi('Microsoft SQL Server 2022 (64-bit)', 'Microsoft Corporation', '16.0'),
    msi('Microsoft .NET Runtime - 8.0 (x64)', 'Microsoft Corporation', '8.0'),
  ],
};

/** Each change of kind `packages` upgrades one package, in turn. */
export function applications({ node, pick, packages }: NodeAt): InventoryRow[] {
  const { every, some } = node.platform === 'Windows' ? WINDOWS : LINUX;
  const extra = some[pick(11, some.length)];
  const installed = extra ? [...every, extra] : every;
  return installed.map(({ major, attributes }, index) => {
    const upgrades = Math.floor((packages + installed.length - 1 - index) / installed.length);
    return { ...attributes, Version: `${major}.${pick(12, 3) + upgrades}` };
  });
}

export function components(at: NodeAt): InventoryRow[] {
  const { node, pick } = at;
  const agent = {
    Name: 'amazon-ssm-agent',
    ApplicationType: 'AWS Component',
    Publisher: 'Amazon.com',
    Version: agentVersion(at),
    Architecture: 'x86_64',
  };
  const drivers = {
    Name: 'AWS PV Drivers',
    Publisher: 'Amazon Web Services',
    Version: '8.4.3',
    Architecture: 'x86_64',
  };
  const cloudWatch = {
    Name: 'AmazonCloudWatchAgent',
    Publisher: '',
    Version: `1.3000${pick(13, 5)}.0`,
    Architecture: 'x86_64',
  };
  return [agent, cloudWatch, ...(node.platform === 'Windows' ? [drivers] : [])];
}

/** Linked services are one text, their names separated by spaces. */
export function services(): InventoryRow[] {
  const service = (Name: string, DisplayName: string, StartType: string) => ({
    Name,
    DisplayName,
    ServiceType: 'Win32OwnProcess',
    Status: StartType === 'Disabled' ? 'Stopped' : 'Running',
    DependentServices: '',
    ServicesDependedOn: 'rpcss',
    StartType,
  });
  return [
    service('AmazonSSMAgent', 'Amazon SSM Agent', 'Automatic'),
    service('W32Time', 'Windows Time', 'Automatic'),
    service('RemoteRegistry', 'Remote Registry', 'Disabled'),
  ];
}

export function windowsRoles({ pick }: NodeAt): InventoryRow[] {
  const role = (Name: string, DisplayName: string, installed: boolean) => ({
    Name,
    DisplayName,
    Path: DisplayName,
    FeatureType: 'Role',
    Installed: installed ? 'True' : 'False',
    InstalledState: installed ? 'Installed' : 'Available',
  });
  return [role('Web-Server', 'Web Server (IIS)', pick(13, 2) === 0), role('DNS', 'DNS Server', false)];
}
