/** Patching and associations: ComplianceItem, PatchSummary, WindowsUpdate. */
import type { InventoryRow } from '../services/ssm-node.ts';
import type { NodeAt } from './inventory-system.ts';

const LINUX_PACKAGES = ['kernel', 'openssl', 'glibc', 'systemd', 'curl', 'python3'];
const SEVERITIES = ['Critical', 'High', 'Medium', 'Low'];
const BASELINE = 'pb-0c10e65780EXAMPLE0';
/** Of each node's installed patches only the newest are rows. */
const SHOWN = 2;

/** The patches of a node are numbered: those below `installed` are in place, the next `missing` are not. */
function patchState({ pick, patches }: NodeAt): { installed: number; missing: number } {
  return { installed: 40 + pick(13, 20) + patches, missing: pick(5, 5) % 3 };
}

function patch({ node }: NodeAt, number: number): { Id: string; Title: string; PatchSeverity: string } {
  const PatchSeverity = SEVERITIES[number % SEVERITIES.length] ?? 'Low';
  const name = LINUX_PACKAGES[number % LINUX_PACKAGES.length];
  const kb = `KB${5030000 + 137 * number}`;
  return node.platform === 'Linux'
    ? { Id: `${name}.x86_64`, Title: `${name}-${number}.amzn2023.x86_64`, PatchSeverity }
    : { Id: kb, Title: `Cumulative Update for Microsoft server operating system (${kb})`, PatchSeverity };
}

/** Attributes that AWS calls context (who ran what, when) are in every row. */
function execution({ node, patches, operated }: NodeAt, ComplianceType: 'Association' | 'Patch') {
  const ExecutionId = `${node.id.slice(-8)}-${ComplianceType.toLowerCase()}-${patches}`;
  return { ComplianceType, ExecutionId, ExecutionType: 'Command', ExecutionTime: operated() };
}

export function complianceItems(at: NodeAt): InventoryRow[] {
  const { installed, missing } = patchState(at);
  const DocumentName = 'AWS-GatherSoftwareInventory';
  const verdict = { Status: 'COMPLIANT', Severity: 'UNSPECIFIED', DocumentName, DocumentVersion: '1' };
  const association = { ...execution(at, 'Association'), Id: '7ed8f7c2-association', Title: DocumentName, ...verdict };
  const patches = Array.from({ length: SHOWN + missing }, (_, index) => {
    const number = installed - SHOWN + index;
    const about = patch(at, number);
    const kind = { Severity: about.PatchSeverity.toUpperCase(), Classification: 'Security', PatchBaselineId: BASELINE };
    const state =
      number < installed
        ? { Status: 'COMPLIANT', PatchState: 'Installed', InstalledTime: at.operated() }
        : { Status: 'NON_COMPLIANT', PatchState: 'Missing' };
    return { ...execution(at, 'Patch'), ...about, ...kind, ...state };
  });
  return at.node.collected.length > 0 ? [association, ...patches] : patches;
}

export function patchSummary(at: NodeAt): InventoryRow[] {
  const { installed, missing } = patchState(at);
  return [
    {
      BaselineId: BASELINE,
      OwnerInformation: '',
      InstalledCount: `${installed}`,
      InstalledOtherCount: `${at.pick(12, 30)}`,
      InstalledPendingRebootCount: '0',
      NotApplicableCount: '712',
      MissingCount: `${missing}`,
      FailedCount: '0',
      OperationType: 'Scan',
      OperationStartTime: at.operated(90),
      OperationEndTime: at.operated(),
    },
  ];
}

export function windowsUpdates(at: NodeAt): InventoryRow[] {
  const { installed } = patchState(at);
  const about = { Description: 'Security Update', InstalledTime: at.operated(), InstalledBy: 'NT AUTHORITY\\SYSTEM' };
  return Array.from({ length: SHOWN }, (_, index) => ({ HotFixId: patch(at, installed - SHOWN + index).Id, ...about }));
}
