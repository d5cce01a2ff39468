/** What the inventory of a believable node holds, version by version: small, and the same for the same seed. */
import type { Draw } from '../cloud/draw.ts';
import { type InventoryRow, isoSeconds, type ManagedNode, type NodeContent } from '../services/ssm-node.ts';
import { complianceItems, patchSummary, windowsUpdates } from './inventory-patches.ts';
import { applications, components } from './inventory-software.ts';
import { hardware, instanceInformation, type NodeAt, network, tags } from './inventory-system.ts';
import { roles, services } from './inventory-windows.ts';

type Change = 'packages' | 'patches' | 'agents';
/** `on`: every node, those that are collected from, or those whose association has that parameter on. */
type TypeContent = { rows: (at: NodeAt) => InventoryRow[]; on: string; windowsOnly?: true; by?: Change };

/** Inventory types, who has them and what changes them ("Metadata collected by inventory", Systems Manager user guide). */
const TYPES: Readonly<Record<string, TypeContent>> = {
  'AWS:InstanceInformation': { rows: instanceInformation, on: 'every', by: 'agents' },
  'AWS:Tag': { rows: tags, on: 'every' },
  'AWS:ComplianceItem': { rows: complianceItems, on: 'every', by: 'patches' },
  'AWS:PatchSummary': { rows: patchSummary, on: 'collected', by: 'patches' },
  'AWS:Application': { rows: applications, on: 'applications', by: 'packages' },
  'AWS:AWSComponent': { rows: components, on: 'awsComponents', by: 'agents' },
  'AWS:InstanceDetailedInformation': { rows: hardware, on: 'instanceDetailedInformation' },
  'AWS:Network': { rows: network, on: 'networkConfig' },
  'AWS:WindowsUpdate': { rows: windowsUpdates, on: 'windowsUpdates', windowsOnly: true, by: 'patches' },
  'AWS:Service': { rows: services, on: 'services', windowsOnly: true },
  'AWS:WindowsRole': { rows: roles, on: 'windowsRoles', windowsOnly: true },
};

/** Changes of a node go round. Without an association nothing tells of packages. */
const ROUND = { collected: ['packages', 'patches', 'packages', 'agents'], bare: ['patches', 'agents'] } as const;
const HOUR_MS = 3_600_000;

/** `start` is when the world begins: nothing in version 0 is later. */
export function createInventoryContent(draw: Draw, start: Date): NodeContent {
  const digits = new WeakMap<ManagedNode, string>();
  const hexOf = (node: ManagedNode) => {
    const hex = digits.get(node) ?? draw.hex('node content', node.account, node.region, node.id);
    digits.set(node, hex);
    return hex;
  };
  const pick = (node: ManagedNode) => (slot: number, below: number) =>
    Number.parseInt(hexOf(node).slice(4 * slot, 4 * slot + 4), 16) % below;
  const round = (node: ManagedNode): readonly Change[] => (node.collected.length > 0 ? ROUND.collected : ROUND.bare);
  const change = (node: ManagedNode, version: number) =>
    round(node)[(version + pick(node)(15, 4)) % round(node).length];
  const types = (node: ManagedNode) => Object.keys(TYPES).filter((type) => has(node, TYPES[type]));
  return {
    types,
    schemaVersion: (type) => (type === 'AWS:Application' ? '1.1' : '1.0'),
    changes: (node, version) => types(node).filter((type) => TYPES[type]?.by === change(node, version)),
    rows: (node, type, version) => {
      const counts = { packages: 0, patches: 0, agents: 0 };
      for (const kind of round(node)) counts[kind] += Math.floor(version / round(node).length);
      for (let rest = version % round(node).length; rest > 0; rest--) counts[change(node, rest) ?? 'agents']++;
      const operatedMs = start.getTime() + (counts.patches - 1 - pick(node)(14, 20)) * HOUR_MS;
      const operated = (secondsBefore = 0) => isoSeconds(new Date(operatedMs - secondsBefore * 1000));
      return TYPES[type]?.rows({ node, pick: pick(node), ...counts, operated }) ?? [];
    },
  };
}

function has({ collected, platform }: ManagedNode, type: TypeContent | undefined): boolean {
  if (!type || (type.windowsOnly && platform !== 'Windows')) return false;
  return type.on === 'every' || (type.on === 'collected' && collected.length > 0) || collected.includes(type.on);
}
