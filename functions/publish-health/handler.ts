import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { publishEvents } from '../../aws/event-bus.ts';
import { StateBucket } from '../../aws/state-bucket.ts';
import { ContentLedger, noContents } from '../../core/content-sample.ts';
import { addRecord, metricFacts, noHealth, summarize } from '../../core/health.ts';
import { runCompleted, statusChanged } from '../../core/health-event.ts';
import { HubSummary } from '../../core/hub.ts';
import { VerdictRecord } from '../../core/ledger.ts';
import { runFiles, stateFiles } from '../../core/run.ts';
import { lambda } from '../runtime/lambda.ts';
import { publishHealth } from './contract.ts';

export const handler = lambda(publishHealth, ({ STATE_BUCKET }) => {
  const state = new StateBucket(new S3Client({}), STATE_BUCKET);
  const bus = new EventBridgeClient({});

  return async ({ runId, startedAt }, { log, metrics, now }) => {
    const { values, malformed } = await state.readLines(runFiles(runId).verdicts, VerdictRecord);
    for (const line of malformed) log.error('ledger line malformed', { line });
    const health = noHealth();
    for (const record of values) addRecord(health, record);
    const summary = summarize(health);
    const changes = values.flatMap((record) => statusChanged(record) ?? []);
    const { quarantined } = (await state.readJson(stateFiles.contents, ContentLedger)) ?? noContents;
    const runSeconds = (now().getTime() - Date.parse(startedAt)) / 1000;
    for (const { name, unit, value } of metricFacts(health, { runSeconds, quarantined }))
      metrics.addMetric(name, unit, value);
    const hub = (await state.readJson(runFiles(runId).hub, HubSummary)) ?? null;
    const facts = { schemaVersion: 1, runId, startedAt, ...summary, hub, quarantined };
    await state.put(stateFiles.summary, JSON.stringify(facts));
    await publishEvents(bus, [...changes, runCompleted(runId, summary)]);
    log.info('health published', { coverage: summary.coverage, changed: changes.length });
    return { coverage: summary.coverage, changed: changes.length };
  };
});
