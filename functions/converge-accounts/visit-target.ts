import type { SSMClient } from '@aws-sdk/client-ssm';
import { collectsInventory } from '../../aws/associations.ts';
import { listDataSyncs } from '../../aws/data-syncs.ts';
import { errorKind, errorMessage } from '../../aws/errors.ts';
import { readContents } from '../../aws/inventory-contents.ts';
import { listManagedNodes } from '../../aws/managed-nodes.ts';
import type { Observation, VisitFailure } from '../../core/observation.ts';
import type { SuspiciousNode } from '../../core/run.ts';
import { type ConvergeOrder, convergeSync } from './converge-sync.ts';

export type Seen = Pick<Observation, 'failure' | 'syncs' | 'nodes' | 'collected' | 'contents' | 'action'>;

export const nothingSeen: Seen = {
  failure: null,
  syncs: null,
  nodes: null,
  collected: null,
  contents: [],
  action: null,
};

function failureOf(operation: string, error: unknown): VisitFailure {
  const kinds: Record<string, VisitFailure['kind']> = { denied: 'DeniedByPolicy', throttled: 'Throttled' };
  return { kind: kinds[errorKind(error)] ?? 'CheckFailed', operation, message: errorMessage(error) };
}

/** Looks at one target, and converges it when there is an order to. Stops at the first refused call and keeps what it saw until then. */
export async function visitTarget(
  client: SSMClient,
  compare: readonly SuspiciousNode[],
  order: ConvergeOrder | undefined,
): Promise<Seen> {
  const seen: Seen = { ...nothingSeen };
  const steps: Record<string, () => Promise<void>> = {
    ListResourceDataSync: async () => {
      seen.syncs = await listDataSyncs(client);
    },
    CreateResourceDataSync: async () => {
      if (order && seen.syncs) seen.action = await convergeSync(client, seen.syncs, order);
    },
    DescribeInstanceInformation: async () => {
      seen.nodes = await listManagedNodes(client);
    },
    ListAssociations: async () => {
      const online = seen.nodes?.some((node) => node.online) ?? false;
      if (order && online) seen.collected = await collectsInventory(client);
    },
    GetInventory: async () => {
      seen.contents = await readContents(client, compare);
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
