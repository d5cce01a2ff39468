import { z } from 'zod';
import { ignored, Policy, resourceType } from '../resource.ts';

const Target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
});

export const messagingTypes = {
  'AWS::Events::Rule': resourceType(
    z.strictObject({
      Name: z.string(),
      EventPattern: z.record(z.string(), z.unknown()).optional(),
      ScheduleExpression: z.string().optional(),
      State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
      Targets: z.array(Target).default([]),
      Description: ignored,
    }),
    ({ Name: name, EventPattern, ScheduleExpression, State, Targets }, { services, account, region }) => {
      const { arn } = services.events.putRule({
        account,
        region,
        name,
        pattern: EventPattern && JSON.stringify(EventPattern),
        schedule: ScheduleExpression,
        enabled: State === 'ENABLED',
        targets: Targets,
      });
      return { ref: name, attributes: { Arn: arn } };
    },
  ),

  'AWS::SQS::Queue': resourceType(
    z.strictObject({
      QueueName: z.string(),
      SqsManagedSseEnabled: z.literal(true),
      MessageRetentionPeriod: ignored,
    }),
    ({ QueueName: name }, { services, account, region }) => {
      const { arn, url } = services.sqs.createQueue({ account, region, name });
      return { ref: url, attributes: { Arn: arn, QueueName: name } };
    },
  ),

  'AWS::SQS::QueuePolicy': resourceType(
    z.strictObject({ Queues: z.array(z.string()), PolicyDocument: Policy }),
    ({ Queues, PolicyDocument }, { services, region }) => {
      for (const url of Queues) services.sqs.setPolicy(url, region, PolicyDocument);
      return {};
    },
  ),

  'AWS::SNS::Topic': resourceType(
    z.strictObject({ TopicName: z.string(), KmsMasterKeyId: z.string() }),
    ({ TopicName, KmsMasterKeyId }, { services, account, region }) => {
      const arn = services.sns.createTopic({ account, region }, TopicName, KmsMasterKeyId);
      return { ref: arn, attributes: { TopicArn: arn, TopicName } };
    },
  ),

  'AWS::SNS::TopicPolicy': resourceType(
    z.strictObject({ Topics: z.array(z.string()), PolicyDocument: Policy }),
    ({ Topics, PolicyDocument }, { services }) => {
      for (const arn of Topics) services.sns.setPolicy(arn, PolicyDocument);
      return {};
    },
  ),

  'AWS::CloudWatch::Alarm': resourceType(
    z.strictObject({
      AlarmName: z.string(),
      AlarmDescription: z.string(),
      Namespace: z.string(),
      MetricName: z.string(),
      Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })),
      Statistic: z.enum(['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount']),
      Period: z.number(),
      EvaluationPeriods: z.number(),
      DatapointsToAlarm: z.number().exactOptional(),
      Threshold: z.number(),
      ComparisonOperator: z.enum([
        'GreaterThanThreshold',
        'GreaterThanOrEqualToThreshold',
        'LessThanThreshold',
        'LessThanOrEqualToThreshold',
      ]),
      TreatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']),
      ActionsEnabled: z.literal(true),
      AlarmActions: z.array(z.string()),
      OKActions: z.array(z.string()).default([]),
    }),
    ({ ActionsEnabled: _, ...definition }, { services }) => {
      const arn = services.monitoring.putAlarm(definition);
      return { ref: definition.AlarmName, attributes: { Arn: arn } };
    },
  ),
};
