/** Amazon SNS topics as far as alarms publish to them. */
import type { PublishCommandInput, PublishCommandOutput } from '@aws-sdk/client-sns';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type Call, operation, type Service } from '../cloud/service.ts';
import type { PolicyDocument } from '../iam/policy.ts';

interface Topic {
  readonly arn: string;
  readonly account: string;
  readonly kmsKeyId: string | undefined;
  policy: PolicyDocument | undefined;
}

interface Message {
  readonly topicArn: string;
  readonly subject: string;
  readonly text: string;
  readonly at: string;
}

export interface Sns extends Service {
  createTopic(place: { account: string; region: string }, name: string, kmsKeyId?: string): string;
  setPolicy(topicArn: string, policy: PolicyDocument): void;
  messages(): readonly Message[];
}

export function createSns(cloud: Cloud): Sns {
  const topics = new Map<string, Topic>();
  const messages: Message[] = [];
  const topicOf = (arn = ''): Topic => {
    const topic = topics.get(arn);
    if (!topic) throw new AwsFault('NotFoundException', 'Topic does not exist', { status: 404 });
    return topic;
  };

  return {
    name: 'sns',
    messages: () => messages,
    createTopic({ account, region }, name, kmsKeyId) {
      const arn = `arn:${cloud.partition}:sns:${region}:${account}:${name}`;
      topics.set(arn, { arn, account, kmsKeyId, policy: undefined });
      return arn;
    },
    setPolicy(topicArn, policy) {
      topicOf(topicArn).policy = policy;
    },
    operations: {
      Publish: operation<PublishCommandInput, PublishCommandOutput>({
        needs({ TopicArn }) {
          const { arn, account, policy } = topicOf(TopicArn);
          return [{ action: 'sns:Publish', resource: arn, owner: account, ...(policy && { policy }) }];
        },
        async run({ TopicArn, Subject = '', Message: text = '' }, call) {
          const topic = topicOf(TopicArn);
          await encrypt(cloud, topic, call);
          messages.push({ topicArn: topic.arn, subject: Subject, text, at: cloud.clock.now().toISOString() });
          return { MessageId: cloud.draw.uuid('sns message', messages.length) };
        },
      }),
    },
  };
}

/** A publisher to a topic with a customer key needs that key (SNS developer guide, "Key management"): GenerateDataKey and Decrypt. */
async function encrypt(cloud: Cloud, { kmsKeyId }: Topic, { region, caller }: Call): Promise<void> {
  if (kmsKeyId === undefined) return;
  await cloud.dispatch({
    service: 'kms',
    operation: 'GenerateDataKey',
    region,
    caller,
    input: { KeyId: kmsKeyId, KeySpec: 'AES_256' },
  });
}
