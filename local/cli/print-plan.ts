import { MOST_TARGETS, tableOf, withHidden } from './print-table.ts';
import type { Report, TargetReport } from './report.ts';

/** What a plan would do, target by target but for those to keep, what it comes to, and how to have it done. */
export function renderPlan({ plan, targets }: Report, colour: boolean): string {
  const planned = new Map(plan.decisions.map((one) => [`${one.accountId}/${one.region}`, one]));
  const decisionFor = ({ accountId, region }: TargetReport) => planned.get(`${accountId}/${region}`);
  const undecided = targets.filter((target) => target.status !== 'Excluded' && !decisionFor(target));
  const worthShowing = targets.filter((target) => {
    const { decision = target.status === 'Excluded' ? 'keep' : 'none' } = decisionFor(target) ?? {};
    return decision !== 'keep';
  });
  const table = tableOf(['account', 'region', 'status', 'decision', 'sync', 'reason', 'risk'], colour);
  for (const target of worthShowing.slice(0, MOST_TARGETS)) {
    const { accountId, region, status, reasons } = target;
    const { decision = 'none', syncName, reason, risks = [] } = decisionFor(target) ?? {};
    table.push([accountId, region, status, decision, syncName ?? '-', reason ?? reasons.join(', '), risks.join(', ')]);
  }
  const parts = [...countDecisions(plan.decisions), ...(undecided.length > 0 ? [`${undecided.length} undecided`] : [])];
  return [
    withHidden(table, worthShowing.length - MOST_TARGETS),
    [
      `Plan ${plan.hash}: ${parts.join(', ') || 'nothing to decide'}`,
      `Risks: ${plan.risks.join(', ') || 'none'}`,
      `Nothing was changed. To have it done, start muster-converge with ${JSON.stringify({ mode: 'apply', plan: plan.hash })}`,
    ].join('\n'),
  ].join('\n\n');
}

function countDecisions(decisions: Report['plan']['decisions']): string[] {
  const counts = new Map<string, number>();
  for (const { decision } of decisions) counts.set(decision, (counts.get(decision) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([decision, count]) => `${count} ${decision}`);
}
