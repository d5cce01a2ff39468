/** Amazon SNS topics as far as alarms publish to them. */
import type * as sdk from '@aws-sdk/client-sns';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { operations, type Service } from '../cloud/service.ts';
import type { PolicyDocument } from '../iam/policy.ts';

interface Topic {
  readonly arn: string;
  readonly account: string;
  readonly kmsKeyId: string;
  policy?: PolicyDocument;
}

interface Message {
  readonly topicArn: string;
  readonly subject: string;
}

export interface Sns extends Service {
  createTopic(place: { account: string; region: string }, name: string, kmsKeyId: string): string;
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
      topics.set(arn, { arn, account, kmsKeyId });
      return arn;
    },
    setPolicy(topicArn, policy) {
      topicOf(topicArn).policy = policy;
    },
    operations: operations<typeof sdk>({
      Publish: {
        needs({ TopicArn }) {
          const { arn, account, policy } = topicOf(TopicArn);
          return [{ action: 'sns:Publish', resource: arn, owner: account, policy }];
        },
        async run({ TopicArn, Subject = '' }, { region, caller }) {
          const { arn, kmsKeyId: KeyId } = topicOf(TopicArn);
          // Who publishes needs the topic's key, GenerateDataKey and Decrypt (SNS developer guide, "Key management").
          const input = { KeyId, KeySpec: 'AES_256' };
          await cloud.dispatch({ service: 'kms', operation: 'GenerateDataKey', region, caller, input });
          messages.push({ topicArn: arn, subject: Subject });
          return { MessageId: cloud.draw.uuid('sns message', messages.length) };
        },
      },
    }),
  };
}
