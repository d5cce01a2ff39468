import type { SSMClient } from '@aws-sdk/client-ssm';
import { collectsInventory } from '../../aws/associations.ts';
import { listDataSyncs } from '../../aws/data-syncs.ts';
import { errorKind, errorMessage } from '../../aws/errors.ts';
import { putHeartbeat } from '../../aws/heartbeat.ts';
import { readContents } from '../../aws/inventory-contents.ts';
import { listManagedNodes } from '../../aws/managed-nodes.ts';
import type { Observation, VisitFailure } from '../../core/observation.ts';
import type { SuspiciousNode } from '../../core/run.ts';
import { type ConvergeOrder, convergeSync } from './converge-sync.ts';

export type Seen = Pick<Observation, 'failure' | 'syncs' | 'nodes' | 'collected' | 'contents' | 'heartbeat' | 'action'>;

/** What to do in a target besides looking at it. */
export interface Orders {
  readonly converge: ConvergeOrder | undefined;
  readonly compare: readonly SuspiciousNode[];
  /** The node to put a heartbeat on. */
  readonly heartbeat: string | undefined;
  readonly now: () => Date;
}

export const nothingSeen: Seen = {
  failure: null,
  syncs: null,
  nodes: null,
  collected: null,
  contents: [],
  heartbeat: null,
  action: null,
};

function failureOf(operation: string, error: unknown): VisitFailure {
  const kinds: Record<string, VisitFailure['kind']> = { denied: 'DeniedByPolicy', throttled: 'Throttled' };
  return { kind: kinds[errorKind(error)] ?? 'CheckFailed', operation, message: errorMessage(error) };
}

/** Looks at one target and does what it is ordered to. Stops at the first refused call and keeps what it saw until then. */
export async function visitTarget(client: SSMClient, { converge, compare, heartbeat, now }: Orders): Promise<Seen> {
  const seen: Seen = { ...nothingSeen };
  const steps: Record<string, () => Promise<void>> = {
    ListResourceDataSync: async () => {
      seen.syncs = await listDataSyncs(client);
    },
    CreateResourceDataSync: async () => {
      if (converge && seen.syncs) seen.action = await convergeSync(client, seen.syncs, converge);
    },
    DescribeInstanceInformation: async () => {
      seen.nodes = await listManagedNodes(client);
    },
    ListAssociations: async () => {
      const online = seen.nodes?.some((node) => node.online) ?? false;
      if (converge && online) seen.collected = await collectsInventory(client);
    },
    GetInventory: async () => {
      seen.contents = await readContents(client, compare);
    },
    PutInventory: async () => {
      const node = seen.nodes?.find(({ nodeId, online }) => online && nodeId === heartbeat);
      if (node) seen.heartbeat = await putHeartbeat(client, node.nodeId, now());
    },
  };
  for (const [operation, look] of Object.entries(steps)) {
    try {
      await look();
    } catch (error) {
      return { ...seen, failure: failureOf(operation, error) };
    }
  }
  return seen;
}
