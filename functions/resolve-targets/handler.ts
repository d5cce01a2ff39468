import { S3Client } from '@aws-sdk/client-s3';
import { jsonLines, StateBucket } from '../../aws/state-bucket.ts';
import { withLeaving } from '../../core/leaving.ts';
import { orderPlan } from '../../core/plan.ts';
import { runFiles } from '../../core/run.ts';
import { fewVisits, planVisits } from '../../core/scope.ts';
import { lambda } from '../runtime/lambda.ts';
import { askAssociations } from './ask-associations.ts';
import { resolveTargets } from './contract.ts';
import { readPlan } from './read-plan.ts';
import { openScope } from './read-scope.ts';

export const handler = lambda(resolveTargets, (env) => {
  const bucket = new StateBucket(new S3Client({}), env.STATE_BUCKET);
  const readScope = openScope(env, bucket);

  return async (input, { log, now, self }) => {
    const { runId, mode, accountIds } = input;
    const planned = mode === 'apply' ? await readPlan(bucket, input.plan) : undefined;
    const left = await readScope({ self, now: now(), keep: mode !== 'plan' });
    const { scope, lost } = left;
    if (lost.length > 0) log.warn('accounts not listed, nothing removed', { accounts: lost.length });
    const { visits: ordered, refused } = planned
      ? orderPlan(planned, scope, accountIds)
      : { visits: withLeaving(planVisits(scope, accountIds), left, accountIds), refused: [] };
    const visits = await askAssociations(ordered, bucket, now());
    const files = runFiles(runId);
    await bucket.put(files.scope, jsonLines(scope));
    await bucket.put(files.accounts, jsonLines(visits));
    if (refused.length > 0) await bucket.put(files.refused, jsonLines(refused));

    const excluded = scope.filter(({ exclusion }) => exclusion !== null).length;
    const targets = visits.reduce((sum, visit) => sum + visit.regions.length, 0);
    const counts = { accounts: visits.length, targets, excluded };
    log.info('targets resolved', { ...counts, mode, refused: refused.length });
    return { runId, mode, accountsKey: files.accounts, ...counts, visits: fewVisits(visits) };
  };
});
