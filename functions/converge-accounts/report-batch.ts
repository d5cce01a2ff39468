import { fingerprint64 } from '../../core/fingerprint.ts';
import type { Observation } from '../../core/observation.ts';
import { type AccountVisit, runFiles } from '../../core/run.ts';
import type { Log } from '../runtime/log.ts';

/** A bucket policy or key takes about a minute to be seen everywhere, and a throttle about as long to pass: four attempts, 20 s apart, before either is a fact. */
const lastAttempt = 4;

type Batch = { runId: string; mode: string; attempt: number; accounts: readonly AccountVisit[] };

/** Named after the batch itself: doing it again overwrites its own lines and no others. */
export function observationsKey({ runId, mode, attempt, accounts }: Batch): string {
  return `${runFiles(runId).observations}${mode}-${attempt}-${fingerprint64(JSON.stringify(accounts))}.jsonl`;
}

/** Whether another attempt may end better. What changed something is kept, and what an assessment asks for it asks for again. */
export function isWorthRetry(
  { action, failure }: Pick<Observation, 'action' | 'failure'>,
  { mode, attempt }: Pick<Batch, 'mode' | 'attempt'>,
): boolean {
  if (attempt >= lastAttempt) return false;
  if (action?.decision === 'create' && action.refusal === 'DestinationRejected') return true;
  const changedNothing = action === null || (!action.created && action.deleted.length === 0);
  return isUnheard(failure) && changedNothing && mode !== 'observe';
}

/** Not CreateAssociation: what it was to take the place of is made and deleted again at each attempt. */
function isUnheard(failure: Observation['failure']): boolean {
  const { kind, operation } = failure ?? {};
  return (kind === 'Throttled' || kind === 'CheckFailed') && operation !== 'CreateAssociation';
}

/** Counts a batch, and keeps back the targets that are worth another attempt. */
export function reportBatch(visited: readonly Observation[], batch: Batch, log: Log) {
  const worthRetry = (observation: Observation) => isWorthRetry(observation, batch);
  const observations = visited.filter((observation) => !worthRetry(observation));
  for (const observation of observations) logOutcome(observation, log);
  return {
    observations,
    observed: observations.filter(({ failure }) => failure === null).length,
    failed: observations.filter(({ failure }) => failure !== null).length,
    created: observations.filter(({ action }) => action?.created).length,
    retry: batch.accounts.flatMap((visit) => visitAgain(visit, visited.filter(worthRetry))),
  };
}

function logOutcome({ accountId, region, failure, action, heartbeat }: Observation, log: Log): void {
  const target = { accountId, region, syncName: action?.syncName };
  const { deleted = [], restored = [] } = action ?? {};
  if (deleted.length > 0) log.info('syncs deleted', { ...target, deleted, restored });
  if (failure !== null) log.warn('target not observed', { ...target, failure });
  else if (action?.refusal) log.warn('sync refused', { ...target, refusal: action.refusal });
  else if (action?.created) log.info('sync created', target);
  if (heartbeat?.refused) log.warn('heartbeat refused', { accountId, region, nodeId: heartbeat.nodeId });
}

/** A visit of the same account with the same orders, in those of its Regions that are worth it. */
function visitAgain(visit: AccountVisit, observations: readonly Observation[]): AccountVisit[] {
  const worth = new Set(observations.flatMap((seen) => (seen.accountId === visit.accountId ? [seen.region] : [])));
  const regions = visit.regions.filter((region) => worth.has(region));
  return regions.length === 0 ? [] : [{ ...visit, regions }];
}
