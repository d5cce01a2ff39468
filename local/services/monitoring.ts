/** Amazon CloudWatch metrics and alarms of the hub, evaluated on the virtual clock. */
import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type Call, operationsNeeding, type Service } from '../cloud/service.ts';
import { type AlarmDefinition, type AlarmState, evaluateAlarm } from './monitoring-alarm.ts';
import { MetricStore } from './monitoring-metrics.ts';
import { ownNeed } from './need.ts';

const MINUTE_MS = 60_000;

export interface Alarm {
  readonly definition: AlarmDefinition;
  readonly arn: string;
  readonly history: { readonly at: string; readonly state: AlarmState }[];
  state: AlarmState;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

export interface Monitoring extends Service {
  readonly metrics: MetricStore;
  /** One line of a function's log; what is not embedded metric format is passed over. */
  ingest(line: string): void;
  /** @returns the alarm's ARN. It is evaluated every minute from now on. */
  putAlarm(definition: AlarmDefinition): string;
  alarms(): readonly Alarm[];
}

/** `onChange` is told of each change of state, for the event that CloudWatch publishes. */
export function createMonitoring(
  cloud: Cloud,
  place: Place,
  onChange: (alarm: Alarm, previous: AlarmState) => void,
): Monitoring {
  const metrics = new MetricStore();
  const alarms: Alarm[] = [];

  const look = () => {
    for (const alarm of alarms) {
      const { definition, state: previous } = alarm;
      const state = evaluateAlarm(definition, datapointsOf(metrics, definition, cloud.clock.nowMs()), previous);
      if (state === previous) continue;
      alarm.state = state;
      alarm.history.push({ at: cloud.clock.now().toISOString(), state });
      onChange(alarm, previous);
      notify(cloud, place, alarm);
    }
    lookAgain();
  };
  const lookAgain = () => cloud.clock.at(cloud.clock.nowMs() + MINUTE_MS, 'cloudwatch alarms', look);

  return {
    name: 'monitoring',
    metrics,
    ingest: (line) => metrics.ingest(line),
    alarms: () => alarms,
    putAlarm(definition) {
      const arn = `arn:${cloud.partition}:cloudwatch:${place.region}:${place.account}:alarm:${definition.AlarmName}`;
      alarms.push({ definition, arn, state: 'INSUFFICIENT_DATA', history: [] });
      if (alarms.length === 1) lookAgain();
      return arn;
    },
    operations: operationsOver(metrics, alarms),
  };
}

function operationsOver(metrics: MetricStore, alarms: readonly Alarm[]): Service['operations'] {
  const isOrAny = (wanted: string | undefined, value: string) => wanted === undefined || wanted === value;
  const needs = (_input: unknown, call: Call) => [ownNeed('cloudwatch', call)];
  return operationsNeeding<typeof sdk>(needs, {
    GetMetricData: (input) => ({
      MetricDataResults: (input.MetricDataQueries ?? []).map((query) => answer(metrics, query, input)),
    }),
    ListMetrics: ({ Namespace, MetricName }) => {
      const found = metrics.all().filter((it) => isOrAny(Namespace, it.namespace) && isOrAny(MetricName, it.name));
      const Metrics = found.map(({ namespace, name, dimensions }) => {
        const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
        return { Namespace: namespace, MetricName: name, Dimensions };
      });
      return { Metrics };
    },
    DescribeAlarms: ({ AlarmNames, StateValue }) => {
      const found = alarms.filter(
        ({ definition, state }) => (AlarmNames?.includes(definition.AlarmName) ?? true) && isOrAny(StateValue, state),
      );
      return {
        MetricAlarms: found.map(({ definition, arn: AlarmArn, state }) => ({
          ...definition,
          AlarmArn,
          StateValue: state,
        })),
      };
    },
  });
}

/** The last complete periods before `nowMs`, oldest first. */
function datapointsOf(metrics: MetricStore, alarm: AlarmDefinition, nowMs: number) {
  const { EvaluationPeriods: count, Period, Statistic } = alarm;
  const endMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: count }, (_, index) => {
    const startMs = endMs - (count - index) * Period * 1000;
    return metrics.statistic(seriesOf(alarm), Statistic, [startMs, startMs + Period * 1000]);
  });
}

function seriesOf({ Namespace = '', MetricName = '', Dimensions = [] }: sdk.Metric) {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
  return { namespace: Namespace, name: MetricName, dimensions };
}

/** Actions run as CloudWatch, for the alarm; a topic that refuses it loses the message, as on AWS. */
function notify(cloud: Cloud, { account, region }: Place, { definition, state, arn }: Alarm): void {
  const { AlarmName, AlarmActions, OKActions, AlarmDescription: Message } = definition;
  const topics = { ALARM: AlarmActions, OK: OKActions, INSUFFICIENT_DATA: [] }[state];
  const caller = {
    kind: 'service',
    principal: 'cloudwatch.amazonaws.com',
    sourceAccount: account,
    sourceArn: arn,
  } as const;
  for (const TopicArn of topics) {
    const input = { TopicArn, Subject: `${state}: ${AlarmName}`, Message };
    cloud.dispatch({ service: 'sns', operation: 'Publish', region, caller, input }).catch((error: unknown) => {
      if (!(error instanceof AwsFault)) throw error;
    });
  }
}

function answer(
  metrics: MetricStore,
  { Id, Label, MetricStat }: sdk.MetricDataQuery,
  { StartTime, EndTime, ScanBy }: sdk.GetMetricDataCommandInput,
) {
  if (!MetricStat?.Metric || !MetricStat.Period)
    throw new AwsFault('ValidationError', 'only queries with a MetricStat are served');
  const { Metric, Stat = '' } = MetricStat;
  const periodMs = MetricStat.Period * 1000;
  const points: { at: Date; value: number }[] = [];
  const firstMs = Math.floor((StartTime?.getTime() ?? 0) / periodMs) * periodMs;
  for (let startMs = firstMs; startMs < (EndTime?.getTime() ?? 0); startMs += periodMs) {
    const value = metrics.statistic(seriesOf(Metric), Stat, [startMs, startMs + periodMs]);
    if (value !== undefined) points.push({ at: new Date(startMs), value });
  }
  if (ScanBy !== 'TimestampAscending') points.reverse();
  return {
    Id,
    Label: Label ?? Metric.MetricName,
    Timestamps: points.map(({ at }) => at),
    Values: points.map(({ value }) => value),
    StatusCode: 'Complete' as const,
  };
}
