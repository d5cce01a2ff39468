/** When an alarm changes state: pure, over the datapoints of its evaluation range. */
import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

type Given =
  | 'AlarmName'
  | 'AlarmDescription'
  | 'Namespace'
  | 'MetricName'
  | 'Dimensions'
  | 'Statistic'
  | 'Period'
  | 'EvaluationPeriods'
  | 'Threshold'
  | 'ComparisonOperator'
  | 'AlarmActions'
  | 'OKActions';

/** An AWS::CloudWatch::Alarm on one metric, as the templates give it. */
export type AlarmDefinition = { readonly [Name in Given]: NonNullable<MetricAlarm[Name]> } & {
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
};

/** Undefined stands for a period without data. */
export type Datapoint = number | undefined;

const BREACHES: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * The state after looking at the last `EvaluationPeriods` datapoints (CloudWatch user guide, "Alarm evaluation" and "Configuring how alarms treat missing data"):
 * ALARM when `DatapointsToAlarm` of them breach, missing ones counted as the alarm says.
 */
export function evaluateAlarm(
  { TreatMissingData: missing, ComparisonOperator, Threshold, ...alarm }: AlarmDefinition,
  datapoints: readonly Datapoint[],
  current: AlarmState,
): AlarmState {
  const isEmpty = datapoints.every((point) => point === undefined);
  if (isEmpty && missing === 'ignore') return current;
  if (isEmpty && missing === 'missing') return 'INSUFFICIENT_DATA';
  const breaching = datapoints.filter((point) =>
    point === undefined ? missing === 'breaching' : BREACHES[ComparisonOperator]?.(point, Threshold),
  );
  return breaching.length >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods) ? 'ALARM' : 'OK';
}
