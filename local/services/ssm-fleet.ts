/** The managed nodes of each account and Region, and how their inventory changes over virtual time. */
import type { Cloud } from '../cloud/cloud.ts';
import { type InventoryRow, isoSeconds, type ManagedNode, type NodeContent } from './ssm-node.ts';
import type { SsmUnknowns } from './ssm-unknowns.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface NodesDescription {
  /** Running EC2 nodes, `windows` of them on Windows. */
  readonly nodes?: number;
  readonly windows?: number;
  /** Nodes outside EC2, registered with an activation. */
  readonly hybrid?: number;
  readonly stopped?: number;
  readonly terminated?: number;
  /** Which AWS-GatherSoftwareInventory association reaches all of them: the account's own, Amazon Inspector's, none. Default `all`. */
  readonly association?: 'all' | 'foreign' | 'none';
  /** `none`: content stays as it is. Default `steady`: each online node reports a change at least every two hours. */
  readonly churn?: 'steady' | 'none';
}

/** An inventory type of a node as SSM holds it now. */
export interface InventoryItem {
  readonly type: string;
  readonly schemaVersion: string;
  readonly captureTime: string;
  rows(): readonly InventoryRow[];
}

/** One node and its reports, which are worked out when somebody asks. */
export class NodeInventory {
  readonly node: ManagedNode;
  readonly #fleet: Fleet;
  readonly #churns: boolean;
  readonly #captured = new Map<string, { version: number; atMs: number }>();
  #version = 0;
  #reports = 0;
  #nextReportMs: number;

  constructor(fleet: Fleet, node: ManagedNode, churns: boolean) {
    this.#fleet = fleet;
    this.node = node;
    this.#churns = churns;
    const nowMs = fleet.cloud.clock.nowMs();
    const age = node.status === 'Active' ? this.#draw(10, 110) * MINUTE_MS : this.#draw(1, 20) * DAY_MS;
    for (const type of fleet.content.types(node)) this.#captured.set(type, { version: 0, atMs: nowMs - age });
    this.#nextReportMs = node.status === 'Active' ? nowMs + this.#draw(5, 110) * MINUTE_MS : Number.POSITIVE_INFINITY;
  }

  items(): InventoryItem[] {
    return [...this.#captured.keys()].flatMap((type) => this.item(type) ?? []);
  }

  item(type: string): InventoryItem | undefined {
    this.#catchUp();
    const captured = this.#captured.get(type);
    if (!captured) return undefined;
    const { content } = this.#fleet;
    const { version, atMs } = captured;
    const rows = () => content.rows(this.node, type, version);
    return { type, schemaVersion: content.schemaVersion(type), captureTime: isoSeconds(new Date(atMs)), rows };
  }

  /** When the next report comes, infinity for a node that is not online. */
  nextReportMs(): number {
    this.#catchUp();
    return this.#nextReportMs;
  }

  /** What the latest report changed. */
  changed(): InventoryItem[] {
    this.#catchUp();
    if (this.#version === 0 || !this.#churns) return [];
    return this.#fleet.content.changes(this.node, this.#version).flatMap((type) => this.item(type) ?? []);
  }

  #catchUp(): void {
    while (this.#nextReportMs <= this.#fleet.cloud.clock.nowMs()) {
      const atMs = this.#nextReportMs;
      this.#reports++;
      if (this.#fleet.unknowns.hashOnlyPutMovesCaptureTime)
        for (const [type, { version }] of this.#captured) this.#captured.set(type, { version, atMs });
      if (this.#churns) {
        this.#version++;
        const changed = this.#fleet.content.changes(this.node, this.#version);
        for (const type of changed) this.#captured.set(type, { version: this.#version, atMs });
      }
      this.#nextReportMs = atMs + this.#draw(40, 110) * MINUTE_MS;
    }
  }

  #draw(low: number, high: number): number {
    return this.#fleet.cloud.draw.between(low, high, 'report', this.node.id, this.#reports);
  }
}

export class Fleet {
  readonly cloud: Cloud;
  readonly content: NodeContent;
  readonly unknowns: SsmUnknowns;
  readonly #targets = new Map<string, { nodes: NodeInventory[]; association: NodesDescription['association'] }>();

  constructor(cloud: Cloud, content: NodeContent, unknowns: SsmUnknowns) {
    this.cloud = cloud;
    this.content = content;
    this.unknowns = unknowns;
  }

  /** Sorted by id. */
  nodes(account: string, region: string): readonly NodeInventory[] {
    return this.#targets.get(`${account}/${region}`)?.nodes ?? [];
  }

  association(account: string, region: string): NodesDescription['association'] {
    return this.#targets.get(`${account}/${region}`)?.association;
  }

  /** Adds nodes to those that are there; the association is the latest description's. */
  add(account: string, region: string, description: NodesDescription): NodeInventory[] {
    const { nodes = 0, windows = 0, association = 'all' } = description;
    const before = this.nodes(account, region);
    const make = (count: number, shape: (index: number) => Partial<ManagedNode>) =>
      Array.from({ length: count }, (_, index) => shape(index));
    const shapes = [
      ...make(nodes, (index) => ({ platform: index < windows ? 'Windows' : 'Linux' })),
      ...make(description.hybrid ?? 0, () => ({ resourceType: 'ManagedInstance' })),
      ...make(description.stopped ?? 0, () => ({ status: 'Stopped' })),
      ...make(description.terminated ?? 0, () => ({ status: 'Terminated' })),
    ];
    const added = shapes.map((shape, index) => {
      const id = this.cloud.draw.hex('node', account, region, before.length + index).slice(0, 17);
      const node: ManagedNode = {
        id: shape.resourceType === 'ManagedInstance' ? `mi-${id}` : `i-${id}`,
        account,
        region,
        resourceType: 'EC2Instance',
        platform: 'Linux',
        status: 'Active',
        collected: association !== 'none',
        ...shape,
      };
      return new NodeInventory(this, node, (description.churn ?? 'steady') === 'steady');
    });
    const all = [...before, ...added].sort((one, other) => (one.node.id < other.node.id ? -1 : 1));
    this.#targets.set(`${account}/${region}`, { nodes: all, association });
    return added;
  }
}
