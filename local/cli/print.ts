import { renderPlan } from './print-plan.ts';
import { MOST_TARGETS, tableOf, withHidden } from './print-table.ts';
import type { QueryReport, Report, TargetReport } from './report.ts';

/** The results of a run as text: targets, answers and the coverage line. `colour` only where a terminal shows it. */
export function renderReport(report: Report, colour: boolean): string {
  if (report.plan.hash !== null)
    return [renderPlan(report, colour), `Targets now: ${countStatuses(report)}\n${renderEffort(report)}`].join('\n\n');
  return [
    renderTargets(report.targets, colour),
    ...report.queries.map((query) => renderQuery(query, colour)),
    renderSummary(report),
  ].join('\n\n');
}

function renderTargets(targets: readonly TargetReport[], colour: boolean): string {
  const unhealthy = targets.filter(({ status }) => status !== 'Healthy');
  const shown = targets.length <= MOST_TARGETS ? targets : unhealthy.slice(0, MOST_TARGETS);
  const table = tableOf(['account', 'region', 'status', 'nodes', 'delivered', 'reasons'], colour);
  for (const target of shown) {
    const { accountId, region, status, nodes } = target;
    table.push([accountId, region, status, nodes?.managed ?? '-', nodes?.delivered ?? '-', explain(target)]);
  }
  return withHidden(table, targets.length - shown.length);
}

/** Reasons, with what an operator asks next: which kind of policy, which bucket; and doubts with a question mark. */
function explain({ reasons, suspected, denial, foreignSyncs }: TargetReport): string {
  const details: Readonly<Record<string, string | null>> = {
    DeniedByPolicy: denial,
    RoleUnassumable: denial,
    ForeignSync: foreignSyncs.join(' '),
  };
  const explained = reasons.map((reason) => (details[reason] ? `${reason} (${details[reason]})` : reason));
  return [...explained, ...suspected.map((reason) => `${reason}?`)].join(', ');
}

function renderQuery({ name, columns, rows, error }: QueryReport, colour: boolean): string {
  if (error !== null) return `${name}\nrefused: ${error}`;
  const table = tableOf(columns, colour);
  for (const row of rows.slice(0, 20)) table.push(row.map((cell) => cell ?? ''));
  const hidden = rows.length - 20;
  return `${name}\n${table.toString()}${hidden > 0 ? `\n... and ${hidden} more rows` : ''}`;
}

function renderSummary(report: Report): string {
  const { coverage } = report.summary;
  const share = coverage === null || coverage === undefined ? 'no target in scope' : `${(coverage * 100).toFixed(1)} %`;
  return [
    `Inventory bucket policy: ${report.hub.bucketPolicy}, key: ${report.hub.key}`,
    renderCatalog(report.catalog),
    `Coverage: ${share} (${countStatuses(report)})`,
    renderEffort(report),
  ].join('\n');
}

function renderCatalog({ tables }: Report['catalog']): string {
  const partitions = tables.reduce((sum, table) => sum + table.partitions, 0);
  const edits = tables.flatMap(({ name, edited }) => (edited.length > 0 ? [`${name} (${edited.join(', ')})`] : []));
  const byHand = edits.length > 0 ? `; edited by hand: ${edits.join(', ')}` : '';
  return `Catalog: ${tables.length} tables, ${partitions} partitions${byHand}`;
}

function countStatuses({ summary }: Report): string {
  const counts = Object.entries(summary).flatMap(([status, count]) =>
    status !== 'coverage' && count ? [`${count} ${status}`] : [],
  );
  return counts.join(', ');
}

function renderEffort({ wallSeconds, virtualDuration, executions, wire }: Report): string {
  const calls = Object.values(wire.calls).reduce((all, count) => all + count, 0);
  return `${executions.length} executions and ${calls} AWS calls in ${virtualDuration} of virtual time, ${wallSeconds.toFixed(1)} s of yours; ${wire.denied.length} kinds of call refused, ${wire.throttled} throttled`;
}
