import { runFiles } from '../../core/run.ts';
import { lambda } from '../runtime/lambda.ts';
import { saveContents } from './check-contents.ts';
import { assessDelivery } from './contract.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { judgeSettings } from './judge-settings.ts';
import { openSources } from './open-sources.ts';
import { publishPlan } from './publish-plan.ts';
import { publishVerdicts } from './publish-verdicts.ts';
import { requestVisits } from './request-visits.ts';

export const handler = lambda(assessDelivery, (env) => {
  const { see, ...sources } = openSources(env);
  const settings = judgeSettings(env);
  const { state } = sources;

  return async (input, { log, metrics, now: clock, self }) => {
    const { runId, pass, changes, plan } = input;
    const now = clock();
    const hub = await see(self, log);
    const gathered = await gatherEvidence(input, { ...sources, hub, log }, { now, ...settings });
    for (const line of gathered.malformed) log.warn('line malformed', line);

    const { asked, observed, refused, evidence } = gathered;
    const counts = { runId, targets: evidence.length, asked, observed, refused };
    const settled = { key: runFiles(runId).revisit, accounts: 0, waitSeconds: 0, visits: [] };
    if (plan) return { ...counts, ...(await publishPlan(gathered, state, runId)), revisit: settled };

    await saveContents(gathered.contents, state);
    log.info('contents checked', gathered.contents.effort);
    metrics.addMetric('MalformedLines', 'Count', gathered.malformed.length);
    const terms = { runId, maxShare: changes ? env.MAX_SHARE : null };
    const revisit = pass === 1 ? await requestVisits(evidence, state, terms) : settled;
    if (revisit.accounts > 0) return { ...counts, summary: {}, coverage: null, plan: null, revisit };
    const published = await publishVerdicts(gathered, state, { runId, now, hub: hub.look });
    const { counts: summary, coverage } = published.summary;
    log.info('delivery judged', { ...counts, summary, coverage, hub: published.hub });
    return { ...counts, summary, coverage, plan: null, revisit };
  };
});
