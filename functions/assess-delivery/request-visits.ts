import { jsonLines, type StateBucket } from '../../aws/state-bucket.ts';
import type { Evidence } from '../../core/evidence.ts';
import { handOutOrders } from '../../core/orders.ts';
import { type ChangeOrder, runFiles } from '../../core/run.ts';
import { fewVisits } from '../../core/scope.ts';
import type { TargetKey } from '../../core/target.ts';
import { planRevisit } from './plan-revisit.ts';

/** `maxShare` null: no change that deletes is ordered. */
type Terms = { runId: string; maxShare: number | null };

/** Hands the state machine what to visit before this run is judged, which is often nothing. */
export async function requestVisits(evidence: readonly Evidence[], state: StateBucket, { runId, maxShare }: Terms) {
  const orders = maxShare === null ? new Map<TargetKey, ChangeOrder>() : handOutOrders(evidence, { runId, maxShare });
  const { visits, waitSeconds } = planRevisit(evidence, orders);
  const key = runFiles(runId).revisit;
  if (visits.length > 0) await state.put(key, jsonLines(visits));
  return { key, accounts: visits.length, waitSeconds, visits: fewVisits(visits) };
}
