/** Muster deployed into the embedded cloud, as an operator of the hub account sees it. */
import { fingerprint32 } from '../../core/fingerprint.ts';
import type { Answer, ServiceName } from '../cloud/service.ts';
import { createEmbeddedCloud, type EmbeddedCloud } from '../embedded-cloud.ts';
import { readAssembly } from '../provision/assembly.ts';
import { Provisioner } from '../provision/provisioner.ts';
import { actOut } from '../world/faults/act-out.ts';
import type { Scene } from '../world/faults/fault.ts';
import { Interference } from '../world/interference.ts';
import { populate } from '../world/populate.ts';
import type { World } from '../world/schema.ts';
import { watchHub } from './hub-state.ts';
import type { Report } from './report.ts';
import { Tally } from './tally.ts';

/** Asks as the administrator of the hub account, in its Region. */
export type Ask = <Output>(service: ServiceName, operation: string, input: object) => Promise<Answer<Output>>;

export type Hub = Awaited<ReturnType<typeof openHub>>;

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

interface Opening {
  readonly world: World;
  /** Folder of the synthesized stacks. */
  readonly assembly: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Gets the cloud before anything is in it. */
  readonly watch?: ((embedded: EmbeddedCloud) => void) | undefined;
}

/** Puts the world in place, deploys the assembly into its hub and lets the faults begin. */
export async function openHub({ world, assembly, port, watch }: Opening) {
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
  const provisioner = new Provisioner(embedded, readAssembly(assembly));
  const output = await provision(provisioner, world);
  /** Updates what is deployed to another synthesis, as the next release or another config. */
  const redeploy = async (folder: string): Promise<void> => {
    provisioner.use(readAssembly(folder));
    await provision(provisioner, world);
  };
  const events = published(embedded);
  const caller = cloud.administratorOf(place.account);
  const ask: Ask = (service, operation, input) =>
    cloud.ask({ service, operation, region: place.region, caller, input });
  const inventory = { bucket: output('InventoryBucketName'), keyArn: output('InventoryKeyArn') };
  const state = watchHub(embedded, inventory);
  const memberRoleName = String(world.config['memberRoleName'] ?? 'MusterMember');
  const { clock, partition } = cloud;
  const hubAccountId = place.account;
  const sync = ownSync(world, output);
  const askInHub: Scene['askInHub'] = (...call) => void clock.run(() => ask(...call));
  const means = { clock, partition, hubAccountId, inventory, askInHub, interference, memberRoleName, sync };
  actOut(world, { ...embedded, ...means });
  const stateBucket = output('StateBucketName');
  return { world, place, ask, stateBucket, events, state, embedded, redeploy, wire, tally, interference };
}

/** Of a name that is part of the contract: what somebody wrongs or deletes in a world before Muster has made it. */
function ownSync({ config, organization }: World, output: Outputs): Scene['sync'] {
  const [BucketName, AWSKMSKeyARN] = [output('InventoryBucketName'), output('InventoryKeyArn')];
  const [Prefix, Region] = [String(config['prefix'] ?? 'inventory'), organization.hubRegion];
  const identity = JSON.stringify([BucketName, Prefix, Region, AWSKMSKeyARN, 'Organization']);
  const destination = { BucketName, Prefix, Region, AWSKMSKeyARN, SyncFormat: 'JsonSerDe' } as const;
  return { name: `muster-${fingerprint32(identity)}`, destination };
}

/** What Muster publishes on the default bus from now on, in the order of its time. */
function published({ events }: EmbeddedCloud): Report['events'] {
  const heard: Report['events'][number][] = [];
  events.onPublish(({ source, time, detail, ...event }) => {
    if (source === 'muster') heard.push({ source, detailType: event['detail-type'], time, detail });
  });
  return heard;
}

/** An output of any stack by its name. */
type Outputs = (name: string) => string;

async function provision(provisioner: Provisioner, { organization }: World): Promise<Outputs> {
  const { hubAccountId, managementAccountId, hubRegion: region } = organization;
  const all: Record<string, string> = {};
  for (const stack of STACKS) {
    const isManagement = stack === 'MusterManagement';
    const account = isManagement ? managementAccountId : hubAccountId;
    const parameters = isManagement ? { HubAccountId: hubAccountId } : {};
    Object.assign(all, (await provisioner.provision(stack, { account, region, parameters })).outputs);
  }
  return (name) => {
    const value = all[name];
    if (value === undefined) throw new Error(`no stack has the output ${name}`);
    return value;
  };
}
