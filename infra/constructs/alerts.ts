import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Config } from '../config.ts';

/** How long after one run the next is due. A cron expression counts as daily, and a day is the longest period of an alarm. */
export function scheduleInterval(schedule: string): Duration {
  const [, count = '1', unit = 'day'] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  const minutesPerUnit = { minute: 1, hour: 60 }[unit] ?? 1440;
  return Duration.minutes(Math.min(Number(count) * minutesPerUnit, 1440));
}

type Watch = Pick<AlarmProps, 'threshold' | 'comparisonOperator' | 'treatMissingData'> & {
  metric: string;
  statistic: string;
  meaning: string;
};

/** The alarms, and the topic that carries them. Each has a section of its name in docs/runbook.md. */
export class Alerts extends Construct {
  constructor(scope: Construct, id: string, { notifications, objectives, schedules }: Config) {
    super(scope, id);
    const action = new SnsAction(this.#topic(notifications.emails));
    // Two looks: one bad value, or one run that is late, wakes nobody.
    const looks = { period: scheduleInterval(schedules.assess), evaluationPeriods: 2, datapointsToAlarm: 2 };
    const watch = (alarmName: string, { metric: metricName, statistic, meaning, ...rule }: Watch) => {
      const { period, ...counts } = looks;
      const metric = new Metric({
        namespace: 'Muster',
        metricName,
        // The one that Powertools adds by itself; it has one value, so the series do not grow with the fleet.
        dimensionsMap: { service: 'muster' },
        statistic,
        period,
      });
      const alarm = new Alarm(this, alarmName.replace('/', ''), {
        ...rule,
        ...counts,
        alarmName,
        metric,
        alarmDescription: `${meaning} See docs/runbook.md, ${alarmName}.`,
        actionsEnabled: schedules.enabled,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    };

    watch('Health/CoverageLow', {
      metric: 'Coverage',
      statistic: Stats.MINIMUM,
      threshold: objectives.coverage,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.IGNORE,
      meaning: 'Fewer targets are healthy than the objective asks for.',
    });
    watch('Health/TargetsFailing', {
      metric: 'TargetsFailing',
      statistic: Stats.MINIMUM,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.IGNORE,
      meaning: 'Inventory of at least one target does not arrive.',
    });
    watch('Pipeline/RunMissing', {
      metric: 'RunDuration',
      statistic: Stats.SAMPLE_COUNT,
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
      meaning: 'No run came to its end, so nobody knows how the targets are.',
    });
  }

  #topic(emails: string[]): Topic {
    const alarms = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const byAlarms = (actions: string[], resource: string) =>
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions,
        resources: [resource],
        conditions: { ArnLike: { 'aws:SourceArn': alarms }, StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      });
    const key = new Key(this, 'Key', { description: 'Muster: alarms on their way', enableKeyRotation: true });
    key.addToResourcePolicy(byAlarms(['kms:GenerateDataKey', 'kms:Decrypt'], '*'));
    const topic = new Topic(this, 'Topic', { topicName: 'muster-alarms', masterKey: key, enforceSSL: true });
    topic.addToResourcePolicy(byAlarms(['sns:Publish'], topic.topicArn));
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    acknowledge(this, {
      'Serverless-SNSRedrivePolicy': 'Mail is the last stop: it cannot be delivered to a queue instead.',
    });
    return topic;
  }
}
