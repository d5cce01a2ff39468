/** When an alarm changes state: pure, over the datapoints of its evaluation range. */

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** An AWS::CloudWatch::Alarm on one metric, as the template gives it. */
export interface AlarmDefinition {
  readonly AlarmName: string;
  readonly AlarmDescription?: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Statistic: 'Average' | 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount';
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator:
    | 'GreaterThanThreshold'
    | 'GreaterThanOrEqualToThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold';
  readonly TreatMissingData?: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
  readonly AlarmActions?: readonly string[];
  readonly OKActions?: readonly string[];
}

/** Undefined stands for a period without data. */
export type Datapoint = number | undefined;

/**
 * The state after looking at the last `EvaluationPeriods` datapoints (CloudWatch user guide, "Alarm evaluation" and "Configuring how alarms treat missing data"):
 * ALARM when `DatapointsToAlarm` of them breach, missing ones counted as the alarm says.
 */
export function evaluateAlarm(
  alarm: AlarmDefinition,
  datapoints: readonly Datapoint[],
  current: AlarmState,
): AlarmState {
  const treat = alarm.TreatMissingData ?? 'missing';
  if (datapoints.every((point) => point === undefined)) {
    if (treat === 'ignore') return current;
    if (treat === 'missing') return 'INSUFFICIENT_DATA';
  }
  const breaching = datapoints.filter((point) =>
    point === undefined ? treat === 'breaching' : breaches(alarm, point),
  );
  return breaching.length >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods) ? 'ALARM' : 'OK';
}

function breaches({ ComparisonOperator, Threshold }: AlarmDefinition, value: number): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanThreshold':
      return value > Threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'LessThanThreshold':
      return value < Threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= Threshold;
  }
}
