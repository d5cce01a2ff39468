import { z } from 'zod';
import { ignored, Policy, type ResourceType, resourceType } from '../resource.ts';

const Target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  RetryPolicy: z
    .strictObject({ MaximumRetryAttempts: z.number().optional(), MaximumEventAgeInSeconds: z.number().optional() })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
});

const rule = resourceType(
  'AWS::Events::Rule',
  z.strictObject({
    Name: z.string().optional(),
    EventPattern: z.record(z.string(), z.unknown()).optional(),
    ScheduleExpression: z.string().optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Targets: z.array(Target).default([]),
    EventBusName: z.literal('default').optional(),
    Description: ignored,
  }),
  ({ Name, EventPattern, ScheduleExpression, State, Targets }, { services, account, region, nameWithin }) => {
    const name = Name ?? nameWithin(64);
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
);

const queue = resourceType(
  'AWS::SQS::Queue',
  z.strictObject({
    QueueName: z.string().optional(),
    VisibilityTimeout: z.number().optional(),
    RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
    SqsManagedSseEnabled: z.literal(true).optional(),
    MessageRetentionPeriod: ignored,
    Tags: ignored,
  }),
  ({ QueueName, VisibilityTimeout, RedrivePolicy }, { services, account, region, nameWithin }) => {
    const name = QueueName ?? nameWithin(80);
    const settings = { account, region, name, visibilitySeconds: VisibilityTimeout, redrive: RedrivePolicy };
    const { arn, url } = services.sqs.createQueue(settings);
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
);

const queuePolicy = resourceType(
  'AWS::SQS::QueuePolicy',
  z.strictObject({ Queues: z.array(z.string()), PolicyDocument: Policy }),
  ({ Queues, PolicyDocument }, { services, region, nameWithin }) => {
    for (const url of Queues) services.sqs.setPolicy(url, region, PolicyDocument);
    return { ref: nameWithin(80) };
  },
);

const topic = resourceType(
  'AWS::SNS::Topic',
  z.strictObject({
    TopicName: z.string().optional(),
    KmsMasterKeyId: z.string().optional(),
    DisplayName: ignored,
    Tags: ignored,
  }),
  ({ TopicName, KmsMasterKeyId }, { services, account, region, nameWithin }) => {
    const name = TopicName ?? nameWithin(256);
    const arn = services.sns.createTopic({ account, region }, name, KmsMasterKeyId);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
);

const topicPolicy = resourceType(
  'AWS::SNS::TopicPolicy',
  z.strictObject({ Topics: z.array(z.string()), PolicyDocument: Policy }),
  ({ Topics, PolicyDocument }, { services, nameWithin }) => {
    for (const arn of Topics) services.sns.setPolicy(arn, PolicyDocument);
    return { ref: nameWithin(80) };
  },
);

export const messagingTypes: readonly ResourceType[] = [rule, queue, queuePolicy, topic, topicPolicy];
