import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

type Timetable = { enabled: boolean; runs: Record<string, { schedule: string; stateMachine: StateMachine }> };

/** Starts state machines by the clock. A start that EventBridge cannot deliver for a day is kept in a queue. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { enabled, runs }: Timetable) {
    super(scope, id);
    const deadLetterQueue = new Queue(this, 'Undelivered', {
      queueName: 'muster-undelivered-schedules',
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    for (const [name, { schedule, stateMachine }] of Object.entries(runs)) {
      new Rule(this, name, {
        ruleName: `muster-${name}`,
        description: `Starts muster-${name} by the clock`,
        schedule: Schedule.expression(schedule),
        enabled,
        targets: [new SfnStateMachine(stateMachine, { input: RuleTargetInput.fromObject({}), deadLetterQueue })],
      });
    }
    const reason = 'It is the dead-letter queue itself.';
    acknowledge(deadLetterQueue, { 'AwsSolutions-SQS3': reason, 'Serverless-SQSRedrivePolicy': reason });
  }
}
