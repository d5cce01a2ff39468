/** Inventory is made but does not arrive. */
import { faultKind, inAccount, type Scene, type Undo } from './fault.ts';

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
};

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
