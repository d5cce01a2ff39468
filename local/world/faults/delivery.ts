/** Inventory is made but does not arrive. */
import type { NodeInventory } from '../../services/ssm-fleet.ts';
import { faultKind, inAccount, inTarget, ofNodes, onlineNodes, type Scene, type Undo } from './fault.ts';

export const deliveryFaults = {
  'delivery-denied': faultKind({
    shape: inAccount,
    act: ({ account }, scene) => denyWrites(account, scene, { probes: false }),
    byResourceControl: true,
  }),

  'probe-denied': faultKind({
    shape: inAccount,
    act: ({ account }, scene) => denyWrites(account, scene, { probes: true }),
    byResourceControl: true,
  }),

  'delivery-stopped': faultKind({
    shape: inTarget,
    act: (fault, { ssm }) =>
      ssm.onDelivery((delivery) => {
        const { account, region } = delivery.node;
        return account === fault.account && region === fault.region ? undefined : delivery;
      }),
  }),

  /** The online nodes of the lowest ids. */
  'node-silent': faultKind({
    shape: ofNodes,
    act: (fault, scene) => withhold(onlineNodes(fault, scene).slice(0, fault.nodes), scene),
  }),

  /** The online nodes of the highest ids: others than the silent ones, as long as there are enough. */
  'nodes-stale': faultKind({
    shape: ofNodes,
    act: (fault, scene) => withhold(onlineNodes(fault, scene).slice(-fault.nodes), scene),
  }),
};

function withhold(nodes: readonly NodeInventory[], { ssm }: Scene): Undo {
  const ids = new Set(nodes.map(({ node }) => node.id));
  return ssm.onDelivery((delivery) => (ids.has(delivery.node.id) ? undefined : delivery));
}

/** A resource control policy on the hub account: the bucket's own policy shows nothing of it (Organizations user guide, "Resource control policies"). */
function denyWrites(account: string, { tree, ssm, hubAccountId }: Scene, { probes }: { probes: boolean }): Undo {
  const name = `deny-writes-for-${account}`;
  const Condition = { StringEquals: { 'aws:SourceAccount': account }, Bool: { 'aws:PrincipalIsAWSService': 'true' } };
  const Statement = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*', Condition } as const;
  tree.attach('RESOURCE_CONTROL_POLICY', hubAccountId, { name, document: { Statement } });
  ssm.overrideProbe(account, probes);
  return () => {
    tree.detach('RESOURCE_CONTROL_POLICY', hubAccountId, name);
    ssm.overrideProbe(account, undefined);
  };
}
