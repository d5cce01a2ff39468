import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type Finding, type Look, look, warn } from './finding.ts';

/** Outputs of a stack of the hub, by name. */
export function deployedOutputs(region: string, StackName: string): Promise<Look<Record<string, string>>> {
  return look('cloudformation:DescribeStacks', async () => {
    const client = new CloudFormationClient({ region });
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs);
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  });
}

export function notDeployed(outputs: Exclude<Look<unknown>, { kind: 'seen' }>, stack: string): Finding {
  return outputs.kind === 'unseen' ? outputs.finding : warn(`${stack} is not deployed yet`, `npx cdk deploy ${stack}`);
}
