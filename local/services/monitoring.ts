/** Amazon CloudWatch metrics and alarms of the hub, evaluated on the virtual clock. */
import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { operationsNeeding, type Service } from '../cloud/service.ts';
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

export class Monitoring implements Service {
  readonly name = 'monitoring';
  readonly metrics = new MetricStore();
  readonly alarms: Alarm[] = [];
  readonly #cloud: Cloud;
  readonly #place: Place;
  readonly #onChange: (alarm: Alarm, previous: AlarmState) => void;

  readonly operations = operationsNeeding<typeof sdk>((_input, call) => [ownNeed('cloudwatch', call)], {
    GetMetricData: (input) => ({
      MetricDataResults: (input.MetricDataQueries ?? []).map((query) => answer(this.metrics, query, input)),
    }),
    ListMetrics: ({ Namespace, MetricName }) => {
      const all = this.metrics.all();
      const found = all.filter((it) => isOrAny(Namespace, it.namespace) && isOrAny(MetricName, it.name));
      const Metrics = found.map(({ namespace, name, dimensions }) => {
        const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
        return { Namespace: namespace, MetricName: name, Dimensions };
      });
      return { Metrics };
    },
    DescribeAlarms: ({ AlarmNames, StateValue }) => {
      const found = this.alarms.filter(
        ({ definition, state }) => (AlarmNames?.includes(definition.AlarmName) ?? true) && isOrAny(StateValue, state),
      );
      const MetricAlarms = found.map(({ definition, arn, state }) => {
        return { ...definition, AlarmArn: arn, StateValue: state };
      });
      return { MetricAlarms };
    },
  });

  /** `onChange` is told of each change of an alarm's state, for the event that CloudWatch publishes. */
  constructor(cloud: Cloud, place: Place, onChange: (alarm: Alarm, previous: AlarmState) => void) {
    this.#cloud = cloud;
    this.#place = place;
    this.#onChange = onChange;
  }

  /** @returns the alarm's ARN. It is evaluated every minute from now on. */
  putAlarm(definition: AlarmDefinition): string {
    const { account, region } = this.#place;
    const arn = `arn:${this.#cloud.partition}:cloudwatch:${region}:${account}:alarm:${definition.AlarmName}`;
    this.alarms.push({ definition, arn, state: 'INSUFFICIENT_DATA', history: [] });
    if (this.alarms.length === 1) this.#awaitLook();
    return arn;
  }

  #awaitLook(): void {
    const { clock } = this.#cloud;
    clock.at(clock.nowMs() + MINUTE_MS, 'cloudwatch alarms', () => {
      for (const alarm of this.alarms) this.#look(alarm);
      this.#awaitLook();
    });
  }

  #look(alarm: Alarm): void {
    const { clock } = this.#cloud;
    const { definition, state: previous } = alarm;
    const state = evaluateAlarm(definition, datapointsOf(this.metrics, definition, clock.nowMs()), previous);
    if (state === previous) return;
    alarm.state = state;
    alarm.history.push({ at: clock.now().toISOString(), state });
    this.#onChange(alarm, previous);
    this.#notify(alarm);
  }

  /** Actions run as CloudWatch, for the alarm; a topic that refuses it loses the message, as on AWS. */
  #notify({ definition, state, arn: sourceArn }: Alarm): void {
    const { AlarmName, AlarmActions, OKActions, AlarmDescription: Message } = definition;
    const { account: sourceAccount, region } = this.#place;
    const caller = { kind: 'service', principal: 'cloudwatch.amazonaws.com', sourceAccount, sourceArn } as const;
    for (const TopicArn of { ALARM: AlarmActions, OK: OKActions, INSUFFICIENT_DATA: [] }[state]) {
      const input = { TopicArn, Subject: `${state}: ${AlarmName}`, Message };
      this.#cloud.dispatch({ service: 'sns', operation: 'Publish', region, caller, input }).catch((error: unknown) => {
        if (!(error instanceof AwsFault)) throw error;
      });
    }
  }
}

function isOrAny(wanted: string | undefined, value: string): boolean {
  return wanted === undefined || wanted === value;
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
