/** What Systems Manager knows of a managed node, and where the content of its inventory comes from. */

/** One inventory entry: values are strings, numbers too, and attributes without a value are absent. */
export type InventoryRow = Readonly<Record<string, string>>;

export interface ManagedNode {
  /** `i-` or `mi-` and 17 hexadecimal digits. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly resourceType: 'EC2Instance' | 'ManagedInstance';
  readonly platform: 'Linux' | 'Windows';
  readonly status: 'Active' | 'Stopped' | 'Terminated';
  /** The parameters of AWS-GatherSoftwareInventory that are on in the association that collects from it; empty where none does. */
  readonly collected: readonly string[];
}

/** The inventory of nodes as a pure function of a version, which counts a node's changes from 0. */
export interface NodeContent {
  types(node: ManagedNode): readonly string[];
  schemaVersion(type: string): string;
  rows(node: ManagedNode, type: string, version: number): readonly InventoryRow[];
  /** The types whose rows differ between `version - 1` and `version`; at least one. */
  changes(node: ManagedNode, version: number): readonly string[];
}

/** `2026-11-02T06:00:00Z`: inventory has times without a fraction. */
export function isoSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
