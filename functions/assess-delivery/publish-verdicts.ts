import { jsonLines, type StateBucket } from '../../aws/state-bucket.ts';
import type { Deliveries } from '../../core/delivery.ts';
import { addRecord, noHealth, type Summary, summarize } from '../../core/health.ts';
import { type HubLook, type HubSummary, summarizeHub } from '../../core/hub.ts';
import { judgeTarget } from '../../core/judge.ts';
import { type VerdictRecord, verdictRecord } from '../../core/ledger.ts';
import { rememberVerdict } from '../../core/memory.ts';
import { type ObservedPartitions, sampleNewest } from '../../core/newest-objects.ts';
import { censusOf, formatCensus } from '../../core/partition-census.ts';
import { runFiles, stateFiles } from '../../core/run.ts';
import type { Gathered } from './gather-evidence.ts';

/**
 * Judges and writes. The memory goes first and only over the version that was read: of two runs at once the slower one is told `Conflict`
 * before it has written anything, and judges again on what the faster one remembered.
 */
export async function publishVerdicts(
  { evidence, deliveries, memoryEtag }: Gathered,
  state: StateBucket,
  run: { runId: string; now: Date; hub: HubLook },
): Promise<{ summary: Summary; hub: HubSummary }> {
  const judged = evidence.map((one) => ({ one, verdict: judgeTarget(one) }));
  const memories = judged.map(({ one, verdict }) => rememberVerdict(one.memory, verdict, run));
  await state.replace(stateFiles.memory, jsonLines(memories), memoryEtag);

  const records = judged.map(({ one, verdict }) => verdictRecord(one, verdict));
  await state.put(runFiles(run.runId).verdicts, jsonLines(records));
  await state.put(stateFiles.verdicts, jsonLines(records));
  await state.put(stateFiles.partitions, JSON.stringify(observedPartitions(deliveries)));

  const inScope = evidence.filter(({ memory }) => memory.exclusion === null);
  const hub = summarizeHub(
    run.hub,
    inScope.map((one) => one.hub),
  );
  await state.put(runFiles(run.runId).hub, JSON.stringify(hub));
  return { summary: summaryOf(records), hub };
}

function observedPartitions({ partitions, newest }: Deliveries): ObservedPartitions {
  return { ...formatCensus(censusOf(partitions.values())), newest: sampleNewest(newest) };
}

export function summaryOf(records: readonly VerdictRecord[]): Summary {
  const health = noHealth();
  for (const record of records) addRecord(health, record);
  return summarize(health);
}
