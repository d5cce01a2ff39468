/** Muster deployed into the embedded cloud, as an operator of the hub account sees it. */
import type { GetBucketPolicyCommandOutput } from '@aws-sdk/client-s3';
import { createEmbeddedCloud, type EmbeddedCloud } from '../embedded-cloud.ts';
import { readAssembly } from '../provision/assembly.ts';
import { type ProvisionedStack, Provisioner } from '../provision/provisioner.ts';
import type { Wire } from '../wire/server.ts';
import { actOut } from '../world/faults.ts';
import { Interference } from '../world/interference.ts';
import { populate } from '../world/populate.ts';
import type { World } from '../world/schema.ts';
import { Ledger } from './ledger.ts';
import type { Report } from './report.ts';
import { Tally } from './tally.ts';

export interface Hub {
  readonly world: World;
  /** The hub account and Region. */
  readonly place: { readonly account: string; readonly region: string };
  /** What Muster published on the default bus, in the order of its time. */
  readonly events: Report['events'];
  /** Whether bucket policy and key are still what was deployed. */
  state(): Promise<Report['hub']>;
  readonly embedded: EmbeddedCloud;
  readonly wire: Wire;
  readonly tally: Tally;
  readonly interference: Interference;
  readonly ledger: Ledger;
}

/** The order of a first deployment; the member roles come last, schedules begin with the first converge. */
const STACKS = ['MusterState', 'MusterPipeline', 'MusterManagement', 'MusterMember'];

/** What a world says about itself that a config must agree with. */
export function configOf({ organization, unknowns, config }: World): Record<string, unknown> {
  const { id, rootId, hubRegion, hubAccountId, managementAccountId } = organization;
  return {
    hubRegion,
    organizationId: id,
    organizationRootId: rootId,
    kmsCarriesSourceOrgId: unknowns.kmsCarriesSourceOrgId,
    stackSetCallAs: hubAccountId === managementAccountId ? 'SELF' : 'DELEGATED_ADMIN',
    ...config,
  };
}

export interface Opening {
  readonly world: World;
  /** Folder of the synthesized stacks. */
  readonly assembly: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Gets the cloud before anything is in it. */
  readonly watch?: ((embedded: EmbeddedCloud) => void) | undefined;
}

/** Puts the world in place, deploys the assembly into its hub and lets the faults begin. */
export async function openHub({ world, assembly, port, watch }: Opening): Promise<Hub> {
  const { organization, seed, unknowns } = world;
  const place = { account: organization.hubAccountId, region: organization.hubRegion };
  const embedded = createEmbeddedCloud({ start: new Date(world.start), seed, unknowns, organization, hub: place });
  const { cloud } = embedded;
  watch?.(embedded);
  const tally = new Tally(cloud);
  const interference = new Interference(cloud.draw);
  const wire = await embedded.open({
    port,
    intercept: (call) => interference.intercept(call),
    onUnserved: (call) => tally.unserved(call),
    onBug: (error, call) => tally.bug(error, call),
  });
  populate(world, embedded);
  const stacks = await provision(embedded, assembly, world);
  const events = published(embedded);
  const state = await watchHub(embedded, stacks);
  actOut(world, {
    ...embedded,
    clock: cloud.clock,
    partition: cloud.partition,
    interference,
    memberRoleName: String(world.config['memberRoleName'] ?? 'MusterMember'),
  });
  const ledger = new Ledger(cloud, place, outputOf(stacks, 'StateBucketName'));
  return { world, place, events, state, embedded, wire, tally, interference, ledger };
}

function published({ events }: EmbeddedCloud): Report['events'] {
  const heard: Report['events'][number][] = [];
  events.onPublish(({ source, time, detail, ...event }) => {
    if (source === 'muster') heard.push({ source, detailType: event['detail-type'], time, detail });
  });
  return heard;
}

/** Compares the inventory bucket's policy with the one just deployed. */
async function watchHub({ cloud, kms }: EmbeddedCloud, stacks: readonly ProvisionedStack[]): Promise<Hub['state']> {
  const [{ account, region } = { account: '', region: '' }] = stacks;
  const key = outputOf(stacks, 'InventoryKeyArn');
  const policy = async () => {
    const { Policy } = await cloud.ask<GetBucketPolicyCommandOutput>({
      service: 's3',
      operation: 'GetBucketPolicy',
      region,
      caller: { kind: 'administrator', account, arn: `arn:${cloud.partition}:iam::${account}:root` },
      input: { Bucket: outputOf(stacks, 'InventoryBucketName') },
    });
    return Policy;
  };
  const deployed = await policy();
  return async () => ({
    bucketPolicy: (await policy()) === deployed ? 'same' : 'differs',
    key: { Enabled: 'usable', Disabled: 'disabled', PendingDeletion: 'pending deletion' }[kms.key(key).state],
  });
}

function outputOf(stacks: readonly ProvisionedStack[], name: string): string {
  const value = stacks.map(({ outputs }) => outputs[name]).find((found) => found !== undefined);
  if (value === undefined) throw new Error(`no stack has the output ${name}`);
  return value;
}

async function provision(
  embedded: EmbeddedCloud,
  assembly: string,
  { organization }: World,
): Promise<ProvisionedStack[]> {
  const services = {
    ...embedded,
    membersOf: (units: readonly string[]) => embedded.tree.membersOf(units),
    managedPolicy: () => undefined,
  };
  const provisioner = new Provisioner(embedded.cloud, services, readAssembly(assembly));
  const { hubAccountId, managementAccountId, hubRegion } = organization;
  const stacks: ProvisionedStack[] = [];
  for (const name of STACKS) {
    const isManagement = name === 'MusterManagement';
    const account = isManagement ? managementAccountId : hubAccountId;
    const parameters = isManagement ? { HubAccountId: hubAccountId } : {};
    stacks.push(...(await provisioner.provision([name], { account, region: hubRegion, parameters })));
  }
  return stacks;
}
