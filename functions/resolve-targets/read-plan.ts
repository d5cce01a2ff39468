import type { StateBucket } from '../../aws/state-bucket.ts';
import { type PlanHash, PlannedDecision, planFile, planHash } from '../../core/plan.ts';
import { StepError } from '../../core/step-error.ts';

/** @throws {StepError} InvalidInput when there is no such plan, or its file does not hold what its hash says. */
export async function readPlan(bucket: StateBucket, hash: PlanHash): Promise<PlannedDecision[]> {
  const { values, malformed, etag } = await bucket.readLines(planFile(hash), PlannedDecision);
  if (etag === null) throw new StepError('InvalidInput', `there is no plan ${hash}: it was never made, or has expired`);
  if (malformed.length > 0 || planHash(values) !== hash)
    throw new StepError('InvalidInput', `the plan ${hash} no longer holds what its hash says: plan again`);
  return values;
}
