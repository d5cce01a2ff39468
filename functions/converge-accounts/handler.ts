import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { memberSessions } from '../../aws/sessions.ts';
import { jsonLines, StateBucket } from '../../aws/state-bucket.ts';
import type { Observation } from '../../core/observation.ts';
import { mapBounded } from '../runtime/bounded.ts';
import { lambda } from '../runtime/lambda.ts';
import { aimOf } from './aim.ts';
import { convergeAccounts } from './contract.ts';
import { observationsKey, reportBatch } from './report-batch.ts';
import { visitAccount } from './visit-account.ts';

const accountsAtOnce = 5;

export const handler = lambda(convergeAccounts, (env) => {
  const bucket = new StateBucket(new S3Client({}), env.STATE_BUCKET);
  const sts = new STSClient({});

  return async (batch, { log, now, self }) => {
    const role = { partition: self.partition, roleName: env.MEMBER_ROLE_NAME, sessionName: 'muster-converge' };
    const sessions = memberSessions(sts, role);
    const aim = { ...aimOf(batch, env, bucket), attempt: batch.attempt, now };
    const visited = await mapBounded(batch.accounts, accountsAtOnce, async (visit): Promise<Observation[]> => {
      const { accountId } = visit;
      const targets = await visitAccount(await sessions.assume(accountId), visit, aim);
      const stamp = { schemaVersion: 1 as const, runId: batch.runId, accountId, observedAt: now().toISOString() };
      return targets.map(({ region, seen }) => ({ ...stamp, region, ...seen }));
    });
    sessions.close();
    const { observations, ...report } = reportBatch(visited.flat(), batch, log);
    if (observations.length > 0) await bucket.put(observationsKey(batch), jsonLines(observations));
    return report;
  };
});
