/** What each fault may and must make AWS refuse. */
import { World } from '../../local/world/schema.ts';
import type { FiledFault } from './faults.ts';

/** Patterns over `principal action resource why`. */
export function expectedDenials(file: unknown): RegExp[] {
  const { faults, organization } = World.parse(file);
  return faults.flatMap((fault) => denialsOf(fault, organization));
}

function denialsOf(fault: FiledFault, { hubAccountId, managementAccountId }: World['organization']): RegExp[] {
  const role = `arn:aws:iam::${fault.account}:role/MusterMember`;
  switch (fault.kind) {
    case 'member-role-missing':
      return [new RegExp(`^arn:aws:iam::${hubAccountId}:role/MusterConvergeAccounts sts:AssumeRole ${role} `)];
    case 'scp-deny':
      if (fault.account === managementAccountId) return [];
      return [new RegExp(`^${role} ssm:\\w+ .* with an explicit deny in a service control policy$`)];
    case 'bucket-policy-replaced':
      return [
        /^ssm\.amazonaws\.com s3:(GetBucketAcl|PutObject) \S+ because no resource-based policy allows the s3:\w+ action$/,
      ];
    case 'sync-wrong-destination':
      return [
        new RegExp(
          `^ssm\\.amazonaws\\.com s3:PutObject \\S+/earlier-inventory/\\S+/accountid=${fault.account}/region=${fault.region}/\\S+ because no resource-based policy allows`,
        ),
      ];
    case 'delivery-denied':
    case 'probe-denied':
      return [
        new RegExp(
          `^ssm\\.amazonaws\\.com s3:PutObject \\S+/accountid=${fault.account}/\\S+ with an explicit deny in a resource control policy$`,
        ),
      ];
    default:
      return [];
  }
}
