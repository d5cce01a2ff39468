/** Amazon CloudWatch metrics and alarms of the hub, evaluated on the virtual clock. */
import type {
  DescribeAlarmsCommandInput,
  DescribeAlarmsCommandOutput,
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  ListMetricsCommandInput,
  ListMetricsCommandOutput,
  MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operation, type Service } from '../cloud/service.ts';
import { type AlarmDefinition, type AlarmState, type Datapoint, evaluateAlarm } from './monitoring-alarm.ts';
import { type Dimensions, MetricStore, type Series, type Statistic } from './monitoring-metrics.ts';

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
    for (const alarm of alarms) evaluate(alarm);
    cloud.clock.at(cloud.clock.nowMs() + MINUTE_MS, 'cloudwatch alarms', look);
  };

  const evaluate = (alarm: Alarm) => {
    const state = evaluateAlarm(
      alarm.definition,
      datapointsOf(metrics, alarm.definition, cloud.clock.nowMs()),
      alarm.state,
    );
    if (state === alarm.state) return;
    const previous = alarm.state;
    alarm.state = state;
    alarm.history.push({ at: cloud.clock.now().toISOString(), state });
    onChange(alarm, previous);
    notify(cloud, place, alarm);
  };

  return {
    name: 'monitoring',
    metrics,
    ingest: (line) => metrics.ingest(line),
    alarms: () => alarms,
    putAlarm(definition) {
      const arn = `arn:${cloud.partition}:cloudwatch:${place.region}:${place.account}:alarm:${definition.AlarmName}`;
      alarms.push({ definition, arn, state: 'INSUFFICIENT_DATA', history: [] });
      if (alarms.length === 1) cloud.clock.at(cloud.clock.nowMs() + MINUTE_MS, 'cloudwatch alarms', look);
      return arn;
    },
    operations: operationsOver(metrics, alarms),
  };
}

function operationsOver(metrics: MetricStore, alarms: readonly Alarm[]): Service['operations'] {
  return {
    GetMetricData: operation<GetMetricDataCommandInput, GetMetricDataCommandOutput>({
      needs: (_input, call) => anywhere(call, 'cloudwatch:GetMetricData'),
      run: (input) => ({
        MetricDataResults: (input.MetricDataQueries ?? []).map((query) => answer(metrics, query, input)),
      }),
    }),
    ListMetrics: operation<ListMetricsCommandInput, ListMetricsCommandOutput>({
      needs: (_input, call) => anywhere(call, 'cloudwatch:ListMetrics'),
      run: ({ Namespace, MetricName }) => ({
        Metrics: metrics
          .all()
          .filter(
            ({ namespace, name }) => (!Namespace || namespace === Namespace) && (!MetricName || name === MetricName),
          )
          .map(({ namespace, name, dimensions }) => ({
            Namespace: namespace,
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          })),
      }),
    }),
    DescribeAlarms: operation<DescribeAlarmsCommandInput, DescribeAlarmsCommandOutput>({
      needs: (_input, call) => anywhere(call, 'cloudwatch:DescribeAlarms'),
      run: ({ AlarmNames, StateValue }) => ({
        MetricAlarms: alarms
          .filter(
            ({ definition, state }) =>
              (AlarmNames?.includes(definition.AlarmName) ?? true) && (!StateValue || state === StateValue),
          )
          .map(
            ({ definition, arn, state }) =>
              ({ ...structuredClone(definition), AlarmArn: arn, StateValue: state }) as object,
          ),
      }),
    }),
  };
}

function anywhere(call: Call, action: string) {
  return [{ action, resource: '*', owner: accountOf(call.caller) }];
}

/** The last complete periods before `nowMs`, oldest first. */
function datapointsOf(metrics: MetricStore, alarm: AlarmDefinition, nowMs: number): Datapoint[] {
  const periodMs = alarm.Period * 1000;
  const endMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const series = metrics.lookUp(alarm.Namespace, alarm.MetricName, pairs(alarm.Dimensions));
  return Array.from({ length: alarm.EvaluationPeriods }, (_, index) => {
    const startMs = endMs - (alarm.EvaluationPeriods - index) * periodMs;
    return metrics.statistic(series, alarm.Statistic, [startMs, startMs + periodMs]);
  });
}

function pairs(dimensions: AlarmDefinition['Dimensions'] = []): Dimensions {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
}

/** Actions run as CloudWatch, for the alarm; a topic that refuses it loses the message, as on AWS. */
function notify(cloud: Cloud, { account, region }: Place, { definition, state, arn }: Alarm): void {
  const actions = { ALARM: definition.AlarmActions, OK: definition.OKActions, INSUFFICIENT_DATA: [] }[state] ?? [];
  for (const TopicArn of actions)
    cloud
      .dispatch({
        service: 'sns',
        operation: 'Publish',
        region,
        caller: { kind: 'service', principal: 'cloudwatch.amazonaws.com', sourceAccount: account, sourceArn: arn },
        input: { TopicArn, Subject: `${state}: ${definition.AlarmName}`, Message: definition.AlarmDescription ?? '' },
      })
      .catch((error: unknown) => {
        if (!(error instanceof AwsFault)) throw error;
      });
}

function answer(
  metrics: MetricStore,
  { Id, Label, MetricStat }: MetricDataQuery,
  { StartTime, EndTime, ScanBy }: GetMetricDataCommandInput,
) {
  if (!MetricStat?.Metric || !MetricStat.Period)
    throw new AwsFault('ValidationError', 'only queries with a MetricStat are served');
  const { Metric, Period, Stat } = MetricStat;
  const dimensions = Object.fromEntries((Metric.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
  const series: Series | undefined = metrics.lookUp(Metric.Namespace ?? '', Metric.MetricName ?? '', dimensions);
  const periodMs = Period * 1000;
  const points: { at: Date; value: number }[] = [];
  const firstMs = Math.floor((StartTime?.getTime() ?? 0) / periodMs) * periodMs;
  for (let startMs = firstMs; startMs < (EndTime?.getTime() ?? 0); startMs += periodMs) {
    const value = metrics.statistic(series, Stat as Statistic, [startMs, startMs + periodMs]);
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
