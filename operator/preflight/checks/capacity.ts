/** Room for the workers, and the state machines that call them. */
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { type Finding, fail, look, pass, warn } from '../finding.ts';
import type { Check } from '../ground.ts';

export const concurrencyCheck: Check = {
  name: 'Lambda concurrency',
  async look({ config: { hubRegion: region, maxConcurrency } }) {
    const client = new LambdaClient({ region });
    const settings = await look('lambda:GetAccountSettings', () => client.send(new GetAccountSettingsCommand({})));
    if (settings.kind === 'unseen') return [settings.finding];
    const { UnreservedConcurrentExecutions = 0 } = settings.kind === 'seen' ? (settings.value.AccountLimit ?? {}) : {};
    return [judgeConcurrency(UnreservedConcurrentExecutions, { maxConcurrency, region })];
  },
};

/** `L-B99A9384` is the quota "Concurrent executions" (Lambda quotas). */
export function judgeConcurrency(
  free: number,
  { maxConcurrency, region }: { maxConcurrency: number; region: string },
): Finding {
  if (free >= maxConcurrency) return pass(`${free} executions at once are free, ${maxConcurrency} are asked for`);
  return fail(
    `${free} executions at once are free, ${maxConcurrency} are asked for`,
    `# muster.config.ts: maxConcurrency: ${free}, or`,
    `aws service-quotas request-service-quota-increase --region ${region} --service-code lambda --quota-code L-B99A9384 --desired-value ${Math.max(1000, 2 * maxConcurrency)}`,
  );
}

export const machinesCheck: Check = {
  name: 'state machines',
  async look({ config: { hubRegion: region } }) {
    const client = new SFNClient({ region });
    const names = await look('states:ListStateMachines', async () => {
      const found: string[] = [];
      for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {}))
        found.push(...stateMachines.flatMap(({ name }) => name ?? []));
      return found;
    });
    return [names.kind === 'unseen' ? names.finding : judgeMachines(names.kind === 'seen' ? names.value : [])];
  },
};

export function judgeMachines(names: readonly string[]): Finding {
  const missing = ['muster-converge', 'muster-assess'].filter((name) => !names.includes(name));
  return missing.length === 0
    ? pass('muster-converge and muster-assess are deployed')
    : warn(`${missing.join(' and ')} is not deployed yet`, 'npx cdk deploy MusterPipeline');
}
