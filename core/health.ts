import type { ContentLedger } from './content-sample.ts';
import type { VerdictRecord } from './ledger.ts';
import { minutesSince } from './moment.ts';
import { Status } from './verdict.ts';

type StatusCounts = Record<Status, number>;

export interface Summary {
  readonly counts: StatusCounts;
  /** The share of targets in scope that need nothing, 0 to 1; null when none is in scope. */
  readonly coverage: number | null;
}

/** What a fleet's records add up to; fed record by record, so that a large ledger is never held. */
export interface Health {
  readonly counts: StatusCounts;
  readonly nodes: { Managed: number; Delivered: number; Missing: number; Stale: number; Silent: number };
  /** The age of the newest object of the target that waits longest, among those with online nodes. */
  oldestDeliveryMinutes: number;
}

export interface MetricFact {
  readonly name: string;
  /** A unit that CloudWatch knows; it has none for minutes. */
  readonly unit: 'Count' | 'None' | 'Seconds';
  readonly value: number;
}

export function noHealth(): Health {
  const counts: StatusCounts = {
    Healthy: 0,
    Converging: 0,
    Empty: 0,
    Degraded: 0,
    Failing: 0,
    Blocked: 0,
    Excluded: 0,
    Unknown: 0,
  };
  return { counts, nodes: { Managed: 0, Delivered: 0, Missing: 0, Stale: 0, Silent: 0 }, oldestDeliveryMinutes: 0 };
}

export function addRecord(health: Health, record: VerdictRecord): void {
  const { counts, nodes } = health;
  counts[record.status] += 1;
  nodes.Managed += record.nodesManaged ?? 0;
  nodes.Delivered += record.nodesDelivered ?? 0;
  nodes.Missing += record.nodesMissing ?? 0;
  nodes.Stale += record.nodesStale ?? 0;
  nodes.Silent += record.nodesSilent ?? 0;
  if (record.lastDeliveredAt === null || (record.nodesManaged ?? 0) === 0) return;
  const ageMinutes = minutesSince(record.lastDeliveredAt, new Date(record.judgedAt));
  health.oldestDeliveryMinutes = Math.max(health.oldestDeliveryMinutes, ageMinutes);
}

export function summarize({ counts }: Pick<Health, 'counts'>): Summary {
  const targets = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const inScope = targets - counts.Excluded;
  return { counts: { ...counts }, coverage: inScope === 0 ? null : (counts.Healthy + counts.Empty) / inScope };
}

/** What the records of a run do not tell. */
interface RunFacts extends Pick<ContentLedger, 'quarantined'> {
  readonly runSeconds: number;
}

/** Every metric of a run: as many for a hundred thousand targets as for ten, zeros included. Coverage is absent when no target is in scope. */
export function metricFacts(health: Health, { runSeconds, quarantined }: RunFacts): MetricFact[] {
  const { coverage } = summarize(health);
  const targets = Status.options.map((status) => count(`Targets${status}`, health.counts[status]));
  const nodes = Object.entries(health.nodes).map(([name, value]) => count(`Nodes${name}`, value));
  return [
    ...targets,
    ...(coverage === null ? [] : [{ name: 'Coverage', unit: 'None', value: coverage } as const]),
    ...nodes,
    count(
      'ObjectsQuarantined',
      Object.values(quarantined).reduce((sum, objects) => sum + objects, 0),
    ),
    { name: 'OldestDeliveryMinutes', unit: 'None', value: health.oldestDeliveryMinutes },
    { name: 'RunDuration', unit: 'Seconds', value: runSeconds },
  ];
}

function count(name: string, value: number): MetricFact {
  return { name, unit: 'Count', value };
}
