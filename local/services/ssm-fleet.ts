/** The managed nodes of each account and Region, and how their inventory changes over virtual time. */
import type { Cloud } from '../cloud/cloud.ts';
import type { AccountRegion, Unknowns } from '../world/schema.ts';
import { type InventoryRow, isoSeconds, type ManagedNode, type NodeContent } from './ssm-node.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Nodes of a target as the world file gives them; what is left out is none, collected by all, and churns. */
export type NodesDescription = Partial<Omit<AccountRegion, 'custom' | 'optIn'>>;

/** An inventory type of a node as SSM holds it now. */
export interface InventoryItem {
  readonly type: string;
  readonly schemaVersion: string;
  readonly captureTime: string;
  rows(): readonly InventoryRow[];
}

/** One node and its reports, which are worked out when somebody asks. */
export class NodeInventory {
  node: ManagedNode;
  readonly #fleet: Fleet;
  readonly churns: boolean;
  readonly #captured: Map<string, { version: number; atMs: number }>;
  readonly #custom = new Map<string, { item: InventoryItem; hash: string }>();
  #changed: readonly string[] = [];
  #version = 0;
  #reports = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;
  #nextReportMs: number;

  constructor(fleet: Fleet, node: ManagedNode, churns: boolean) {
    this.#fleet = fleet;
    this.node = node;
    this.churns = churns;
    const nowMs = fleet.cloud.clock.nowMs();
    const isOnline = node.status === 'Active';
    const atMs = nowMs - (isOnline ? this.#draw(10, 110) * MINUTE_MS : this.#draw(1, 20) * DAY_MS);
    this.#captured = new Map(fleet.content.types(node).map((type) => [type, { version: 0, atMs }]));
    this.#nextReportMs = isOnline ? nowMs + this.#draw(5, 110) * MINUTE_MS : Number.POSITIVE_INFINITY;
  }

  items(): InventoryItem[] {
    return [...this.#captured.keys(), ...this.#custom.keys()].flatMap((type) => this.item(type) ?? []);
  }

  customTypes(): string[] {
    return [...this.#custom.keys()];
  }

  /** What somebody else than the agent tells of the node. */
  put(item: InventoryItem, hash: string): void {
    this.#custom.set(item.type, { item, hash });
  }

  /** Whether a custom type has content of that hash already; of that at most the capture time moves. */
  keeps(type: string, { hash, captureTime }: { hash: string; captureTime: string }): boolean {
    const known = this.#custom.get(type);
    if (known?.hash !== hash) return false;
    if (this.#fleet.unknowns.hashOnlyPutMovesCaptureTime) this.put({ ...known.item, captureTime }, hash);
    return true;
  }

  item(type: string): InventoryItem | undefined {
    this.settle();
    const captured = this.#captured.get(type);
    if (!captured) return this.#custom.get(type)?.item;
    const { content } = this.#fleet;
    const { version, atMs } = captured;
    const rows = () => content.rows(this.node, type, version);
    return { type, schemaVersion: content.schemaVersion(type), captureTime: isoSeconds(new Date(atMs)), rows };
  }

  /** When the next report comes, infinity for a node that is not online. */
  nextReportMs(): number {
    this.settle();
    return this.#nextReportMs;
  }

  /** What the latest report changed. */
  changed(): InventoryItem[] {
    this.settle();
    return this.#changed.flatMap((type) => this.item(type) ?? []);
  }

  /** When the latest report came, as time since 1970; minus infinity before the first. */
  readonly reportedMs = (): number => {
    this.settle();
    return this.#reportedMs;
  };

  /** Lets the reports come that are due, before something changes what they would say. */
  settle(): void {
    while (this.#nextReportMs <= this.#fleet.cloud.clock.nowMs()) {
      this.#report(this.#nextReportMs);
      this.#nextReportMs += this.#draw(40, 110) * MINUTE_MS;
    }
  }

  #report(atMs: number): void {
    const { content, unknowns } = this.#fleet;
    this.#reports++;
    this.#reportedMs = atMs;
    if (this.churns) this.#version++;
    const isCollectedAnew = this.#followAssociation();
    const types = isCollectedAnew ? content.types(this.node) : [];
    this.#changed = this.churns && !isCollectedAnew ? content.changes(this.node, this.#version) : types;
    for (const type of types) this.#captured.set(type, { version: this.#version, atMs });
    for (const [type, captured] of this.#captured) {
      if (this.#changed.includes(type)) this.#captured.set(type, { version: this.#version, atMs });
      else if (unknowns.hashOnlyPutMovesCaptureTime) captured.atMs = atMs;
    }
  }

  /** Whether another association, or none, collects since the report before. */
  #followAssociation(): boolean {
    const collected = this.#fleet.collecting(this.node);
    if (collected.join() === this.node.collected.join()) return false;
    this.node = { ...this.node, collected };
    return true;
  }

  #draw(low: number, high: number): number {
    return this.#fleet.cloud.draw.between(low, high, 'report', this.node.id, this.#reports);
  }
}

export class Fleet {
  readonly cloud: Cloud;
  readonly content: NodeContent;
  readonly unknowns: Unknowns;
  /** What the association that collects from a node collects; set by who keeps associations. */
  collecting: (node: Omit<ManagedNode, 'collected'>) => readonly string[] = () => [];
  readonly #targets = new Map<string, readonly NodeInventory[]>();

  constructor(cloud: Cloud, content: NodeContent, unknowns: Unknowns) {
    this.cloud = cloud;
    this.content = content;
    this.unknowns = unknowns;
  }

  /** Every node of a target, whatever its status, by id. */
  nodes(account: string, region: string): readonly NodeInventory[] {
    return this.#targets.get(`${account}/${region}`) ?? [];
  }

  /** `key` is `tag:` and the name of the tag. */
  hasTag(node: Omit<ManagedNode, 'collected'>, key: string, values: readonly string[]): boolean {
    const tags = this.content.rows({ ...node, collected: [] }, 'AWS:Tag', 0);
    return tags.some(({ Key, Value = '' }) => `tag:${Key}` === key && values.includes(Value));
  }

  /** Adds nodes to those that are there. */
  add(account: string, region: string, description: NodesDescription): NodeInventory[] {
    const { windows = 0, churn = 'steady' } = description;
    const before = this.nodes(account, region);
    const make = (count = 0, shape: (index: number) => Partial<ManagedNode>) =>
      Array.from({ length: count }, (_, index) => shape(index));
    const shapes = [
      ...make(description.nodes, (index) => ({ platform: index < windows ? 'Windows' : 'Linux' })),
      ...make(description.hybrid, () => ({ resourceType: 'ManagedInstance' })),
      ...make(description.stopped, () => ({ status: 'Stopped' })),
      ...make(description.terminated, () => ({ status: 'Terminated' })),
    ];
    const usual = { resourceType: 'EC2Instance', platform: 'Linux', status: 'Active' } as const;
    const added = shapes.map((shape, index) => {
      const digits = this.cloud.draw.hex('node', account, region, before.length + index).slice(0, 17);
      const id = shape.resourceType === 'ManagedInstance' ? `mi-${digits}` : `i-${digits}`;
      const node = { id, account, region, ...usual, ...shape };
      return new NodeInventory(this, { ...node, collected: this.collecting(node) }, churn === 'steady');
    });
    const nodes = [...before, ...added].sort((one, other) => (one.node.id < other.node.id ? -1 : 1));
    this.#targets.set(`${account}/${region}`, nodes);
    return added;
  }
}
