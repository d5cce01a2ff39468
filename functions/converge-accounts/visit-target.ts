import type { SSMClient } from '@aws-sdk/client-ssm';
import { collectsInventory } from '../../aws/associations.ts';
import { listDataSyncs } from '../../aws/data-syncs.ts';
import { errorKind, errorMessage } from '../../aws/errors.ts';
import { putHeartbeat } from '../../aws/heartbeat.ts';
import { readContents } from '../../aws/inventory-contents.ts';
import { listManagedNodes } from '../../aws/managed-nodes.ts';
import type { Observation, VisitFailure } from '../../core/observation.ts';
import type { SuspiciousNode } from '../../core/run.ts';
import { convergeSync, type Task } from './converge-sync.ts';
import type { CallError } from './replace-sync.ts';

export type Seen = Pick<Observation, 'failure' | 'syncs' | 'nodes' | 'collected' | 'contents' | 'heartbeat' | 'action'>;

/** What a visit of one target is for. */
export type TargetVisit = Task & {
  compare: readonly SuspiciousNode[];
  /** The node to put a heartbeat on. */
  heartbeat: string | undefined;
  now: () => Date;
};

export const nothingSeen: Seen = {
  failure: null,
  syncs: null,
  nodes: null,
  collected: null,
  contents: [],
  heartbeat: null,
  action: null,
};

function failureOf({ operation, error }: CallError): VisitFailure {
  const kinds: Record<string, VisitFailure['kind']> = { denied: 'DeniedByPolicy', throttled: 'Throttled' };
  return { kind: kinds[errorKind(error)] ?? 'CheckFailed', operation, message: errorMessage(error) };
}

/** Looks at one target, and acts as the visit asks. Stops at the first refused call and keeps what it saw until then. */
export async function visitTarget(client: SSMClient, visit: TargetVisit): Promise<Seen> {
  const seen: Seen = { ...nothingSeen };
  const decides = visit.mode === 'converge' || visit.mode === 'plan';
  const steps: Record<string, () => Promise<void>> = {
    ListResourceDataSync: async () => {
      seen.syncs = await listDataSyncs(client);
    },
    CreateResourceDataSync: async () => {
      const acted = await convergeSync(client, seen.syncs ?? [], visit);
      seen.action = acted?.action ?? null;
      seen.syncs = acted?.syncs ?? seen.syncs;
      if (acted?.error) seen.failure = failureOf(acted.error);
    },
    DescribeInstanceInformation: async () => {
      seen.nodes = await listManagedNodes(client);
    },
    ListAssociations: async () => {
      const online = seen.nodes?.some((node) => node.online) ?? false;
      if (decides && online) seen.collected = await collectsInventory(client);
    },
    GetInventory: async () => {
      seen.contents = await readContents(client, visit.compare);
    },
    PutInventory: async () => {
      const node = seen.nodes?.find(({ nodeId, online }) => online && nodeId === visit.heartbeat);
      if (node && visit.mode === 'observe') seen.heartbeat = await putHeartbeat(client, node.nodeId, visit.now());
    },
  };
  for (const [operation, look] of Object.entries(steps)) {
    try {
      await look();
    } catch (error) {
      seen.failure = failureOf({ operation, error });
    }
    if (seen.failure !== null) break;
  }
  return seen;
}
