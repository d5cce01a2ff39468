import type { ManagedNode } from '../services/ssm-node.ts';

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
