import { fingerprint64 } from '../../core/fingerprint.ts';
import type { Observation } from '../../core/observation.ts';
import { type AccountVisit, runFiles } from '../../core/run.ts';
import type { AccountId, Region } from '../../core/target.ts';
import type { Log } from '../runtime/log.ts';

/** A bucket policy or key takes about a minute to be seen everywhere: four attempts, 20 s apart, before a refusal is a fact. */
const lastAttempt = 4;

type Batch = { runId: string; mode: string; attempt: number; accounts: readonly AccountVisit[] };

/** Named after the batch itself: doing it again overwrites its own lines and no others. */
export function observationsKey({ runId, mode, attempt, accounts }: Batch): string {
  return `${runFiles(runId).observations}${mode}-${attempt}-${fingerprint64(JSON.stringify(accounts))}.jsonl`;
}

/** Counts a batch, and keeps back the targets whose Create is worth another attempt. */
export function reportBatch(visited: readonly Observation[], attempt: number, log: Log) {
  const worthRetry = ({ action }: Observation) => action?.refusal === 'DestinationRejected' && attempt < lastAttempt;
  const observations = visited.filter((observation) => !worthRetry(observation));
  for (const { accountId, region, failure, action, heartbeat } of observations) {
    const target = { accountId, region, syncName: action?.syncName };
    if (failure !== null) log.warn('target not observed', { ...target, failure });
    else if (action?.refusal) log.warn('sync refused', { ...target, refusal: action.refusal });
    else if (action?.created) log.info('sync created', target);
    if (heartbeat?.refused) log.warn('heartbeat refused', { accountId, region, nodeId: heartbeat.nodeId });
  }
  return {
    observations,
    observed: observations.filter(({ failure }) => failure === null).length,
    failed: observations.filter(({ failure }) => failure !== null).length,
    created: observations.filter(({ action }) => action?.created).length,
    retry: groupByAccount(visited.filter(worthRetry)),
  };
}

function groupByAccount(observations: readonly Observation[]): AccountVisit[] {
  const regions = new Map<AccountId, Region[]>();
  for (const { accountId, region } of observations) regions.set(accountId, [...(regions.get(accountId) ?? []), region]);
  return [...regions].map(([accountId, visited]) => ({ accountId, regions: visited }));
}
