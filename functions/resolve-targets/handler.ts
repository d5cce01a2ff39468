import { AccountClient } from '@aws-sdk/client-account';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { listAccounts } from '../../aws/organization.ts';
import { jsonLines, StateBucket } from '../../aws/state-bucket.ts';
import { runFiles } from '../../core/run.ts';
import { fewVisits, planScope, planVisits } from '../../core/scope.ts';
import { lambda } from '../runtime/lambda.ts';
import { askAssociations } from './ask-associations.ts';
import { resolveTargets } from './contract.ts';
import { learnRegions } from './region-states.ts';

export const handler = lambda(resolveTargets, (env) => {
  const bucket = new StateBucket(new S3Client({}), env.STATE_BUCKET);
  const organizations = new OrganizationsClient({});
  const client = new AccountClient({});

  return async ({ runId, accountIds }, { log, now, self }) => {
    const accounts = await listAccounts(organizations, env.ORGANIZATIONAL_UNITS);
    const excludeAccounts = env.EXCLUDE_ACCOUNTS;
    const asked = accounts.filter(({ active, accountId }) => active && !excludeAccounts.includes(accountId));
    const ids = asked.map(({ accountId }) => accountId);
    const regions = await learnRegions(ids, { client, bucket, self: self.accountId, now: now() });

    const known = accounts.map((account) => ({ ...account, enabled: regions.get(account.accountId) ?? null }));
    const scope = planScope(known, { regions: env.REGIONS, excludeAccounts });
    const visits = await askAssociations(planVisits(scope, accountIds), bucket, now());
    const files = runFiles(runId);
    await bucket.put(files.scope, jsonLines(scope));
    await bucket.put(files.accounts, jsonLines(visits));

    const excluded = scope.filter(({ exclusion }) => exclusion !== null).length;
    const targets = visits.reduce((sum, visit) => sum + visit.regions.length, 0);
    log.info('targets resolved', { accounts: visits.length, targets, excluded });
    const counts = { accounts: visits.length, targets, excluded };
    return { runId, accountsKey: files.accounts, ...counts, visits: fewVisits(visits) };
  };
});
