import { describe, expect, it } from 'vitest';
import { addRecord, metricFacts, noHealth, summarize } from '../../core/health.ts';
import { judgeTarget } from '../../core/judge.ts';
import { type VerdictRecord, verdictRecord } from '../../core/ledger.ts';
import { Status } from '../../core/verdict.ts';
import { evidenceOf, iso } from './a-target.ts';

const evidence = evidenceOf({ now: 180 });
const aRecord = (record: Partial<VerdictRecord>) => ({ ...verdictRecord(evidence, judgeTarget(evidence)), ...record });

function healthOf(...records: Partial<VerdictRecord>[]) {
  const health = noHealth();
  for (const record of records) addRecord(health, aRecord(record));
  return health;
}

describe('the summary of a fleet', () => {
  it('counts every status, those that no target has too', () => {
    const { counts } = summarize(healthOf({ status: 'Healthy' }, { status: 'Healthy' }, { status: 'Blocked' }));
    expect(Object.keys(counts).sort()).toEqual([...Status.options].sort());
    expect(counts).toMatchObject({ Healthy: 2, Blocked: 1, Failing: 0 });
  });

  it.each<[string, Status[], number | null]>([
    ['counts Healthy and Empty targets as covered', ['Healthy', 'Empty', 'Failing', 'Degraded'], 0.5],
    ['leaves excluded targets out', ['Healthy', 'Excluded'], 1],
    ['never counts Unknown or Converging as covered', ['Unknown', 'Converging'], 0],
    ['is null when nothing is in scope', ['Excluded'], null],
    ['is null without a target', [], null],
  ])('%s', (_, statuses, coverage) => {
    expect(summarize(healthOf(...statuses.map((status) => ({ status }))))).toMatchObject({ coverage });
  });
});

describe('the metrics of a run', () => {
  const facts = metricFacts(
    healthOf(
      {
        status: 'Degraded',
        nodesManaged: 3,
        nodesDelivered: 2,
        nodesMissing: 1,
        nodesStale: 1,
        nodesSilent: 4,
        lastDeliveredAt: iso(150),
      },
      { status: 'Healthy', nodesManaged: 2, nodesDelivered: 2, lastDeliveredAt: iso(170) },
      { status: 'Empty', nodesManaged: 0, lastDeliveredAt: iso(-9_000) },
      {
        status: 'Blocked',
        nodesManaged: null,
        nodesDelivered: null,
        nodesMissing: null,
        nodesStale: null,
        nodesSilent: null,
        lastDeliveredAt: iso(-9_000),
      },
    ),
    { runSeconds: 42, quarantined: { NotJsonLines: 2, NodeMismatch: 1 } },
  );
  const metric = (name: string) => facts.find((fact) => fact.name === name)?.value;

  it('are as many for any fleet, and at most 24', () => {
    expect(facts).toHaveLength(17);
    expect(new Set(facts.map(({ name }) => name)).size).toBe(17);
  });

  it.each([
    ['TargetsDegraded', 1],
    ['TargetsFailing', 0],
    ['Coverage', 0.5],
    ['NodesManaged', 5],
    ['NodesDelivered', 4],
    ['NodesMissing', 1],
    ['NodesStale', 1],
    ['NodesSilent', 4],
    ['OldestDeliveryMinutes', 30],
    ['ObjectsQuarantined', 3],
    ['RunDuration', 42],
  ])('hold %s', (name, value) => {
    expect(metric(name)).toBe(value);
  });

  it('are zeros for an empty fleet, but its coverage is absent rather than good or bad', () => {
    const none = metricFacts(noHealth(), { runSeconds: 1, quarantined: {} });
    expect(none.filter(({ value }) => value !== 0).map(({ name }) => name)).toEqual(['RunDuration']);
    expect(none.map(({ name }) => name)).not.toContain('Coverage');
  });
});
