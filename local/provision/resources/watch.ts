import { z } from 'zod';
import { ignored, type ResourceType, resourceType } from '../resource.ts';

const alarm = resourceType(
  'AWS::CloudWatch::Alarm',
  z.strictObject({
    AlarmName: z.string().optional(),
    Namespace: z.string(),
    MetricName: z.string(),
    Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
    Statistic: z.enum(['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount']),
    Period: z.number(),
    EvaluationPeriods: z.number(),
    DatapointsToAlarm: z.number().optional(),
    Threshold: z.number(),
    ComparisonOperator: z.enum([
      'GreaterThanThreshold',
      'GreaterThanOrEqualToThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
    ]),
    TreatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']).default('missing'),
    AlarmActions: z.array(z.string()).default([]),
    OKActions: z.array(z.string()).default([]),
    AlarmDescription: z.string().optional(),
    ActionsEnabled: z.literal(true).optional(),
    Tags: ignored,
  }),
  (properties, { services, nameWithin }) => {
    const AlarmName = properties.AlarmName ?? nameWithin(255);
    const { AlarmDescription, ActionsEnabled: _enabled, Tags: _tags, DatapointsToAlarm, ...definition } = properties;
    const arn = services.monitoring.putAlarm({
      ...definition,
      AlarmName,
      ...(AlarmDescription && { AlarmDescription }),
      ...(DatapointsToAlarm && { DatapointsToAlarm }),
    });
    return { ref: AlarmName, attributes: { Arn: arn } };
  },
);

/** What CDK notes about itself. */
const metadata = resourceType('AWS::CDK::Metadata', z.unknown(), () => ({ ref: 'CDKMetadata' }));

export const watchTypes: readonly ResourceType[] = [alarm, metadata];
