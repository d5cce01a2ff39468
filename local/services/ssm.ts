/** AWS Systems Manager as far as inventory goes: managed nodes, associations, and what a resource data sync does over time. */
import type * as sdk from '@aws-sdk/client-ssm';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cancel } from '../cloud/clock.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operationsNeeding, type Service } from '../cloud/service.ts';
import type { Unknowns } from '../world/schema.ts';
import { ownNeed } from './need.ts';
import { takePage } from './page.ts';
import { Associations } from './ssm-associations.ts';
import { customOperations } from './ssm-custom.ts';
import { Deliveries, type DeliveryRule } from './ssm-delivery.ts';
import { Fleet, type InventoryItem, type NodeInventory, type NodesDescription } from './ssm-fleet.ts';
import { inventoryOperations, ssmPages } from './ssm-inventory.ts';
import type { NodeContent } from './ssm-node.ts';

/** Syncs per account and Region; not adjustable ("Systems Manager endpoints and quotas"). */
const LIMIT = 5;
const MINUTE_MS = 60_000;

interface SsmOptions {
  readonly content: NodeContent;
  /** The organization an account is in: the value of the request tag `OrgId`. */
  readonly organizationOf: (account: string) => string | undefined;
  readonly unknowns: Unknowns;
}

/** A sync as its creator described it, with a destination or a source. */
interface SyncDescription {
  readonly name: string;
  readonly destination?: sdk.ResourceDataSyncS3Destination | undefined;
  readonly source?: sdk.ResourceDataSyncSourceWithState | undefined;
}

interface MadeSync {
  readonly name: string;
  readonly destination: sdk.ResourceDataSyncS3Destination;
}

interface Sync extends SyncDescription {
  readonly account: string;
  readonly region: string;
  readonly created: Date;
  /** When the baseline was delivered, later the latest delivery; undefined: InProgress. */
  synced?: Date;
  cancel?: Cancel;
}

export class Ssm implements Service {
  readonly name = 'ssm';
  readonly operations: Service['operations'];
  readonly #cloud: Cloud;
  readonly #unknowns: Unknowns;
  readonly #fleet: Fleet;
  readonly #associations: Associations;
  readonly #deliveries: Deliveries;
  readonly #syncs = new Map<string, readonly Sync[]>();
  readonly #probing = new Map<string, boolean | undefined>();
  readonly #statuses = new Map<string, sdk.LastResourceDataSyncStatus | undefined>();

  constructor(cloud: Cloud, { content, organizationOf, unknowns }: SsmOptions) {
    this.#cloud = cloud;
    this.#unknowns = unknowns;
    this.#fleet = new Fleet(cloud, content, unknowns);
    this.#deliveries = new Deliveries(cloud, unknowns, organizationOf);
    this.#associations = new Associations(this.#fleet, (...target) => this.#followOnce(...target));
    this.operations = {
      ...this.#syncOperations(),
      ...inventoryOperations(this.#fleet),
      ...this.#associations.operations,
      ...customOperations(this.#fleet, (inventory, items) => this.#deliverLater(inventory, items)),
    };
  }

  /** Adds nodes to a target and lets their content change from now on; may be called again for more. */
  addNodes(account: string, region: string, description: NodesDescription): void {
    this.#associations.place(account, region, description.association ?? 'all');
    const added = this.#fleet.add(account, region, description);
    if (description.churn === 'none') return;
    for (const inventory of added) if (inventory.node.status === 'Active') this.#followReports(inventory);
  }

  /** Puts an association of the inventory document in place as if it had been there for long. */
  placeAssociation(...placed: Parameters<Associations['place']>): void {
    this.#associations.place(...placed);
  }

  /** Every node of a target, whatever its status, by id. */
  nodes(account: string, region: string): readonly NodeInventory[] {
    return this.#fleet.nodes(account, region);
  }

  /** The names of a target's syncs, sorted. */
  syncNames(account: string, region: string): string[] {
    return this.#in(account, region).map(({ name }) => name);
  }

  /** Puts a sync in place as if it had been there and working for long: no checks, no probe, no baseline to come. */
  placeSync(account: string, region: string, sync: SyncDescription): void {
    const now = this.#cloud.clock.now();
    this.#add({ ...sync, account, region, created: now, synced: now });
  }

  /** Somebody in the account makes a sync to a destination that takes it. Undefined where AWS would refuse it, else what takes this one away again. */
  makeSync(account: string, region: string, { name, destination }: MadeSync): (() => void) | undefined {
    const sync = { name, account, region, created: this.#cloud.clock.now(), destination };
    try {
      this.#requireRoom(sync);
    } catch (error) {
      if (error instanceof AwsFault) return undefined;
      throw error;
    }
    this.#startBaseline(this.#add(sync), destination);
    return () => this.#remove(sync);
  }

  /** Takes a sync away without a call. Its objects stay. */
  removeSync(account: string, region: string, name: string): void {
    const found = this.#in(account, region).find((sync) => sync.name === name);
    if (found) this.#remove(found);
  }

  /** Whether Create tests the bucket for this account; undefined: as `unknowns.createProbes` says. */
  overrideProbe(account: string, probes: boolean | undefined): void {
    this.#probing.set(account, probes);
  }

  /** What ListResourceDataSync says of a target's syncs, whatever really happens; undefined: the truth. */
  forceStatus(account: string, region: string, status: sdk.LastResourceDataSyncStatus | undefined): void {
    this.#statuses.set(`${account}/${region}`, status);
  }

  /** Passes every delivery from now on through the rule, after those that stand already; the result takes it away again. */
  onDelivery(rule: DeliveryRule): () => void {
    return this.#deliveries.addRule(rule);
  }

  #syncOperations(): Service['operations'] {
    return operationsNeeding<typeof sdk>((input, call) => this.#needs(input, call), {
      CreateResourceDataSync: (input, call) => this.#create(input, call),
      DeleteResourceDataSync: (input, { caller, region }) => {
        const found = this.#in(accountOf(caller), region).find(({ name }) => name === input.SyncName);
        if (!found || ![undefined, typeOf(found)].includes(input.SyncType))
          throw new AwsFault('ResourceDataSyncNotFoundException', '', { fields: { SyncName: input.SyncName } });
        this.removeSync(found.account, region, found.name);
        return {};
      },
      ListResourceDataSync: (input, { caller, region }) => {
        const all = this.#in(accountOf(caller), region);
        const found = all.filter((sync) => [undefined, typeOf(sync)].includes(input.SyncType));
        const { page, NextToken } = takePage(found, input, ssmPages);
        return { ResourceDataSyncItems: page.map((sync) => this.#describe(sync)), NextToken };
      },
    });
  }

  #needs(input: { SyncName?: string | undefined; SyncType?: string | undefined }, call: Call): Need[] {
    const arn = `arn:${this.#cloud.partition}:ssm:${call.region}:${accountOf(call.caller)}:resource-data-sync/${input.SyncName}`;
    const need = ownNeed('ssm', call, input.SyncName === undefined ? '*' : arn);
    return [input.SyncType === undefined ? need : { ...need, context: { 'ssm:SyncType': input.SyncType } }];
  }

  async #create(input: sdk.CreateResourceDataSyncCommandInput, { caller, region }: Call): Promise<object> {
    const account = accountOf(caller);
    const destination = destinationOf(input);
    const sync = { name: input.SyncName ?? '', account, region, created: this.#cloud.clock.now(), destination };
    this.#requireRoom(sync);
    const probes = this.#probing.get(account) ?? this.#unknowns.createProbes;
    if (probes && !(await this.#deliveries.probe(sync)))
      throw invalid(`S3 write failed for bucket ${destination.BucketName}`);
    this.#requireRoom(sync);
    this.#startBaseline(this.#add(sync), destination);
    return {};
  }

  #requireRoom({ name, account, region, destination }: Sync): void {
    const syncs = this.#in(account, region);
    if (syncs.some((sync) => sync.name === name))
      throw new AwsFault('ResourceDataSyncAlreadyExistsException', '', { fields: { SyncName: name } });
    const counted = syncs.filter((sync) => this.#unknowns.sharedLimit || sync.destination);
    if (counted.length >= LIMIT)
      throw new AwsFault(
        'ResourceDataSyncCountExceededException',
        `You have exceeded the allowed maximum sync configurations: ${LIMIT}`,
      );
    if (destination?.DestinationDataSharing && syncs.some((sync) => sync.destination?.DestinationDataSharing))
      throw new AwsFault(
        this.#unknowns.organizationConflictCode,
        'Only one resource data sync can share with the organization',
      );
  }

  /** By name, so that the order does not depend on who was first in a moment. */
  #in(account: string, region: string): readonly Sync[] {
    return this.#syncs.get(`${account}/${region}`) ?? [];
  }

  #add(sync: Sync): Sync {
    const syncs = [...this.#in(sync.account, sync.region), sync];
    this.#syncs.set(
      `${sync.account}/${sync.region}`,
      syncs.sort((one, other) => (one.name < other.name ? -1 : 1)),
    );
    return sync;
  }

  #remove(gone: Sync): void {
    gone.cancel?.();
    const target = `${gone.account}/${gone.region}`;
    const left = this.#in(gone.account, gone.region).filter((sync) => sync !== gone);
    this.#syncs.set(target, left);
  }

  /** "Creates a baseline of all inventory data and saves it" ("Creating a resource data sync for Inventory"), stopped and terminated nodes included; then Successful, even if nothing could be written. */
  #startBaseline(sync: Sync, destination: sdk.ResourceDataSyncS3Destination): void {
    const { account, region, name, created } = sync;
    const { clock, draw } = this.#cloud;
    const wait = draw.between(MINUTE_MS, 5 * MINUTE_MS, 'baseline', account, region, name, created.getTime());
    sync.cancel = clock.at(created.getTime() + wait, `baseline ${account}/${region}/${name}`, async () => {
      for (const inventory of this.#fleet.nodes(account, region))
        await this.#deliveries.deliver({ ...sync, destination }, inventory, inventory.items());
      sync.synced = clock.now();
    });
  }

  /** A change is delivered 1 to 5 minutes after its capture, through each sync that has its baseline; the next report is at least 40 minutes away. */
  #followReports(inventory: NodeInventory): void {
    const { clock, draw } = this.#cloud;
    const { id } = inventory.node;
    const reportMs = inventory.nextReportMs();
    const waitMs = draw.between(MINUTE_MS, 5 * MINUTE_MS, 'delivery', id, reportMs);
    clock.at(reportMs + waitMs, `delivery ${id}`, async () => {
      if (inventory.churns) this.#followReports(inventory);
      await this.#deliver(inventory, inventory.changed());
    });
  }

  /** What is put on a node is delivered like any other change. */
  #deliverLater(inventory: NodeInventory, items: readonly InventoryItem[]): void {
    const { clock, draw } = this.#cloud;
    const { id } = inventory.node;
    const waitMs = draw.between(MINUTE_MS, 5 * MINUTE_MS, 'delivery', id, clock.nowMs());
    clock.at(clock.nowMs() + waitMs, `delivery ${id}`, () => this.#deliver(inventory, items));
  }

  async #deliver(inventory: NodeInventory, items: readonly InventoryItem[]): Promise<void> {
    const { account, region } = inventory.node;
    for (const sync of this.#in(account, region)) {
      const { destination, synced } = sync;
      if (!synced || !destination) continue;
      await this.#deliveries.deliver({ ...sync, destination }, inventory, items);
      sync.synced = this.#cloud.clock.now();
    }
  }

  /** Nodes whose content does not change by itself have something new to report once when their association changes. */
  #followOnce(account: string, region: string): void {
    for (const inventory of this.#fleet.nodes(account, region))
      if (!inventory.churns && inventory.node.status === 'Active') this.#followReports(inventory);
  }

  #describe(sync: Sync): sdk.ResourceDataSyncItem {
    const { name: SyncName, account, region, created, synced, destination, source } = sync;
    const about = { SyncName, SyncType: typeOf(sync), SyncCreatedTime: created, SyncLastModifiedTime: created };
    if (!destination) return { ...about, SyncSource: source };
    const { DestinationDataSharing, ...shown } = destination;
    const sharing = this.#unknowns.listShowsSharing && DestinationDataSharing && { DestinationDataSharing };
    const LastStatus = this.#statuses.get(`${account}/${region}`) ?? (synced ? 'Successful' : 'InProgress');
    return {
      ...about,
      S3Destination: { ...shown, ...sharing },
      LastStatus,
      ...(synced && { LastSyncTime: synced, LastSuccessfulSyncTime: synced }),
      ...(LastStatus === 'Successful' && { LastSyncStatusMessage: 'The sync was successfully completed' }),
    };
  }
}

function typeOf({ destination }: SyncDescription): string {
  return destination ? 'SyncToDestination' : 'SyncFromSource';
}

/** Of a well-formed SyncToDestination; others are placed by the world, never created. */
function destinationOf(input: sdk.CreateResourceDataSyncCommandInput): sdk.ResourceDataSyncS3Destination {
  const { SyncType = 'SyncToDestination', S3Destination: destination, SyncSource } = input;
  if (SyncType !== 'SyncToDestination' || !destination || SyncSource)
    throw invalid('SyncType must be SyncToDestination, with an S3Destination only');
  if (destination.SyncFormat !== 'JsonSerDe') throw invalid('SyncFormat must be JsonSerDe');
  const sharing = destination.DestinationDataSharing?.DestinationDataSharingType ?? 'Organization';
  if (sharing !== 'Organization') throw invalid('DestinationDataSharingType must be Organization');
  return destination;
}

function invalid(message: string): AwsFault {
  return new AwsFault('ResourceDataSyncInvalidConfigurationException', message);
}
