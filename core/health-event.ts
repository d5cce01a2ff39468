/** The events that Muster publishes, as other systems' rules match them: changing a field breaks them. */
import type { Summary } from './health.ts';
import type { VerdictRecord } from './ledger.ts';

export interface HealthEvent {
  readonly detailType: 'Muster Target Status Changed' | 'Muster Run Completed';
  readonly detail: Readonly<Record<string, unknown>>;
}

export const eventSource = 'muster';

/** Undefined when nothing changed; a target that was never judged before has not changed, it has begun. */
export function statusChanged(record: VerdictRecord): HealthEvent | undefined {
  const { accountId, region, previousStatus, status, reasons, syncName, runId, judgedAt } = record;
  if (previousStatus === null || previousStatus === status) return undefined;
  return {
    detailType: 'Muster Target Status Changed',
    detail: { accountId, region, from: previousStatus, to: status, reasons, syncName, runId, at: judgedAt },
  };
}

export function runCompleted(runId: string, { counts, coverage }: Summary): HealthEvent {
  return { detailType: 'Muster Run Completed', detail: { runId, ...counts, coverage } };
}
