import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-sqs';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operations, type Service } from '../cloud/service.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { ownNeed } from './need.ts';

const VISIBILITY_SECONDS = 30;

interface Place {
  readonly account: string;
  readonly region: string;
}

interface QueuedMessage extends sdk.Message {
  visibleMs: number;
  receives: number;
}

interface Queue {
  readonly arn: string;
  readonly account: string;
  policy?: PolicyDocument;
  messages: QueuedMessage[];
  sent: number;
}

/** Standard queues. They are encrypted with SQS-managed keys, which need no permission of anybody. */
class Sqs implements Service {
  readonly name = 'sqs';
  /** Scheme and host of queue URLs: a client sends where the URL points, so whoever serves a wire sets its own. */
  origin = 'https://sqs.amazonaws.com';
  readonly #cloud: Cloud;
  readonly #queues = new Map<string, Queue>();

  readonly operations = operations<typeof sdk>({
    SendMessage: {
      needs: (input, call) => this.#needs(input, call),
      run: (input, call) => this.#send(this.#at(input.QueueUrl, call), input),
    },
    ReceiveMessage: {
      needs: (input, call) => this.#needs(input, call),
      run: (input, call) => ({ Messages: this.#receive(this.#at(input.QueueUrl, call), input) }),
    },
    DeleteMessage: {
      needs: (input, call) => this.#needs(input, call),
      run: ({ QueueUrl, ReceiptHandle = '' }, call) => {
        const queue = this.#at(QueueUrl, call);
        queue.messages = queue.messages.filter(({ MessageId }) => MessageId !== ReceiptHandle.split('#')[0]);
        return {};
      },
    },
    ListQueues: {
      needs: (_input, call) => [ownNeed('sqs', call, this.#arn(ownPlace(call), '*'))],
      run: ({ QueueNamePrefix = '' }, call) => {
        const prefix = this.#arn(ownPlace(call), QueueNamePrefix);
        const arns = [...this.#queues.keys()].filter((arn) => arn.startsWith(prefix));
        return arns.length > 0 ? { QueueUrls: arns.map((arn) => this.urlOf(arn)) } : {};
      },
    },
    GetQueueUrl: {
      needs: (input, call) => this.#needs({ QueueUrl: this.#urlIn(input, call) }, call),
      run: (input, call) => ({ QueueUrl: this.#urlIn(input, call) }),
    },
    GetQueueAttributes: {
      needs: (input, call) => this.#needs(input, call),
      run: ({ QueueUrl }, call) => {
        const queue = this.#at(QueueUrl, call);
        const visible = this.#visible(queue).length;
        const Attributes = {
          QueueArn: queue.arn,
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(queue.messages.length - visible),
          SqsManagedSseEnabled: 'true',
        };
        return { Attributes };
      },
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

  setPolicy(queueUrl: string, region: string, policy: PolicyDocument): void {
    this.#at(queueUrl, { region }).policy = policy;
  }

  urlOf(queueArn: string): string {
    return `${this.origin}/${queueArn.split(':').slice(4).join('/')}`;
  }

  #urlIn({ QueueName = '', QueueOwnerAWSAccountId: owner }: sdk.GetQueueUrlCommandInput, call: Call): string {
    const { account, region } = ownPlace(call);
    return this.urlOf(this.#arn({ account: owner ?? account, region }, QueueName));
  }

  #arn({ account, region }: Place, name: string): string {
    return `arn:${this.#cloud.partition}:sqs:${region}:${account}:${name}`;
  }

  #at(url = '', { region }: Pick<Call, 'region'>): Queue {
    const [account = '', name = ''] = url.split('/').slice(-2);
    const queue = this.#queues.get(this.#arn({ account, region }, name));
    if (!queue) throw new AwsFault('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  #needs({ QueueUrl }: { QueueUrl: string | undefined }, call: Call): Need[] {
    const { arn, account, policy } = this.#at(QueueUrl, call);
    return [{ action: `sqs:${call.operation}`, resource: arn, owner: account, policy }];
  }

  #send(queue: Queue, { MessageBody = '', MessageAttributes }: sdk.SendMessageCommandInput) {
    const MessageId = this.#cloud.draw.uuid('sqs message', queue.arn, MessageBody, queue.sent++);
    const md5 = createHash('md5').update(MessageBody).digest('hex');
    const message = { MessageId, Body: MessageBody, MD5OfBody: md5, MessageAttributes };
    queue.messages.push({ ...message, visibleMs: this.#cloud.clock.nowMs(), receives: 0 });
    return { MessageId, MD5OfMessageBody: md5 };
  }

  #receive(queue: Queue, { MaxNumberOfMessages = 1, VisibilityTimeout }: sdk.ReceiveMessageCommandInput) {
    const seconds = VisibilityTimeout ?? VISIBILITY_SECONDS;
    return this.#visible(queue)
      .slice(0, MaxNumberOfMessages)
      .map((message): sdk.Message => {
        message.visibleMs = this.#cloud.clock.nowMs() + seconds * 1000;
        const { visibleMs: _visible, receives: _receives, ...rest } = message;
        const Attributes = { ApproximateReceiveCount: String(++message.receives) };
        return { ...rest, Attributes, ReceiptHandle: `${message.MessageId}#${message.receives}` };
      });
  }

  #visible(queue: Queue): QueuedMessage[] {
    return queue.messages.filter(({ visibleMs }) => visibleMs <= this.#cloud.clock.nowMs());
  }
}

export type { Sqs };

export function createSqs(cloud: Cloud): Sqs {
  return new Sqs(cloud);
}

function ownPlace({ caller, region }: Call): Place {
  return { account: accountOf(caller), region };
}
