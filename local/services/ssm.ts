/** AWS Systems Manager as far as inventory goes: managed nodes, associations, resource data syncs. */
import type { Cancel } from '../cloud/clock.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Service } from '../cloud/service.ts';
import { Deliveries, type DeliveryRule } from './ssm-delivery.ts';
import { Fleet, type NodeInventory, type NodesDescription } from './ssm-fleet.ts';
import { inventoryOperations } from './ssm-inventory.ts';
import type { NodeContent } from './ssm-node.ts';
import { DataSyncs, type SyncDescription, type SyncStatus } from './ssm-syncs.ts';
import { SSM_DEFAULTS, type SsmUnknowns } from './ssm-unknowns.ts';

export interface SsmOptions {
  readonly content: NodeContent;
  /** The organization an account is in: the value of the request tag `OrgId`. */
  readonly organizationOf: (account: string) => string | undefined;
  readonly unknowns?: Partial<SsmUnknowns>;
}

export interface Ssm extends Service {
  /** Adds nodes to a target and lets their content change from now on; may be called again for more. */
  addNodes(account: string, region: string, description: NodesDescription): void;
  /** Every node of a target, whatever its status, by id. */
  nodes(account: string, region: string): readonly NodeInventory[];
  /** Puts a sync in place as if it had been there and working for long, without checks. */
  placeSync(account: string, region: string, sync: SyncDescription): void;
  /** Takes a sync away without a call; false when there was none. */
  removeSync(account: string, region: string, name: string): boolean;
  /** Whether Create tests the bucket for this account; undefined: as `unknowns.createProbes` says. */
  overrideProbe(account: string, probes: boolean | undefined): void;
  /** What ListResourceDataSync says of a target's syncs; undefined: the truth. */
  forceStatus(account: string, region: string, status: SyncStatus | undefined): void;
  /** Passes every delivery through the rule, after the rules before it, until cancelled. */
  onDelivery(rule: DeliveryRule): Cancel;
}

const MINUTE_MS = 60_000;

export function createSsm(cloud: Cloud, options: SsmOptions): Ssm {
  const unknowns = { ...SSM_DEFAULTS, ...options.unknowns };
  const fleet = new Fleet(cloud, options.content, unknowns);
  const deliveries = new Deliveries(cloud, { unknowns, organizationOf: options.organizationOf });
  const syncs = new DataSyncs(cloud, fleet, deliveries);
  /** A change is delivered 1 to 5 minutes after its capture; the next report is at least 40 minutes away. */
  const followReports = (inventory: NodeInventory) => {
    const { id } = inventory.node;
    const reportMs = inventory.nextReportMs();
    const atMs = reportMs + cloud.draw.between(MINUTE_MS, 5 * MINUTE_MS, 'delivery', id, reportMs);
    cloud.clock.at(atMs, `delivery ${id}`, async () => {
      followReports(inventory);
      await syncs.report(inventory);
    });
  };
  return {
    name: 'ssm',
    operations: { ...syncs.operations(), ...inventoryOperations(cloud, fleet) },
    addNodes(account, region, description) {
      const added = fleet.add(account, region, description);
      if (description.churn === 'none') return;
      for (const inventory of added) if (inventory.node.status === 'Active') followReports(inventory);
    },
    nodes: (account, region) => fleet.nodes(account, region),
    placeSync: (account, region, sync) => syncs.place(account, region, sync),
    removeSync: (account, region, name) => syncs.remove(account, region, { name }),
    overrideProbe: (account, probes) => syncs.setProbing(account, probes),
    forceStatus: (account, region, status) => syncs.setStatus(account, region, status),
    onDelivery: (rule) => deliveries.addRule(rule),
  };
}
