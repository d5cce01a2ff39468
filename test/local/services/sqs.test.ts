import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import type { AdministratorCaller, Need } from '../../../local/cloud/service.ts';
import { Sqs } from '../../../local/services/sqs.ts';

const at = { account: '100000000002', region: 'us-east-1' };
const caller: AdministratorCaller = {
  kind: 'administrator',
  account: at.account,
  arn: 'arn:aws:iam::100000000002:root',
};

let cloud: Cloud;
let sqs: Sqs;
beforeEach(() => {
  cloud = new Cloud(new Clock(new Date('2026-11-02T06:00:00Z')), new Draw(7));
  sqs = new Sqs(cloud);
  cloud.add(sqs);
});

const ask = <Output = unknown>(operation: string, input: object) =>
  cloud.ask<Output>({ service: 'sqs', operation, region: at.region, caller, input });
type Received = { Messages: { MessageId: string; Body: string; ReceiptHandle: string }[] };
const receive = async (QueueUrl: string, more = {}) =>
  (await ask<Received>('ReceiveMessage', { QueueUrl, ...more })).Messages;
const pass = (seconds: number) => cloud.clock.advanceTo(cloud.clock.nowMs() + seconds * 1000);

describe('queues (SQS Developer Guide)', () => {
  it('hide a received message for the visibility timeout and give it again until it is deleted', async () => {
    const { url } = sqs.createQueue({ ...at, name: 'work' });
    const sent = await ask<{ MD5OfMessageBody: string }>('SendMessage', { QueueUrl: url, MessageBody: 'hello' });
    expect(sent.MD5OfMessageBody).toBe('5d41402abc4b2a76b9719d911017c592');
    expect(await receive(url)).toMatchObject([{ Body: 'hello' }]);
    expect(await receive(url)).toEqual([]);
    await pass(30);
    const [again] = await receive(url, { VisibilityTimeout: 5 });
    expect(again?.Body).toBe('hello');
    await ask('DeleteMessage', { QueueUrl: url, ReceiptHandle: again?.ReceiptHandle });
    await pass(60);
    expect(await receive(url)).toEqual([]);
  });

  it('tell their URL and how full they are', async () => {
    sqs.origin = 'http://127.0.0.1:4566';
    const { url, arn } = sqs.createQueue({ ...at, name: 'work' });
    await ask('SendMessage', { QueueUrl: url, MessageBody: 'a' });
    await ask('SendMessage', { QueueUrl: url, MessageBody: 'b' });
    await receive(url);
    expect(await ask('GetQueueUrl', { QueueName: 'work' })).toEqual({
      QueueUrl: 'http://127.0.0.1:4566/100000000002/work',
    });
    expect(await ask('GetQueueAttributes', { QueueUrl: url })).toMatchObject({
      Attributes: { QueueArn: arn, ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '1' },
    });
  });

  it('are asked for with their own policy', async () => {
    const needs: Need[] = [];
    cloud.authorizeWith((asked) => void needs.push(...asked));
    const { url, arn } = sqs.createQueue({ ...at, name: 'work' });
    const policy = {
      Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: arn },
    } as const;
    sqs.setPolicy(url, at.region, policy);
    await ask('SendMessage', { QueueUrl: url, MessageBody: 'a' });
    expect(needs).toEqual([{ action: 'sqs:SendMessage', resource: arn, owner: at.account, policy }]);
  });

  it('that do not exist are refused by name', async () => {
    await expect(ask('GetQueueUrl', { QueueName: 'none', QueueOwnerAWSAccountId: '1' })).rejects.toThrow(
      expect.objectContaining({ name: 'QueueDoesNotExist' }),
    );
  });

  it('are listed by the beginning of their names, those of the Region and account alone (SQS API reference, ListQueues)', async () => {
    expect(await ask('ListQueues', {})).toEqual({});
    const urls = ['work', 'work-dead', 'other'].map((name) => sqs.createQueue({ ...at, name }).url);
    sqs.createQueue({ ...at, region: 'eu-west-1', name: 'work' });
    expect(await ask('ListQueues', {})).toEqual({ QueueUrls: urls });
    expect(await ask('ListQueues', { QueueNamePrefix: 'work' })).toEqual({ QueueUrls: urls.slice(0, 2) });
  });
});
