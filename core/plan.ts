import * as z from 'zod';
import { fingerprint64 } from './fingerprint.ts';
import { type Observation, SyncAction } from './observation.ts';
import type { AccountVisit, ChangeOrder, ScopedTarget } from './run.ts';
import { AccountId, Region, type Target, type TargetKey, targetKey } from './target.ts';

const hashSentence = 'a plan is named by its hash, 16 hexadecimal digits';

/** Names a plan by what it holds. */
export const PlanHash = z.string(hashSentence).regex(/^[0-9a-f]{16}$/, hashSentence);
export type PlanHash = z.infer<typeof PlanHash>;

/** Where the decisions of a plan are kept, a `PlannedDecision` per line: by hash, so that the same plan is the same file, whichever run made it. */
export function planFile(hash: PlanHash): string {
  return `plans/${hash}.jsonl`;
}

/** What would be done in one target as it is now. Targets that could not be observed are in no plan. */
export const PlannedDecision = z.strictObject({
  schemaVersion: z.literal(1),
  accountId: AccountId,
  region: Region,
  ...SyncAction.pick({ decision: true, syncName: true, reason: true, risks: true, seen: true }).shape,
});
export type PlannedDecision = z.infer<typeof PlannedDecision>;

export interface Plan {
  readonly hash: PlanHash;
  /** By account and Region, those to keep too. */
  readonly decisions: PlannedDecision[];
  readonly counts: Record<string, number>;
  /** Each risk of any decision once. */
  readonly risks: string[];
}

/** The decisions that visits brought back, as a plan. */
export function drawPlan(observations: readonly Observation[]): Plan {
  const byTarget = new Map<TargetKey, PlannedDecision>();
  for (const observation of observations) {
    const planned = plannedDecision(observation);
    if (planned !== undefined) byTarget.set(targetKey(planned), planned);
  }
  const decisions = [...byTarget.values()].sort((a, b) => (targetKey(a) < targetKey(b) ? -1 : 1));
  const counts: Record<string, number> = {};
  for (const { decision } of decisions) counts[decision] = (counts[decision] ?? 0) + 1;
  const risks = [...new Set(decisions.flatMap((one) => one.risks))].sort();
  return { hash: planHash(decisions), decisions, counts, risks };
}

function plannedDecision({ accountId, region, action }: Observation): PlannedDecision | undefined {
  if (action === null) return undefined;
  const { decision, syncName, reason, risks, seen } = action;
  return { schemaVersion: 1, accountId, region, decision, syncName, reason, risks, seen };
}

/** Neither the order of the decisions counts nor the run and the time that they were taken in. */
export function planHash(decisions: readonly PlannedDecision[]): PlanHash {
  const lines = decisions.map(({ accountId, region, decision, syncName, reason, risks, seen }) =>
    JSON.stringify([accountId, region, decision, syncName, reason, risks.toSorted(), seen]),
  );
  return fingerprint64(lines.sort().join('\n'));
}

/**
 * A plan as visits with orders; `only` narrows it to some accounts. `refused` is what the scope has outrun: a target that left it, and a target to
 * remove our sync from that came back.
 */
export function orderPlan(
  decisions: readonly PlannedDecision[],
  scope: readonly ScopedTarget[],
  only?: readonly AccountId[],
): { visits: AccountVisit[]; refused: Target[] } {
  const inScope = new Set(scope.filter(({ exclusion }) => exclusion === null).map(targetKey));
  const asked = decisions.filter(({ accountId }) => only?.includes(accountId) !== false);
  const stands = (planned: PlannedDecision) => inScope.has(targetKey(planned)) === (planned.decision !== 'remove');
  const visits = new Map<AccountId, AccountVisit & { orders: Record<string, ChangeOrder> }>();
  for (const { accountId, region, decision, syncName, seen } of asked.filter(stands)) {
    const visit = visits.get(accountId) ?? { accountId, regions: [], orders: {} };
    visit.regions.push(region);
    visit.orders[region] = { decision, syncName, seen };
    visits.set(accountId, visit);
  }
  const refused = asked.filter((planned) => !stands(planned)).map(({ accountId, region }) => ({ accountId, region }));
  return { visits: [...visits.values()], refused };
}

/** A state machine carries 256 KiB; all of them are in the files of the run. */
const mostNamed = 1_000;

/** The targets that moved since they were planned: those that `left` the scope, and those that a visit found to be no longer what its order was given for. */
export function refusedTargets(left: readonly Target[], observations: readonly Observation[]): TargetKey[] {
  const moved = observations.filter(({ action }) => action?.refusal === 'Moved');
  return [...new Set([...left, ...moved].map(targetKey))].sort().slice(0, mostNamed);
}
