import { createHash } from 'node:crypto';
import type * as Api from '@aws-sdk/client-sqs';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operation, type Service } from '../cloud/service.ts';
import type { PolicyDocument } from '../iam/policy.ts';

/** What a queue is created with. It is encrypted with SQS-managed keys, which need no permission of anybody. */
interface QueueSettings {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly visibilitySeconds?: number | undefined;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number } | undefined;
}

interface QueuedMessage extends Api.Message {
  visibleMs: number;
  receives: number;
}

interface Queue extends QueueSettings {
  readonly arn: string;
  policy?: PolicyDocument;
  messages: QueuedMessage[];
  sent: number;
}

/** Standard queues, kept by (Region, account, name). */
class Sqs implements Service {
  readonly name = 'sqs';
  /** Scheme and host of queue URLs: a client sends where the URL points, so whoever serves a wire sets its own. */
  origin = 'https://sqs.amazonaws.com';
  readonly #cloud: Cloud;
  readonly #queues = new Map<string, Queue>();

  readonly operations = {
    SendMessage: operation<Api.SendMessageCommandInput, Api.SendMessageCommandOutput>({
      needs: ({ QueueUrl }, call) => this.#needs('sqs:SendMessage', QueueUrl, call),
      run: (input, call) => this.#send(this.#at(input.QueueUrl, call), input),
    }),
    ReceiveMessage: operation<Api.ReceiveMessageCommandInput, Api.ReceiveMessageCommandOutput>({
      needs: ({ QueueUrl }, call) => this.#needs('sqs:ReceiveMessage', QueueUrl, call),
      run: (input, call) => ({ Messages: this.#receive(this.#at(input.QueueUrl, call), input) }),
    }),
    DeleteMessage: operation<Api.DeleteMessageCommandInput, Api.DeleteMessageCommandOutput>({
      needs: ({ QueueUrl }, call) => this.#needs('sqs:DeleteMessage', QueueUrl, call),
      run: ({ QueueUrl, ReceiptHandle = '' }, call) => {
        const queue = this.#at(QueueUrl, call);
        queue.messages = queue.messages.filter(({ MessageId }) => MessageId !== ReceiptHandle.split('#')[0]);
        return {};
      },
    }),
    ListQueues: operation<Api.ListQueuesCommandInput, Api.ListQueuesCommandOutput>({
      needs: (_input, { caller, region }) => {
        const owner = accountOf(caller);
        return [{ action: 'sqs:ListQueues', resource: this.#arn({ region, account: owner, name: '*' }), owner }];
      },
      run: ({ QueueNamePrefix = '' }, { caller, region }) => {
        const prefix = this.#arn({ region, account: accountOf(caller), name: QueueNamePrefix });
        const arns = [...this.#queues.keys()].filter((arn) => arn.startsWith(prefix));
        return arns.length > 0 ? { QueueUrls: arns.map((arn) => this.urlOf(arn)) } : {};
      },
    }),
    GetQueueUrl: operation<Api.GetQueueUrlCommandInput, Api.GetQueueUrlCommandOutput>({
      needs: (input, call) => this.#needs('sqs:GetQueueUrl', this.#urlOf(input, call), call),
      run: (input, call) => ({ QueueUrl: this.#urlOf(input, call) }),
    }),
    GetQueueAttributes: operation<Api.GetQueueAttributesCommandInput, Api.GetQueueAttributesCommandOutput>({
      needs: ({ QueueUrl }, call) => this.#needs('sqs:GetQueueAttributes', QueueUrl, call),
      run: ({ QueueUrl }, call) => ({ Attributes: this.#attributes(this.#at(QueueUrl, call)) }),
    }),
  };

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  createQueue(settings: QueueSettings): { arn: string; url: string } {
    const arn = this.#arn(settings);
    this.#queues.set(arn, { ...settings, arn, messages: [], sent: 0 });
    return { arn, url: this.urlOf(arn) };
  }

  setPolicy(queueUrl: string, region: string, policy: PolicyDocument): void {
    this.#at(queueUrl, { region }).policy = policy;
  }

  urlOf(queueArn: string): string {
    return `${this.origin}/${queueArn.split(':').slice(4).join('/')}`;
  }

  #urlOf({ QueueName, QueueOwnerAWSAccountId }: Api.GetQueueUrlCommandInput, { caller }: Call): string {
    return `${this.origin}/${QueueOwnerAWSAccountId ?? accountOf(caller)}/${QueueName}`;
  }

  #at(url = '', { region }: Pick<Call, 'region'>): Queue {
    const [account = '', name = ''] = url.split('/').slice(-2);
    const queue = this.#queues.get(this.#arn({ region, account, name }));
    if (!queue) throw new AwsFault('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  #arn({ region, account, name }: Pick<QueueSettings, 'region' | 'account' | 'name'>): string {
    return `arn:${this.#cloud.partition}:sqs:${region}:${account}:${name}`;
  }

  #needs(action: string, url: string | undefined, call: Call): Need[] {
    const { arn, account, policy } = this.#at(url, call);
    return [{ action, resource: arn, owner: account, ...(policy && { policy }) }];
  }

  #send(queue: Queue, { MessageBody = '', MessageAttributes }: Api.SendMessageCommandInput) {
    const MessageId = this.#cloud.draw.uuid('sqs message', queue.arn, MessageBody, queue.sent++);
    const md5 = createHash('md5').update(MessageBody).digest('hex');
    const message = { MessageId, Body: MessageBody, MD5OfBody: md5, MessageAttributes };
    queue.messages.push({ ...message, visibleMs: this.#cloud.clock.nowMs(), receives: 0 });
    return { MessageId, MD5OfMessageBody: md5 };
  }

  /** One that was received too often goes to the dead-letter queue instead ("Using dead-letter queues", SQS Developer Guide). */
  #receive(queue: Queue, { MaxNumberOfMessages = 1, VisibilityTimeout }: Api.ReceiveMessageCommandInput) {
    const seconds = VisibilityTimeout ?? queue.visibilitySeconds ?? 30;
    return this.#visible(queue)
      .slice(0, MaxNumberOfMessages)
      .flatMap((message): Api.Message[] => {
        if (queue.redrive && message.receives >= queue.redrive.maxReceiveCount) {
          queue.messages = queue.messages.filter((other) => other !== message);
          this.#queues.get(queue.redrive.deadLetterTargetArn)?.messages.push({ ...message, receives: 0 });
          return [];
        }
        message.visibleMs = this.#cloud.clock.nowMs() + seconds * 1000;
        const { visibleMs: _visible, receives: _receives, ...rest } = message;
        const Attributes = { ApproximateReceiveCount: String(++message.receives) };
        return [{ ...rest, Attributes, ReceiptHandle: `${message.MessageId}#${message.receives}` }];
      });
  }

  #visible(queue: Queue): QueuedMessage[] {
    return queue.messages.filter(({ visibleMs }) => visibleMs <= this.#cloud.clock.nowMs());
  }

  #attributes(queue: Queue): Record<string, string> {
    const visible = this.#visible(queue).length;
    return {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(queue.messages.length - visible),
      SqsManagedSseEnabled: 'true',
    };
  }
}

export type { Sqs };

export function createSqs(cloud: Cloud): Sqs {
  return new Sqs(cloud);
}
