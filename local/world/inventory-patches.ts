/** Patching and associations: ComplianceItem, ComplianceSummary, PatchSummary, WindowsUpdate. */
import type { InventoryRow } from '../services/ssm-node.ts';
import type { NodeAt } from './inventory-node.ts';

const LINUX_PACKAGES = ['kernel', 'openssl', 'glibc', 'systemd', 'curl', 'python3'];
const SEVERITIES = ['Critical', 'High', 'Medium', 'Low'] as const;
const BASELINE = 'pb-0c10e65780EXAMPLE0';
/** Of each node's installed patches only the newest are rows. */
const SHOWN = 2;

/** The patches of a node are numbered: those below `installed` are in place, the next `missing` are not. */
function patchState({ pick, patches }: NodeAt): { installed: number; missing: number } {
  return { installed: 40 + pick(13, 20) + patches, missing: pick(5, 5) % 3 };
}

function patch({ node }: NodeAt, number: number): { id: string; title: string; severity: (typeof SEVERITIES)[number] } {
  const severity = SEVERITIES[number % SEVERITIES.length] ?? 'Low';
  const name = LINUX_PACKAGES[number % LINUX_PACKAGES.length] ?? '';
  const kb = `KB${5030000 + 137 * number}`;
  if (node.platform === 'Linux') return { id: `${name}.x86_64`, title: `${name}-${number}.amzn2023.x86_64`, severity };
  return { id: kb, title: `Cumulative Update for Microsoft server operating system (${kb})`, severity };
}

const execution = (at: NodeAt, type: string) => ({
  ComplianceType: type,
  ExecutionId: `${at.node.id.slice(-8)}-${type.toLowerCase()}-${at.patches}`,
  ExecutionType: 'Command',
  ExecutionTime: at.operated(),
});

/** Attributes that AWS calls context (who ran what, when) are in every row (domain.md 2.1). */
export function complianceItems(at: NodeAt): InventoryRow[] {
  const { installed, missing } = patchState(at);
  const association = {
    ...execution(at, 'Association'),
    Id: '7ed8f7c2-association',
    Title: 'AWS-GatherSoftwareInventory',
    Status: 'COMPLIANT',
    Severity: 'UNSPECIFIED',
    DocumentName: 'AWS-GatherSoftwareInventory',
    DocumentVersion: '1',
  };
  const patches = Array.from({ length: SHOWN + missing }, (_, index) => {
    const number = installed - SHOWN + index;
    const { id, title, severity } = patch(at, number);
    const inPlace = number < installed;
    return {
      ...execution(at, 'Patch'),
      Id: id,
      Title: title,
      Status: inPlace ? 'COMPLIANT' : 'NON_COMPLIANT',
      Severity: severity.toUpperCase(),
      Classification: 'Security',
      PatchBaselineId: BASELINE,
      PatchSeverity: severity,
      PatchState: inPlace ? 'Installed' : 'Missing',
      ...(inPlace && { InstalledTime: at.operated() }),
    };
  });
  return at.node.collected ? [association, ...patches] : patches;
}

export function complianceSummaries(at: NodeAt): InventoryRow[] {
  const { installed, missing } = patchState(at);
  const counts = (prefix: string, amounts: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      [...SEVERITIES, 'Informational', 'Unspecified'].map((name) => [`${prefix}${name}Count`, `${amounts[name] ?? 0}`]),
    );
  const patches = {
    ...execution(at, 'Patch'),
    PatchBaselineId: BASELINE,
    Status: missing > 0 ? 'NON_COMPLIANT' : 'COMPLIANT',
    OverallSeverity: missing > 0 ? patch(at, installed).severity.toUpperCase() : 'UNSPECIFIED',
    ...counts('Compliant', { High: installed }),
    ...counts('NonCompliant', missing > 0 ? { [patch(at, installed).severity]: missing } : {}),
  };
  const associations = {
    ...execution(at, 'Association'),
    Status: 'COMPLIANT',
    OverallSeverity: 'UNSPECIFIED',
    ...counts('Compliant', { Unspecified: 1 }),
    ...counts('NonCompliant', {}),
  };
  return at.node.collected ? [patches, associations] : [patches];
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
      InstalledRejectedCount: '0',
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
  return Array.from({ length: SHOWN }, (_, index) => ({
    HotFixId: patch(at, installed - SHOWN + index).id,
    Description: 'Security Update',
    InstalledTime: at.operated(),
    InstalledBy: 'NT AUTHORITY\\SYSTEM',
  }));
}
