/** The inventory bucket as it is, against what MusterState gives it. */
import {
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { inventoryBucketStatements, type PolicyStatement } from '../../../core/policies.ts';
import { deployedOutputs, notDeployed } from '../deployed.ts';
import { type Finding, fail, type Look, look, pass, warn } from '../finding.ts';
import type { Check } from '../ground.ts';
import { compareStatements } from '../statements.ts';

const redeploy = 'npx cdk deploy MusterState';

export const inventoryBucketCheck: Check = {
  name: 'inventory bucket',
  async look({ config, partition }) {
    const outputs = await deployedOutputs(config.hubRegion, 'MusterState');
    if (outputs.kind !== 'seen') return [notDeployed(outputs, 'MusterState')];
    const { InventoryBucketName: Bucket = '' } = outputs.value;
    const client = new S3Client({ region: config.hubRegion });
    const policy = await look('s3:GetBucketPolicy', async () => {
      const { Policy = '{}' } = await client.send(new GetBucketPolicyCommand({ Bucket }));
      return JSON.parse(Policy);
    });
    const desired = inventoryBucketStatements({ ...config, partition, bucketName: Bucket });
    return [judgePolicy(policy, desired), ...(await settings(client, Bucket))];
  },
};

export function judgePolicy(policy: Look<{ Statement?: unknown }>, desired: readonly PolicyStatement[]): Finding {
  if (policy.kind === 'unseen') return policy.finding;
  if (policy.kind === 'nothing') return fail('the bucket has no policy: nothing can be delivered', redeploy);
  const { missing, surplus } = compareStatements(policy.value.Statement, desired);
  if (missing.length > 0) return fail(`the bucket policy lacks what ${missing.join(', ')} says`, redeploy);
  if (surplus.length > 0)
    return warn(`the bucket policy says more than was deployed: ${surplus.join(', ')}`, `${redeploy} # takes it away`);
  return pass('the bucket policy is the desired one');
}

/** "Inventory can't add data to a bucket with Object Lock" (Systems Manager user guide, "Creating a resource data sync for Inventory"). */
async function settings(client: S3Client, Bucket: string): Promise<Finding[]> {
  const looks = [
    setting(
      await look('s3:GetBucketObjectLockConfiguration', async () => {
        const { ObjectLockConfiguration } = await client.send(new GetObjectLockConfigurationCommand({ Bucket }));
        return ObjectLockConfiguration?.ObjectLockEnabled !== 'Enabled';
      }),
      {
        whenNothing: true,
        good: 'it has no Object Lock',
        bad: 'it has Object Lock, so no sync can deliver',
        mend: `${redeploy} # with another bucketName`,
      },
    ),
    setting(
      await look('s3:GetBucketVersioning', async () => {
        return (await client.send(new GetBucketVersioningCommand({ Bucket }))).Status === 'Enabled';
      }),
      {
        whenNothing: false,
        good: 'it keeps versions',
        bad: 'it keeps no versions',
        mend: `aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled`,
      },
    ),
    setting(
      await look('s3:GetBucketPublicAccessBlock', async () => {
        const { PublicAccessBlockConfiguration = {} } = await client.send(new GetPublicAccessBlockCommand({ Bucket }));
        const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } =
          PublicAccessBlockConfiguration;
        return [BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets].every((on) => on === true);
      }),
      { whenNothing: false, good: 'all public access is blocked', bad: 'public access is not blocked', mend: redeploy },
    ),
    setting(
      await look('s3:GetBucketOwnershipControls', async () => {
        const { OwnershipControls } = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
        return OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced';
      }),
      {
        whenNothing: false,
        good: 'its owner owns every object',
        bad: 'writers own their objects, so the hub may not read them',
        mend: redeploy,
      },
    ),
  ];
  return looks;
}

type Expected = { whenNothing: boolean; good: string; bad: string; mend: string };

function setting(seen: Look<boolean>, { whenNothing, good, bad, mend }: Expected): Finding {
  if (seen.kind === 'unseen') return seen.finding;
  return (seen.kind === 'seen' ? seen.value : whenNothing) ? pass(good) : fail(bad, mend);
}
