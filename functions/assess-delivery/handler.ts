import { S3Client } from '@aws-sdk/client-s3';
import { InventoryBucket } from '../../aws/inventory-bucket.ts';
import { jsonLines, StateBucket } from '../../aws/state-bucket.ts';
import { handOutOrders } from '../../core/orders.ts';
import { type ChangeOrder, runFiles } from '../../core/run.ts';
import { fewVisits } from '../../core/scope.ts';
import type { TargetKey } from '../../core/target.ts';
import { lambda } from '../runtime/lambda.ts';
import { saveContents } from './check-contents.ts';
import { assessDelivery } from './contract.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { planRevisit } from './plan-revisit.ts';
import { publishVerdicts } from './publish-verdicts.ts';
import { seeHub } from './see-hub.ts';

const nothingToRevisit = { accounts: 0, waitSeconds: 0, visits: [] };

export const handler = lambda(assessDelivery, (env) => {
  const client = new S3Client({});
  const state = new StateBucket(client, env.STATE_BUCKET);
  const inventory = new InventoryBucket(client, env.INVENTORY_BUCKET, env.INVENTORY_PREFIX);
  const see = seeHub(client, env);
  const settings = {
    freshnessMinutes: env.FRESHNESS_MINUTES,
    graceMinutes: env.GRACE_MINUTES,
    canaryMinutes: env.CANARY_MINUTES,
    collection: env.COLLECTION_JUDGED,
    contentSampleShare: env.CONTENT_SAMPLE_SHARE,
  };
  const buckets = { ownBucket: env.INVENTORY_BUCKET, allowedBuckets: new Set(env.ALLOWED_DESTINATIONS) };

  return async (input, { log, metrics, now: clock, self }) => {
    const { runId, pass, changes } = input;
    const now = clock();
    const hub = await see(self, log);
    const sources = { state, inventory, prefix: env.INVENTORY_PREFIX, hub, buckets, log };
    const gathered = await gatherEvidence(input, sources, { now, ...settings });
    metrics.addMetric('MalformedLines', 'Count', gathered.malformed.length);
    for (const line of gathered.malformed) log.warn('line malformed', line);
    await saveContents(gathered.contents, state);
    log.info('contents checked', gathered.contents.effort);

    const { asked, observed, evidence } = gathered;
    const counts = { runId, targets: evidence.length, asked, observed };
    const key = runFiles(runId).revisit;
    const orders = changes
      ? handOutOrders(evidence, { runId, maxShare: env.MAX_SHARE })
      : new Map<TargetKey, ChangeOrder>();
    const { visits, waitSeconds } = pass === 1 ? planRevisit(evidence, orders) : { visits: [], waitSeconds: 0 };
    if (visits.length > 0) {
      await state.put(key, jsonLines(visits));
      const revisit = { key, accounts: visits.length, waitSeconds, visits: fewVisits(visits) };
      return { ...counts, summary: {}, coverage: null, revisit };
    }
    const published = await publishVerdicts(gathered, state, { runId, now, hub: hub.look });
    const { counts: summary, coverage } = published.summary;
    log.info('delivery judged', { ...counts, summary, coverage, hub: published.hub });
    return { ...counts, summary, coverage, revisit: { key, ...nothingToRevisit } };
  };
});
