/** Resource data syncs: the three operations of SyncToDestination, and what a sync does over time (domain.md 4.1, 5). */
import type * as sdk from '@aws-sdk/client-ssm';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cancel } from '../cloud/clock.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operation, type Service } from '../cloud/service.ts';
import type { Deliveries } from './ssm-delivery.ts';
import type { Fleet, NodeInventory } from './ssm-fleet.ts';
import { takePage } from './ssm-page.ts';

const TYPES = ['SyncToDestination', 'SyncFromSource'];
/** Per account and Region; not adjustable (domain.md 4.4). */
const LIMIT = 5;
const MINUTE_MS = 60_000;

export type SyncStatus = 'InProgress' | 'Successful' | 'Failed';

/** A sync as its creator described it, with a destination or a source. */
export interface SyncDescription {
  readonly name: string;
  readonly destination?: sdk.ResourceDataSyncS3Destination | undefined;
  readonly source?: sdk.ResourceDataSyncSource | undefined;
}

interface Sync extends SyncDescription {
  readonly account: string;
  readonly region: string;
  readonly type: string;
  readonly created: Date;
  /** When the baseline was delivered, later the latest delivery; undefined: InProgress. */
  synced?: Date;
  cancel?: Cancel;
}

export class DataSyncs {
  readonly #cloud: Cloud;
  readonly #fleet: Fleet;
  readonly #deliveries: Deliveries;
  readonly #syncs = new Map<string, Sync[]>();
  readonly #probing = new Map<string, boolean>();
  readonly #statuses = new Map<string, SyncStatus>();

  constructor(cloud: Cloud, fleet: Fleet, deliveries: Deliveries) {
    this.#cloud = cloud;
    this.#fleet = fleet;
    this.#deliveries = deliveries;
  }

  operations(): Service['operations'] {
    return {
      CreateResourceDataSync: operation<
        sdk.CreateResourceDataSyncCommandInput,
        sdk.CreateResourceDataSyncCommandOutput
      >({
        needs: (input, call) => [this.#need('ssm:CreateResourceDataSync', input, call)],
        run: (input, call) => this.#create(input, call),
      }),
      DeleteResourceDataSync: operation<
        sdk.DeleteResourceDataSyncCommandInput,
        sdk.DeleteResourceDataSyncCommandOutput
      >({
        needs: (input, call) => [this.#need('ssm:DeleteResourceDataSync', input, call)],
        run: ({ SyncName = '', SyncType }, { caller, region }) => {
          if (!this.remove(accountOf(caller), region, { name: SyncName, type: SyncType }))
            throw new AwsFault(
              'ResourceDataSyncNotFoundException',
              `The resource data sync ${SyncName} was not found`,
              {
                fields: { SyncName, SyncType },
              },
            );
          return {};
        },
      }),
      ListResourceDataSync: operation<sdk.ListResourceDataSyncCommandInput, sdk.ListResourceDataSyncCommandOutput>({
        needs: (input, call) => [this.#need('ssm:ListResourceDataSync', input, call)],
        run: (input, { caller, region }) => {
          if (input.SyncType !== undefined) requireType(input.SyncType);
          const syncs = this.in(accountOf(caller), region).filter(({ type }) => type === (input.SyncType ?? type));
          const { page, ...more } = takePage(syncs, input);
          return { ResourceDataSyncItems: page.map((sync) => this.#describe(sync)), ...more };
        },
      }),
    };
  }

  /** By name, so that the order does not depend on who was first in a moment. */
  in(account: string, region: string): readonly Sync[] {
    return this.#syncs.get(`${account}/${region}`) ?? [];
  }

  /** Puts a sync in place as if it had been there and working for long: no checks, no probe, no baseline to come. */
  place(account: string, region: string, description: SyncDescription): void {
    const now = this.#cloud.clock.now();
    const type = description.source ? 'SyncFromSource' : 'SyncToDestination';
    this.#add({ ...description, account, region, type, created: now, synced: now });
  }

  /** Whether there was such a sync. Its objects stay (domain.md 1.6). */
  remove(account: string, region: string, { name, type }: { name: string; type?: string | undefined }): boolean {
    const syncs = this.in(account, region);
    const gone = syncs.find((sync) => sync.name === name && sync.type === (type ?? sync.type));
    gone?.cancel?.();
    this.#syncs.set(
      `${account}/${region}`,
      syncs.filter((sync) => sync !== gone),
    );
    return gone !== undefined;
  }

  /** Whether Create writes its test object for this account; undefined: as for every account. */
  setProbing(account: string, probes: boolean | undefined): void {
    setOrDelete(this.#probing, account, probes);
  }

  /** What List says of every sync of a target, whatever really happens; undefined: the truth. */
  setStatus(account: string, region: string, status: SyncStatus | undefined): void {
    setOrDelete(this.#statuses, `${account}/${region}`, status);
  }

  /** Delivers a node's latest changes through each sync that has its baseline. */
  async report(inventory: NodeInventory): Promise<void> {
    const { account, region } = inventory.node;
    for (const sync of this.in(account, region)) {
      if (!sync.synced || !sync.destination) continue;
      await this.#deliveries.deliver({ ...sync, destination: sync.destination }, inventory, inventory.changed());
      sync.synced = this.#cloud.clock.now();
    }
  }

  #need(action: string, input: { SyncName?: string | undefined; SyncType?: string | undefined }, call: Call) {
    const owner = accountOf(call.caller);
    const arn = `arn:${this.#cloud.partition}:ssm:${call.region}:${owner}:resource-data-sync/${input.SyncName}`;
    const context = input.SyncType === undefined ? {} : { 'ssm:SyncType': input.SyncType };
    return { action, resource: input.SyncName === undefined ? '*' : arn, owner, context };
  }

  async #create(
    input: sdk.CreateResourceDataSyncCommandInput,
    { caller, region }: Call,
  ): Promise<Record<string, never>> {
    const account = accountOf(caller);
    const {
      SyncName: name = '',
      SyncType: type = 'SyncToDestination',
      S3Destination: destination,
      SyncSource: source,
    } = input;
    requireConfiguration(type, input);
    const sync: Sync = { name, account, region, type, created: this.#cloud.clock.now(), destination, source };
    this.#requireRoom(sync);
    const probes = this.#probing.get(account) ?? this.#fleet.unknowns.createProbes;
    if (destination && probes && !(await this.#deliveries.probe({ ...sync, destination })))
      throw invalid(`S3 write failed for bucket ${destination.BucketName}`);
    this.#requireRoom(sync);
    this.#add(sync);
    if (destination) sync.cancel = this.#startBaseline(sync, destination);
    return {};
  }

  #requireRoom({ name, account, region, type, destination }: Sync): void {
    const syncs = this.in(account, region);
    const { sharedLimit, organizationConflictCode } = this.#fleet.unknowns;
    if (syncs.some((sync) => sync.name === name))
      throw new AwsFault('ResourceDataSyncAlreadyExistsException', '', { fields: { SyncName: name } });
    if (syncs.filter((sync) => sharedLimit || sync.type === type).length >= LIMIT)
      throw new AwsFault(
        'ResourceDataSyncCountExceededException',
        `You have exceeded the allowed maximum sync configurations: ${LIMIT}`,
      );
    if (destination?.DestinationDataSharing && syncs.some((sync) => sync.destination?.DestinationDataSharing))
      throw new AwsFault(organizationConflictCode, 'Only one resource data sync can share with the organization');
  }

  #add(sync: Sync): void {
    const syncs = [...this.in(sync.account, sync.region), sync];
    this.#syncs.set(
      `${sync.account}/${sync.region}`,
      syncs.sort((one, other) => (one.name < other.name ? -1 : 1)),
    );
  }

  /** "Creates a baseline of all inventory data and saves it" (UG2026-RDS), stopped and terminated nodes included; then Successful, even if nothing could be written. */
  #startBaseline(sync: Sync, destination: sdk.ResourceDataSyncS3Destination): Cancel {
    const { account, region, name, created } = sync;
    const wait = this.#cloud.draw.between(
      MINUTE_MS,
      5 * MINUTE_MS,
      'baseline',
      account,
      region,
      name,
      created.getTime(),
    );
    return this.#cloud.clock.at(created.getTime() + wait, `baseline ${account}/${region}/${name}`, async () => {
      for (const inventory of this.#fleet.nodes(account, region))
        await this.#deliveries.deliver({ ...sync, destination }, inventory, inventory.items());
      sync.synced = this.#cloud.clock.now();
    });
  }

  #describe(sync: Sync): sdk.ResourceDataSyncItem {
    const { name: SyncName, type: SyncType, created, synced, destination, source } = sync;
    const about = { SyncName, SyncType, SyncCreatedTime: created, SyncLastModifiedTime: created };
    if (!destination) return { ...about, SyncSource: source as sdk.ResourceDataSyncSourceWithState };
    const { DestinationDataSharing, ...shown } = destination;
    const sharing = this.#fleet.unknowns.listShowsSharing && DestinationDataSharing && { DestinationDataSharing };
    const truth = synced ? 'Successful' : 'InProgress';
    const LastStatus = this.#statuses.get(`${sync.account}/${sync.region}`) ?? truth;
    return {
      ...about,
      S3Destination: { ...shown, ...sharing },
      LastStatus,
      ...(synced && { LastSyncTime: synced, LastSuccessfulSyncTime: synced }),
      ...(LastStatus === 'Successful' && { LastSyncStatusMessage: 'The sync was successfully completed' }),
    };
  }
}

function requireConfiguration(type: string, input: sdk.CreateResourceDataSyncCommandInput): void {
  const { S3Destination: destination, SyncSource: source } = input;
  requireType(type);
  const [given, excess] = type === 'SyncToDestination' ? [destination, source] : [source, destination];
  if (!given || excess)
    throw invalid(`${type} takes ${type === 'SyncToDestination' ? 'S3Destination' : 'SyncSource'} only`);
  if (destination && destination.SyncFormat !== 'JsonSerDe') throw invalid('SyncFormat must be JsonSerDe');
  const sharing = destination?.DestinationDataSharing?.DestinationDataSharingType ?? 'Organization';
  if (sharing !== 'Organization') throw invalid('DestinationDataSharingType must be Organization');
}

function requireType(type: string): void {
  if (!TYPES.includes(type)) throw invalid(`SyncType must be one of ${TYPES.join(', ')}`);
}

function invalid(message: string): AwsFault {
  return new AwsFault('ResourceDataSyncInvalidConfigurationException', message);
}

function setOrDelete<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
