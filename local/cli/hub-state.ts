/** Whether the hub still is what was deployed, and whether its bucket policy lets the organization's accounts deliver. */
import type { EmbeddedCloud } from '../embedded-cloud.ts';
import { evaluate } from '../iam/evaluate.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { evaluationInput } from '../iam/request.ts';
import type { Report } from './report.ts';

interface Inventory {
  readonly bucket: string;
  readonly keyArn: string;
}

const KEY_STATES = { Enabled: 'usable', Disabled: 'disabled', PendingDeletion: 'pending deletion' };

/** Notes what is deployed by now; later calls tell what has become of it. */
export function watchHub(embedded: EmbeddedCloud, { bucket, keyArn }: Inventory): () => Report['hub'] {
  const policyNow = () => embedded.s3.bucket(bucket)?.settings.policy;
  const deployed = JSON.stringify(policyNow());
  return () => {
    const policy = policyNow();
    const same = JSON.stringify(policy) === deployed ? 'same' : 'differs';
    const isDenied = embedded.tree.accounts().some(({ id }) => !mayDeliver(embedded, { account: id, bucket, policy }));
    return { bucketPolicy: isDenied ? 'denies' : same, key: KEY_STATES[embedded.kms.key(keyArn).state] };
  };
}

interface Delivery {
  readonly account: string;
  readonly bucket: string;
  readonly policy: PolicyDocument | undefined;
}

/** By the bucket's policy alone: a resource control policy is another matter. */
function mayDeliver({ cloud, directory, tree, s3 }: EmbeddedCloud, { account, bucket, policy }: Delivery): boolean {
  const { account: owner = '', region = '' } = s3.bucket(bucket)?.place ?? {};
  const arn = `arn:${cloud.partition}:s3:::${bucket}`;
  const sourceArn = `arn:${cloud.partition}:ssm:${region}:${account}:resource-data-sync/muster-00000000`;
  const caller = { kind: 'service', principal: 'ssm.amazonaws.com', sourceAccount: account, sourceArn } as const;
  const context = { 's3:x-amz-acl': 'bucket-owner-full-control', 's3:RequestObjectTag/OrgId': tree.id };
  const resource = `${arn}/inventory/AWS:Application/accountid=${account}/region=${region}/any.json`;
  return ['s3:PutObject', 's3:PutObjectTagging'].every((action) => {
    const need = { action, resource, owner, context, policy };
    const call = { service: 's3', operation: 'PutObject', region, caller, input: {} } as const;
    const input = evaluationInput(need, call, { directory, organization: tree });
    return evaluate({ ...input, resourceControl: [] }).allowed;
  });
}
