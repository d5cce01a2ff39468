import type {
  DescribeAlarmsCommandOutput,
  GetMetricDataCommandOutput,
  ListMetricsCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import { Monitoring } from '../../../local/services/monitoring.ts';
import { type AlarmDefinition, evaluateAlarm } from '../../../local/services/monitoring-alarm.ts';
import { createSns } from '../../../local/services/sns.ts';

const START = Date.parse('2026-11-02T06:00:00Z');
const place = { account: '100000000002', region: 'us-east-1' };
const administrator = { kind: 'administrator', account: place.account, arn: 'arn:aws:iam::100000000002:root' } as const;
const low: AlarmDefinition = {
  AlarmName: 'Fleet/Coverage',
  AlarmDescription: 'Too little',
  Dimensions: [],
  AlarmActions: [],
  OKActions: [],
  Namespace: 'Muster',
  MetricName: 'Coverage',
  Statistic: 'Minimum',
  Period: 3600,
  EvaluationPeriods: 2,
  DatapointsToAlarm: 2,
  Threshold: 0.9,
  ComparisonOperator: 'LessThanThreshold',
  TreatMissingData: 'breaching',
};
const emf = (atMs: number, value: number | number[]) =>
  JSON.stringify({
    _aws: {
      Timestamp: atMs,
      CloudWatchMetrics: [{ Namespace: 'Muster', Dimensions: [['service']], Metrics: [{ Name: 'Coverage' }] }],
    },
    service: 'muster',
    Coverage: value,
  });

function hub() {
  const cloud = new Cloud(new Clock(new Date(START)), new Draw(1));
  const changes: string[] = [];
  const sns = createSns(cloud);
  const monitoring = new Monitoring(cloud, place, ({ state }, previous) => changes.push(`${previous} -> ${state}`));
  cloud.add(monitoring, sns, { name: 'kms', operations: { GenerateDataKey: { needs: () => [], run: () => ({}) } } });
  return { cloud, monitoring, sns, changes };
}

describe('an alarm (CloudWatch user guide, "Alarm evaluation")', () => {
  it.each([
    ['enough breaching datapoints', {}, [0.5, 0.5], 'ALARM'],
    ['too few breaching datapoints', {}, [0.95, 0.5], 'OK'],
    ['one of two, when one is enough', { DatapointsToAlarm: 1 }, [0.95, 0.5], 'ALARM'],
    ['a missing datapoint that breaches', {}, [undefined, 0.5], 'ALARM'],
    ['a missing datapoint that does not', { TreatMissingData: 'notBreaching' }, [undefined, 0.5], 'OK'],
    [
      'nothing but missing data, treated as missing',
      { TreatMissingData: 'missing' },
      [undefined, undefined],
      'INSUFFICIENT_DATA',
    ],
    ['nothing but missing data, ignored', { TreatMissingData: 'ignore' }, [undefined, undefined], 'OK'],
    ['nothing but missing data that breaches', {}, [undefined, undefined], 'ALARM'],
    ['a value above', { ComparisonOperator: 'GreaterThanThreshold' }, [1, 1], 'ALARM'],
    ['a value at the limit', { ComparisonOperator: 'GreaterThanOrEqualToThreshold' }, [0.9, 0.9], 'ALARM'],
    ['a value at the lower limit', { ComparisonOperator: 'LessThanOrEqualToThreshold' }, [0.9, 0.9], 'ALARM'],
  ] as const)('judges %s', (_case, change, datapoints, state) => {
    expect(evaluateAlarm({ ...low, ...change }, datapoints, 'OK')).toBe(state);
  });

  it('is evaluated every minute of virtual time, tells its topic and recovers', async () => {
    const { cloud, monitoring, sns, changes } = hub();
    const topic = sns.createTopic(place, 'muster', 'arn:aws:kms:us-east-1:100000000002:key/k');
    const alarm = {
      ...low,
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Dimensions: [{ Name: 'service', Value: 'muster' }],
    };
    monitoring.putAlarm({ ...alarm, AlarmActions: [topic], OKActions: [topic] });
    monitoring.metrics.ingest(emf(START + 90_000, 0.99));
    await cloud.clock.advanceTo(START + 240_000);
    expect(changes).toEqual(['INSUFFICIENT_DATA -> ALARM', 'ALARM -> OK', 'OK -> ALARM']);
    expect(sns.messages().map(({ subject }) => subject)).toEqual([
      'ALARM: Fleet/Coverage',
      'OK: Fleet/Coverage',
      'ALARM: Fleet/Coverage',
    ]);
  });

  it('loses its message when the topic is gone', async () => {
    const { cloud, monitoring, sns } = hub();
    monitoring.putAlarm({ ...low, AlarmActions: ['arn:aws:sns:us-east-1:100000000002:gone'] });
    await cloud.clock.advanceTo(START + 120_000);
    expect(sns.messages()).toEqual([]);
  });
});

describe('embedded metric format', () => {
  it('becomes series, several values a line too; other lines are no metrics', async () => {
    const { cloud, monitoring } = hub();
    monitoring.metrics.ingest('INIT_START Runtime Version');
    monitoring.metrics.ingest(emf(START, [0.5, 0.7]));
    monitoring.metrics.ingest(emf(START + 3_600_000, 1));
    const listed = await cloud.ask<ListMetricsCommandOutput>({
      service: 'monitoring',
      operation: 'ListMetrics',
      region: place.region,
      caller: administrator,
      input: { Namespace: 'Muster' },
    });
    expect(listed.Metrics).toEqual([
      { Namespace: 'Muster', MetricName: 'Coverage', Dimensions: [{ Name: 'service', Value: 'muster' }] },
    ]);
    const data = await cloud.ask<GetMetricDataCommandOutput>({
      service: 'monitoring',
      operation: 'GetMetricData',
      region: place.region,
      caller: administrator,
      input: {
        StartTime: new Date(START),
        EndTime: new Date(START + 7_200_000),
        MetricDataQueries: [{ Id: 'a', MetricStat: { Metric: listed.Metrics?.[0], Period: 3600, Stat: 'Average' } }],
      },
    });
    expect(data.MetricDataResults).toEqual([
      {
        Id: 'a',
        Label: 'Coverage',
        Timestamps: [new Date(START + 3_600_000), new Date(START)],
        Values: [1, 0.6],
        StatusCode: 'Complete',
      },
    ]);
  });

  it.each([
    ['SampleCount', 2],
    ['Sum', 6],
    ['Average', 3],
    ['Minimum', 2],
    ['Maximum', 4],
  ])('has the statistic %s (CloudWatch user guide, "Statistics definitions")', async (Stat, value) => {
    const { cloud, monitoring } = hub();
    monitoring.metrics.ingest(emf(START, [2, 4]));
    const Metric = { Namespace: 'Muster', MetricName: 'Coverage', Dimensions: [{ Name: 'service', Value: 'muster' }] };
    const ask = (MetricDataQueries: object[]) => {
      const range = { StartTime: new Date(START), EndTime: new Date(START + 3_600_000), ScanBy: 'TimestampAscending' };
      return cloud.ask<GetMetricDataCommandOutput>({
        service: 'monitoring',
        operation: 'GetMetricData',
        region: place.region,
        caller: administrator,
        input: { ...range, MetricDataQueries },
      });
    };
    const { MetricDataResults } = await ask([{ Id: 'a', Label: 'b', MetricStat: { Metric, Period: 60, Stat } }]);
    expect(MetricDataResults).toMatchObject([{ Label: 'b', Values: [value] }]);
    await expect(ask([{ Id: 'a', Expression: '1 + 1' }])).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe('DescribeAlarms (CloudWatch API reference)', () => {
  it.each([
    [{}, ['Fleet/Coverage', 'Other']],
    [{ AlarmNames: ['Other'] }, ['Other']],
    [{ StateValue: 'OK' }, []],
    [{ StateValue: 'INSUFFICIENT_DATA' }, ['Fleet/Coverage', 'Other']],
  ])('%j', async (input, names) => {
    const { cloud, monitoring } = hub();
    for (const AlarmName of ['Fleet/Coverage', 'Other']) monitoring.putAlarm({ ...low, AlarmName });
    const call = { service: 'monitoring', operation: 'DescribeAlarms', region: place.region } as const;
    const answer = await cloud.ask<DescribeAlarmsCommandOutput>({ ...call, caller: administrator, input });
    expect(answer.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(names);
  });
});
