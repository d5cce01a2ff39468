import { z } from 'zod';
import { isoDuration } from '../world/duration.ts';
import { readCatalog } from './catalog.ts';
import type { Hub } from './hub.ts';
import { readTargets } from './ledger.ts';
import { type Planning, unplanned } from './plan.ts';
import type { ExecutionReport, QueryReport, Report, TargetReport } from './report.ts';

export interface Measured {
  readonly worldName: string;
  readonly wallSeconds: number;
  readonly queries: readonly QueryReport[];
  /** Of a run that only planned. */
  readonly planning?: Planning | undefined;
}

/** What an execution says of the targets that moved under its orders; most say nothing. */
const Refusing = z.object({ refused: z.array(z.string()) });

/** Statuses in the order of the report's summary (interfaces of the report; zeros are shown). */
const STATUSES = ['Healthy', 'Converging', 'Empty', 'Degraded', 'Failing', 'Blocked', 'Excluded', 'Unknown'];

export async function collectReport(
  hub: Hub,
  { worldName, wallSeconds, queries, planning }: Measured,
): Promise<Report> {
  const { world, embedded, tally, interference } = hub;
  const targets = await readTargets(hub, planning?.verdicts);
  const plannedMs = embedded.cloud.clock.nowMs() - Date.parse(world.start);
  const calls = [...tally.calls].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    version: 1,
    world: worldName,
    seed: world.seed,
    virtualDuration: isoDuration(planning ? plannedMs : world.duration),
    wallSeconds,
    executions: executionsOf(hub),
    targets,
    summary: summaryOf(targets),
    plan: planning?.plan ?? unplanned,
    hub: hub.state(),
    remediations: [],
    catalog: await readCatalog(hub),
    queries,
    metrics: metricsOf(hub),
    alarms: embedded.monitoring.alarms.map(({ definition: { AlarmName: name }, state, history }) => ({
      name,
      state,
      history,
    })),
    explorer: [],
    events: hub.events,
    wire: { calls: Object.fromEntries(calls), denied: deniedOf(hub), throttled: interference.throttled },
    transitions: withoutPrefix(embedded.states.transitions()),
    invocations: withoutPrefix(embedded.lambda.invocations),
  };
}

function executionsOf({ embedded }: Hub): ExecutionReport[] {
  const triggers = ['schedule', 'event', 'manual', 'resume'] as const;
  const reports = embedded.states.executions().map(({ output = '{}', ...summary }) => ({
    ...summary,
    stateMachine: short(summary.stateMachine),
    trigger: triggers.find((known) => known === summary.trigger) ?? 'manual',
    refused: Refusing.safeParse(JSON.parse(output)).data?.refused ?? [],
  }));
  const key = ({ startedAt, stateMachine, name }: ExecutionReport) => `${startedAt} ${stateMachine} ${name}`;
  return reports.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function summaryOf(targets: readonly TargetReport[]): Record<string, number | null> {
  const count = (name: string) => targets.filter(({ status }) => status === name).length;
  const counts = Object.fromEntries(STATUSES.map((name) => [name, count(name)]));
  const inScope = targets.length - count('Excluded');
  return { ...counts, coverage: inScope === 0 ? null : (count('Healthy') + count('Empty')) / inScope };
}

function metricsOf({ embedded }: Hub): Report['metrics'] {
  return embedded.monitoring.metrics.all().map(({ namespace, name, dimensions, points }) => ({
    namespace,
    name,
    dimensions,
    datapoints: points.length,
    last: points.at(-1)?.value ?? 0,
  }));
}

/** Each kind of refusal once, however often it happened. */
function deniedOf({ embedded }: Hub): Report['wire']['denied'] {
  const kinds = new Map(embedded.authorizer.denials.map((denial) => [Object.values(denial).join(' '), denial]));
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, denial]) => denial);
}

function withoutPrefix(counts: Readonly<Record<string, number>>): Record<string, number> {
  const entries = Object.entries(counts).map(([name, count]) => [short(name), count]);
  return Object.fromEntries(entries.sort());
}

/** Names without the product's prefix, as the report has them. */
function short(name: string): string {
  return name.replace(/^muster-/, '');
}
