/** Muster cannot get at a target. */
import { Region } from '../../../core/target.ts';
import { faultKind, inAccount } from './fault.ts';

export const accessFaults = {
  'member-role-missing': faultKind({
    shape: inAccount,
    act: ({ account }, { directory, partition, memberRoleName }) => {
      const arn = `arn:${partition}:iam::${account}:role/${memberRoleName}`;
      const role = directory.role(arn);
      directory.deleteRole(arn);
      return () => {
        if (role) directory.putRole(role);
      };
    },
  }),

  'scp-deny': faultKind({
    shape: { ...inAccount, region: Region.optional() },
    act: ({ account, region }, { tree }) => {
      const name = `deny-systems-manager-${region ?? 'everywhere'}`;
      const Condition = region ? { StringEquals: { 'aws:RequestedRegion': region } } : {};
      const Statement = { Effect: 'Deny', Action: 'ssm:*', Resource: '*', Condition } as const;
      tree.attach('SERVICE_CONTROL_POLICY', account, { name, document: { Statement } });
      return () => tree.detach('SERVICE_CONTROL_POLICY', account, name);
    },
  }),
};
