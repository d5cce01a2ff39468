/** What goes wrong: each kind is an act of somebody in the world, through policies, state or the wire, and can be undone. */
import type { Clock } from '../cloud/clock.ts';
import type { IamDirectory } from '../iam/directory.ts';
import type { OrganizationTree } from '../services/organization-tree.ts';
import type { Ssm } from '../services/ssm.ts';
import type { Fault } from './fault-schema.ts';
import type { Interference } from './interference.ts';
import type { World } from './schema.ts';

export interface Scene {
  readonly clock: Clock;
  readonly partition: string;
  readonly tree: OrganizationTree;
  readonly directory: IamDirectory;
  readonly ssm: Ssm;
  readonly interference: Interference;
  readonly memberRoleName: string;
}

type Undo = () => void;
type Of<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;
type Acts = { readonly [Kind in Fault['kind']]: (fault: Of<Kind>, scene: Scene, hub: string) => Undo };

const acts: Acts = {
  'member-role-missing': ({ account }, { directory, partition, memberRoleName }) => {
    const arn = `arn:${partition}:iam::${account}:role/${memberRoleName}`;
    const role = directory.role(arn);
    directory.deleteRole(arn);
    return () => {
      if (role) directory.putRole(role);
    };
  },

  'scp-deny': ({ account, region }, { tree }) => {
    const name = `deny-systems-manager-${region ?? 'everywhere'}`;
    const Condition = region ? { StringEquals: { 'aws:RequestedRegion': region } } : {};
    const Statement = { Effect: 'Deny', Action: 'ssm:*', Resource: '*', Condition } as const;
    tree.attach('SERVICE_CONTROL_POLICY', account, { name, document: { Statement } });
    return () => tree.detach('SERVICE_CONTROL_POLICY', account, name);
  },

  'delivery-denied': ({ account }, scene, hub) => denyWrites(account, scene, { hub, probes: false }),
  'probe-denied': ({ account }, scene, hub) => denyWrites(account, scene, { hub, probes: true }),

  'sync-failed': ({ account, region }, { ssm }) => {
    ssm.forceStatus(account, region, 'Failed');
    return () => ssm.forceStatus(account, region, undefined);
  },

  throttle: ({ service, rate }, { interference }) => interference.add({ kind: 'throttled', service, rate }),
  unavailable: ({ service, rate }, { interference }) => interference.add({ kind: 'unavailable', service, rate }),
};

/** A resource control policy on the hub account: the bucket's own policy shows nothing of it (Organizations user guide, "Resource control policies"). */
function denyWrites(account: string, { tree, ssm }: Scene, { hub, probes }: { hub: string; probes: boolean }): Undo {
  const name = `deny-writes-for-${account}`;
  const Condition = { StringEquals: { 'aws:SourceAccount': account }, Bool: { 'aws:PrincipalIsAWSService': 'true' } };
  const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*', Condition } as const;
  tree.attach('RESOURCE_CONTROL_POLICY', hub, { name, document: { Statement } });
  ssm.overrideProbe(account, probes);
  return () => {
    tree.detach('RESOURCE_CONTROL_POLICY', hub, name);
    ssm.overrideProbe(account, undefined);
  };
}

/** Lets every fault of the world begin and end at its time; those of the first instant begin now. */
export function actOut({ faults, organization, start }: World, scene: Scene): void {
  const startMs = Date.parse(start);
  faults.forEach((fault, index) => {
    const label = `fault ${String(index).padStart(4, '0')}`;
    const act = () => {
      // An act and its fault are of one kind, which TypeScript cannot follow through the table.
      const undo = acts[fault.kind](fault as never, scene, organization.hubAccountId);
      if (fault.until !== undefined) scene.clock.at(startMs + fault.until, label, undo);
    };
    if (fault.at === 0) act();
    else scene.clock.at(startMs + fault.at, label, act);
  });
}
