/** What a fault is: an act of somebody in the world, through policies, state or the wire, that can be undone. */
import type { ResourceDataSyncS3Destination } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { AccountId, Region } from '../../../core/target.ts';
import type { Clock } from '../../cloud/clock.ts';
import type { ServiceName } from '../../cloud/service.ts';
import type { IamDirectory } from '../../iam/directory.ts';
import type { OrganizationTree } from '../../services/organization-tree.ts';
import type { S3 } from '../../services/s3.ts';
import type { Ssm } from '../../services/ssm.ts';
import type { NodeInventory } from '../../services/ssm-fleet.ts';
import type { Interference } from '../interference.ts';

export interface Scene {
  readonly clock: Clock;
  readonly partition: string;
  readonly hubAccountId: string;
  readonly tree: OrganizationTree;
  readonly directory: IamDirectory;
  readonly ssm: Ssm;
  readonly s3: S3;
  /** Where the fleet delivers. */
  readonly inventory: { readonly bucket: string; readonly keyArn: string };
  /** A call of somebody in the hub account, seen by all who watch calls; what comes of it is there when it returns. */
  askInHub(service: ServiceName, operation: string, input: object): void;
  readonly interference: Interference;
  readonly memberRoleName: string;
  /** Muster's own sync, as anybody can see it who is in an account that has it. */
  readonly sync: { readonly name: string; readonly destination: ResourceDataSyncS3Destination };
}

export type Undo = () => void;

/** The fields that a world file gives a fault besides `kind`, `at` and `until`, and what happens when it begins. */
export interface FaultKind<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly shape: Shape;
  /** A method, so that kinds of different shapes stand in one table; only `kinds.ts` calls it, with a fault of this very shape. */
  act(fault: z.output<z.ZodObject<Shape>>, scene: Scene): Undo;
  /** It is a resource control policy of the hub account, which never binds the management account. */
  readonly byResourceControl?: true;
}

/** Only infers the shape. */
export function faultKind<Shape extends z.ZodRawShape>(kind: FaultKind<Shape>): FaultKind<Shape> {
  return kind;
}

export const inAccount = { account: AccountId };
export const inTarget = { account: AccountId, region: Region };
/** That many online nodes of a target. */
export const ofNodes = { ...inTarget, nodes: z.int().min(1) };
/** Deliveries to that many keys of online nodes of a target. */
export const ofObjects = { ...inTarget, objects: z.int().min(1) };

/** By id. */
export function onlineNodes({ account, region }: { account: string; region: string }, { ssm }: Scene): NodeInventory[] {
  return ssm.nodes(account, region).filter(({ node }) => node.status === 'Active');
}
