import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-sqs';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operationsNeeding, type Service } from '../cloud/service.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { ownNeed } from './need.ts';

const VISIBILITY_SECONDS = 30;

interface Place {
  readonly account: string;
  readonly region: string;
}

/** How operations say which queue they mean. */
interface Address {
  readonly QueueUrl?: string | undefined;
  readonly QueueName?: string | undefined;
  readonly QueueOwnerAWSAccountId?: string | undefined;
}

interface QueuedMessage {
  readonly message: sdk.Message;
  visibleMs: number;
}

interface Queue {
  readonly arn: string;
  readonly account: string;
  policy?: PolicyDocument;
  messages: QueuedMessage[];
  sent: number;
}

/** Standard queues. They are encrypted with SQS-managed keys, which need no permission of anybody. */
export class Sqs implements Service {
  readonly name = 'sqs';
  /** Scheme and host of queue URLs: a client sends where the URL points, so whoever serves a wire sets its own. */
  origin = 'https://sqs.amazonaws.com';
  readonly #cloud: Cloud;
  readonly #queues = new Map<string, Queue>();

  readonly operations = operationsNeeding<typeof sdk>((input, call) => this.#needs(input, call), {
    SendMessage: (input, call) => this.#send(this.#at(input, call), input),
    ReceiveMessage: (input, call) => ({ Messages: this.#receive(this.#at(input, call), input) }),
    DeleteMessage: (input, call) => {
      const queue = this.#at(input, call);
      queue.messages = queue.messages.filter(({ message }) => message.MessageId !== input.ReceiptHandle);
      return {};
    },
    ListQueues: ({ QueueNamePrefix = '' }, call) => {
      const prefix = this.#arn(ownPlace(call), QueueNamePrefix);
      const arns = [...this.#queues.keys()].filter((arn) => arn.startsWith(prefix));
      return arns.length > 0 ? { QueueUrls: arns.map((arn) => this.urlOf(arn)) } : {};
    },
    GetQueueUrl: (input, call) => ({ QueueUrl: this.urlOf(this.#at(input, call).arn) }),
    GetQueueAttributes: (input, call) => {
      const { arn: QueueArn, messages } = this.#at(input, call);
      const visible = this.#visible(messages).length;
      const Attributes = {
        QueueArn,
        ApproximateNumberOfMessages: `${visible}`,
        ApproximateNumberOfMessagesNotVisible: `${messages.length - visible}`,
        SqsManagedSseEnabled: 'true',
      };
      return { Attributes };
    },
  });

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  createQueue({ name, ...place }: Place & { name: string }): { arn: string; url: string } {
    const arn = this.#arn(place, name);
    this.#queues.set(arn, { arn, account: place.account, messages: [], sent: 0 });
    return { arn, url: this.urlOf(arn) };
  }

  setPolicy(QueueUrl: string, region: string, policy: PolicyDocument): void {
    this.#at({ QueueUrl }, { region, caller: { kind: 'service', principal: '' } }).policy = policy;
  }

  urlOf(queueArn: string): string {
    return `${this.origin}/${queueArn.split(':').slice(4).join('/')}`;
  }

  #arn({ account, region }: Place, name: string): string {
    return `arn:${this.#cloud.partition}:sqs:${region}:${account}:${name}`;
  }

  /** By URL, or by name in an account, the caller's unless another is named. */
  #at({ QueueUrl, QueueName = '', QueueOwnerAWSAccountId }: Address, call: Pick<Call, 'caller' | 'region'>): Queue {
    const [account = '', name = ''] = QueueUrl?.split('/').slice(-2) ?? [QueueOwnerAWSAccountId, QueueName];
    const place = ownPlace(call);
    const queue = this.#queues.get(this.#arn({ ...place, account: account || place.account }, name));
    if (!queue) throw new AwsFault('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  #needs(input: Address, call: Call): Need[] {
    if (call.operation === 'ListQueues') return [ownNeed('sqs', call, this.#arn(ownPlace(call), '*'))];
    const { arn, account, policy } = this.#at(input, call);
    return [{ action: `sqs:${call.operation}`, resource: arn, owner: account, policy }];
  }

  #send(queue: Queue, { MessageBody = '', MessageAttributes }: sdk.SendMessageCommandInput) {
    const MessageId = this.#cloud.draw.uuid('sqs message', queue.arn, MessageBody, queue.sent++);
    const md5 = createHash('md5').update(MessageBody).digest('hex');
    const message = { MessageId, Body: MessageBody, MD5OfBody: md5, MessageAttributes };
    queue.messages.push({ message, visibleMs: this.#cloud.clock.nowMs() });
    return { MessageId, MD5OfMessageBody: md5 };
  }

  #receive(queue: Queue, { MaxNumberOfMessages = 1, VisibilityTimeout }: sdk.ReceiveMessageCommandInput) {
    const seconds = VisibilityTimeout ?? VISIBILITY_SECONDS;
    return this.#visible(queue.messages)
      .slice(0, MaxNumberOfMessages)
      .map((queued) => {
        queued.visibleMs = this.#cloud.clock.nowMs() + seconds * 1000;
        return { ...queued.message, ReceiptHandle: queued.message.MessageId };
      });
  }

  #visible(messages: readonly QueuedMessage[]): QueuedMessage[] {
    return messages.filter(({ visibleMs }) => visibleMs <= this.#cloud.clock.nowMs());
  }
}

function ownPlace({ caller, region }: Pick<Call, 'caller' | 'region'>): Place {
  return { account: accountOf(caller), region };
}
