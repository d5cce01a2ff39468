/** What only Windows nodes have: Service, WindowsRole. */
import type { InventoryRow } from '../services/ssm-node.ts';
import type { NodeAt } from './inventory-system.ts';

export function services({ pick }: NodeAt): InventoryRow[] {
  const service = (Name: string, DisplayName: string, StartType: string) => ({
    Name,
    DisplayName,
    ServiceType: 'Win32OwnProcess',
    Status: StartType === 'Automatic' ? 'Running' : 'Stopped',
    StartType,
  });
  const some = pick(13, 2) === 0 ? [service('MSSQLSERVER', 'SQL Server (MSSQLSERVER)', 'Automatic')] : [];
  return [
    service('AmazonSSMAgent', 'Amazon SSM Agent', 'Automatic'),
    service('Spooler', 'Print Spooler', 'Disabled'),
    ...some,
  ];
}

export function roles({ pick }: NodeAt): InventoryRow[] {
  const role = (Name: string, DisplayName: string, installed: boolean) => ({
    Name,
    DisplayName,
    Path: DisplayName,
    FeatureType: 'Role',
    Installed: installed ? 'True' : 'False',
    InstalledState: installed ? 'Installed' : 'Available',
  });
  return [
    role('Web-Server', 'Web Server (IIS)', pick(13, 2) === 1),
    role('FileAndStorage-Services', 'File and Storage Services', true),
  ];
}
