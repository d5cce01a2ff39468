import type { SSMClient } from '@aws-sdk/client-ssm';
import { listDataSyncs } from '../../aws/data-syncs.ts';
import { errorKind, failureText } from '../../aws/errors.ts';
import { putHeartbeat } from '../../aws/heartbeat.ts';
import { readContents } from '../../aws/inventory-contents.ts';
import { listManagedNodes } from '../../aws/managed-nodes.ts';
import type { KnownSettings } from '../../core/association.ts';
import type { Observation, VisitFailure } from '../../core/observation.ts';
import type { SuspiciousNode } from '../../core/run.ts';
import { convergeSync, type Task } from './converge-sync.ts';
import type { CallError } from './replace-sync.ts';
import { isWorthRetry } from './report-batch.ts';
import { ensureCollection, lookAtAssociations } from './visit-associations.ts';

export type Seen = Pick<
  Observation,
  'failure' | 'syncs' | 'nodes' | 'associations' | 'contents' | 'heartbeat' | 'action'
>;

/** What a visit of one target is for. */
export type TargetVisit = Task & {
  compare: readonly SuspiciousNode[];
  /** The node to put a heartbeat on. */
  heartbeat: string | undefined;
  /** What is known of associations; undefined when they are not to be asked for. */
  known: KnownSettings | undefined;
  attempt: number;
  now: () => Date;
};

export const nothingSeen: Seen = {
  failure: null,
  syncs: null,
  nodes: null,
  associations: null,
  contents: [],
  heartbeat: null,
  action: null,
};

function failureOf({ operation, error }: CallError): VisitFailure {
  const kinds: Record<string, VisitFailure['kind']> = { denied: 'DeniedByPolicy', throttled: 'Throttled' };
  return { kind: kinds[errorKind(error)] ?? 'CheckFailed', operation, ...failureText(error) };
}

/** Looks at one target, and acts as the visit asks. Stops at the first refused call and keeps what it saw until then. */
export async function visitTarget(client: SSMClient, visit: TargetVisit): Promise<Seen> {
  const seen: Seen = { ...nothingSeen };
  const { collection, known } = visit;
  const online = () => (seen.nodes ?? []).flatMap((node) => (node.online ? [node.nodeId] : []));
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
      if (collection && known && online().length > 0) seen.associations = await lookAtAssociations(client, known);
    },
    CreateAssociation: async () => {
      const { associations } = seen;
      if (!collection?.desired || !known || !associations || visit.mode !== 'converge') return;
      const looked = { associations, online: online(), known };
      seen.associations = await ensureCollection(client, looked, collection.desired);
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
    // What another attempt will look at need not be looked at now.
    if (isWorthRetry(seen, visit)) break;
    try {
      await look();
    } catch (error) {
      seen.failure = failureOf({ operation, error });
    }
    if (seen.failure !== null) break;
  }
  return seen;
}
