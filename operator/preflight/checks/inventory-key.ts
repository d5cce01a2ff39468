/** The key of the inventory: without it Systems Manager cannot write and nobody can read. */
import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata, KMSClient } from '@aws-sdk/client-kms';
import { inventoryKeyStatements, type PolicyStatement } from '../../../core/policies.ts';
import { deployedOutputs, notDeployed } from '../deployed.ts';
import { type Finding, fail, type Look, look, pass } from '../finding.ts';
import type { Check } from '../ground.ts';
import { compareStatements } from '../statements.ts';

export const inventoryKeyCheck: Check = {
  name: 'inventory key',
  async look({ config, partition }) {
    const outputs = await deployedOutputs(config.hubRegion, 'MusterState');
    if (outputs.kind !== 'seen') return [notDeployed(outputs, 'MusterState')];
    const { InventoryKeyArn: KeyId = '' } = outputs.value;
    const client = new KMSClient({ region: config.hubRegion });
    const described = await look('kms:DescribeKey', () => client.send(new DescribeKeyCommand({ KeyId })));
    const policy = await look('kms:GetKeyPolicy', async () => {
      const { Policy = '{}' } = await client.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
      return JSON.parse(Policy);
    });
    const terms = { ...config, partition, sourceOrgIdReachesKms: config.kmsCarriesSourceOrgId };
    return [judgeKey(described, KeyId), judgeKeyPolicy(policy, inventoryKeyStatements(terms))];
  },
};

const revivals: Record<string, string> = { Disabled: 'enable-key', PendingDeletion: 'cancel-key-deletion' };

export function judgeKey(described: Look<{ KeyMetadata?: KeyMetadata | undefined }>, keyArn: string): Finding {
  if (described.kind === 'unseen') return described.finding;
  const state = described.kind === 'seen' ? described.value.KeyMetadata?.KeyState : undefined;
  if (state === undefined) return fail(`there is no key ${keyArn}`, 'npx cdk deploy MusterState');
  if (state === 'Enabled') return pass('the key is enabled');
  const revive = revivals[state] ?? 'describe-key';
  return fail(`the key is ${state}: nothing can be delivered or read`, `aws kms ${revive} --key-id ${keyArn}`);
}

/** Other statements are the administrators' affair. */
function judgeKeyPolicy(policy: Look<{ Statement?: unknown }>, desired: readonly PolicyStatement[]): Finding {
  if (policy.kind === 'unseen') return policy.finding;
  const standing = policy.kind === 'seen' ? policy.value.Statement : [];
  const { missing } = compareStatements(standing, desired);
  return missing.length === 0
    ? pass('its policy lets Systems Manager encrypt')
    : fail(`its policy lacks what ${missing.join(', ')} says`, 'npx cdk deploy MusterState');
}
