import type { Target } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from 'vitest';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import { type AdministratorCaller, type Call, operation } from '../../../local/cloud/service.ts';
import { Events } from '../../../local/services/events.ts';
import type { BusEvent } from '../../../local/services/events-delivery.ts';
import { nextTime } from '../../../local/services/events-schedule.ts';
import { Sqs } from '../../../local/services/sqs.ts';

const START = '2026-11-02T06:00:00.000Z';
const HOUR_MS = 3_600_000;
const account = '100000000002';
const region = 'us-east-1';
const at = { account, region };
const administrator: AdministratorCaller = { kind: 'administrator', account, arn: 'arn:aws:iam::100000000002:root' };
const machine: Target = {
  Id: 'Target0',
  Arn: `arn:aws:states:${region}:${account}:stateMachine:muster-assess`,
  RoleArn: `arn:aws:iam::${account}:role/Start`,
};

let cloud: Cloud;
let events: Events;
let sqs: Sqs;
let started: { atMs: number; input: unknown; trigger: unknown; by: string }[];
let failWith: AwsFault | undefined;

/** Just enough of STS and Step Functions to see what arrives. */
beforeEach(() => {
  cloud = new Cloud(new Clock(new Date(START)), new Draw(7));
  events = new Events(cloud);
  sqs = new Sqs(cloud);
  started = [];
  failWith = undefined;
  const assumeRole = operation<{ RoleArn: string; RoleSessionName: string }, object>({
    needs: () => [],
    run: ({ RoleArn, RoleSessionName }) => ({
      Credentials: cloud.sessions.issue({
        kind: 'role',
        account,
        arn: RoleArn,
        roleArn: RoleArn,
        sessionName: RoleSessionName,
      }),
    }),
  });
  const startExecution = operation<{ input: string }, object>({
    needs: () => [],
    run: ({ input }, { caller, context }) => {
      const by = caller.kind === 'role' ? `${caller.roleArn} ${caller.sessionName}` : caller.kind;
      started.push({
        atMs: cloud.clock.nowMs() - Date.parse(START),
        input: JSON.parse(input),
        trigger: context?.['events:trigger'],
        by,
      });
      if (failWith) throw failWith;
      return {};
    },
  });
  cloud.add(
    events,
    sqs,
    { name: 'sts', operations: { AssumeRole: assumeRole } },
    { name: 'states', operations: { StartExecution: startExecution } },
  );
});

const run = (ms: number) => cloud.clock.advanceTo(Date.parse(START) + ms);
const publish = () =>
  events.emit({
    ...at,
    source: 'aws.ssm',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { eventName: 'DeleteResourceDataSync' },
  });
const onSsm = { ...at, name: 'muster-drift', pattern: '{"source":["aws.ssm"]}', enabled: true };
const ask = (operationName: string, input: unknown) =>
  cloud.dispatch({ service: 'events', operation: operationName, region, caller: administrator, input });
const received = (queue: string) =>
  cloud.ask<{ Messages: { Body: string; MessageAttributes?: Record<string, { StringValue: string }> }[] }>({
    service: 'sqs',
    operation: 'ReceiveMessage',
    region,
    caller: administrator,
    input: { QueueUrl: queue, MaxNumberOfMessages: 10 },
  });

describe('schedules ("Schedule expressions", EventBridge User Guide)', () => {
  it.each([
    ['rate(1 minute)', '2026-11-02T06:01:00.000Z'],
    ['rate(12 hours)', '2026-11-02T18:00:00.000Z'],
    ['rate(1 day)', '2026-11-03T06:00:00.000Z'],
    ['cron(0/15 * * * ? *)', '2026-11-02T06:15:00.000Z'],
    ['cron(30 5 ? * 3 *)', '2026-11-03T05:30:00.000Z'],
  ])('reads %s', (expression, expected) => {
    expect(nextTime(expression, new Date(START))?.toISOString()).toBe(expected);
  });

  it.each(['rate(1 days)', 'rate(5 minute)', 'rate(0 days)', 'every day'])('refuses %s', (expression) => {
    expect(() => nextTime(expression, new Date(START))).toThrow('Parameter ScheduleExpression is not valid.');
  });

  it('knows no time after the last one', () => {
    expect(nextTime('cron(0 0 1 1 ? 2020)', new Date(START))).toBeUndefined();
    events.putRule({ ...at, name: 'past', schedule: 'cron(0 0 1 1 ? 2020)', enabled: true, targets: [machine] });
    expect(cloud.clock.nextMs()).toBeUndefined();
  });

  it('count from when the rule is enabled, assume its role and give the constant input', async () => {
    events.putRule({
      ...at,
      name: 'muster-assess',
      schedule: 'rate(1 hour)',
      enabled: true,
      targets: [{ ...machine, Input: '{"scope":true}' }],
    });
    await run(2.5 * HOUR_MS);
    const by = `${machine.RoleArn} AWSEvents_muster-assess_Target0`;
    expect(started).toEqual(
      [1, 2].map((hours) => ({ atMs: hours * HOUR_MS, input: { scope: true }, trigger: 'schedule', by })),
    );
  });

  it('give the scheduled event when there is no input, and stop when the rule is replaced', async () => {
    events.putRule({ ...at, name: 'muster-assess', schedule: 'rate(1 hour)', enabled: true, targets: [machine] });
    await run(HOUR_MS);
    expect(started[0]?.input).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      time: '2026-11-02T07:00:00Z',
      resources: [`arn:aws:events:${region}:${account}:rule/muster-assess`],
    });
    events.putRule({ ...at, name: 'muster-assess', schedule: 'rate(1 hour)', enabled: false, targets: [machine] });
    await run(5 * HOUR_MS);
    expect(started).toHaveLength(1);
  });
});

describe('rules', () => {
  it('fire for events of their own account and Region that match', async () => {
    events.putRule({ ...onSsm, targets: [machine] });
    events.putRule({ ...onSsm, region: 'eu-west-1', targets: [machine] });
    events.putRule({ ...onSsm, name: 'off', enabled: false, targets: [machine] });
    publish();
    await run(0);
    expect(started).toMatchObject([{ trigger: 'event', input: { version: '0', source: 'aws.ssm', account, region } }]);
  });

  it('give equal events different ids, the same in every world of that seed', () => {
    const other = new Events(new Cloud(new Clock(new Date(START)), new Draw(7)));
    const [first, second] = [publish(), publish()];
    expect(first.id).not.toBe(second.id);
    events = other;
    expect([publish(), publish()]).toEqual([first, second]);
  });
});

describe('delivery ("Retrying event delivery", EventBridge User Guide)', () => {
  const queueArn = `arn:aws:sqs:${region}:${account}:failed`;

  it('is tried again with growing pauses until it works', async () => {
    failWith = new AwsFault('ServiceUnavailable', 'not now');
    events.putRule({ ...onSsm, targets: [machine] });
    publish();
    await run(5000);
    failWith = undefined;
    await run(HOUR_MS);
    expect(started.map(({ atMs }) => atMs)).toEqual([0, 2000, 6000]);
  });

  it('ends in the dead-letter queue after 24 hours, sent as the service for the rule', async () => {
    const { url } = sqs.createQueue({ ...at, name: 'failed' });
    const calls: Call[] = [];
    cloud.onCall((call) => calls.push(call));
    failWith = new AwsFault('ServiceUnavailable', 'not now');
    events.putRule({ ...onSsm, targets: [{ ...machine, DeadLetterConfig: { Arn: queueArn } }] });
    const event = publish();
    await run(48 * HOUR_MS);
    expect(started.length).toBeLessThanOrEqual(185);
    expect(started.at(-1)?.atMs).toBeGreaterThan(23.5 * HOUR_MS);
    const { Messages } = await received(url);
    expect(Messages.map(({ Body }) => JSON.parse(Body))).toEqual([event]);
    expect(Messages[0]?.MessageAttributes?.['ERROR_CODE']?.StringValue).toBe('ServiceUnavailable');
    expect(calls.find(({ service }) => service === 'sqs')?.caller).toEqual({
      kind: 'service',
      principal: 'events.amazonaws.com',
      sourceAccount: account,
      sourceArn: `arn:aws:events:${region}:${account}:rule/muster-drift`,
    });
  });

  it.each(['AccessDeniedException', 'StateMachineDoesNotExist'])('is not tried again after %s', async (name) => {
    failWith = new AwsFault(name, 'no');
    events.putRule({ ...onSsm, targets: [{ ...machine, DeadLetterConfig: { Arn: queueArn } }] });
    publish();
    await run(HOUR_MS);
    expect(started).toHaveLength(1);
  });

  it('to something else than a template of ours names ends at once', async () => {
    events.putRule({ ...onSsm, targets: [{ Id: 'Bus', Arn: `arn:aws:firehose:${region}:${account}:x` }] });
    publish();
    await run(HOUR_MS);
    expect(started).toEqual([]);
  });
});

describe('PutEvents (EventBridge API reference)', () => {
  const entry = { Source: 'muster', DetailType: 'Muster Run Completed', Detail: '{"coverage":1}' };

  it('publishes on the bus of the caller and needs permission for the source', async () => {
    const needs: unknown[] = [];
    cloud.authorizeWith((asked) => void needs.push(...asked));
    const heard: BusEvent[] = [];
    events.onPublish((event) => heard.push(event));
    expect(await ask('PutEvents', { Entries: [entry] })).toMatchObject({ FailedEntryCount: 0 });
    expect(heard).toMatchObject([{ ...at, source: 'muster', detail: { coverage: 1 }, time: '2026-11-02T06:00:00Z' }]);
    const resource = `arn:aws:events:${region}:${account}:event-bus/default`;
    expect(needs).toMatchObject([{ action: 'events:PutEvents', resource, context: { 'events:source': 'muster' } }]);
  });

  it.each([
    ['InvalidArgument', { ...entry, DetailType: '' }],
    ['NotAuthorizedForSourceException', { ...entry, Source: 'aws.ssm' }],
    ['MalformedDetail', { ...entry, Detail: 'text' }],
  ])('answers %s for the entry alone', async (ErrorCode, bad) => {
    const answer = await ask('PutEvents', {
      Entries: [bad, { ...entry, EventBusName: 'arn:aws:events:us-east-1:1:event-bus/x' }],
    });
    expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode }, { EventId: expect.any(String) }] });
  });

  it.each([
    ['no entry', []],
    ['eleven entries', Array.from({ length: 11 }, () => entry)],
    ['more than 256 KB', [{ ...entry, Detail: JSON.stringify({ x: 'x'.repeat(262_144) }) }]],
  ])('refuses %s', async (_case, Entries) => {
    await expect(ask('PutEvents', { Entries })).rejects.toThrow(
      expect.objectContaining({ name: 'ValidationException' }),
    );
  });
});

describe('other operations', () => {
  it('ListRules names the rules of the caller in the Region', async () => {
    events.putRule({ ...onSsm, targets: [] });
    events.putRule({ ...at, name: 'muster-assess', schedule: 'rate(1 hour)', enabled: false, targets: [] });
    expect(await ask('ListRules', { NamePrefix: 'muster-a' })).toMatchObject({
      Rules: [{ Name: 'muster-assess', State: 'DISABLED', ScheduleExpression: 'rate(1 hour)' }],
    });
    expect(await ask('ListRules', {})).toMatchObject({ Rules: [{ Name: 'muster-drift', State: 'ENABLED' }, {}] });
  });

  it('TestEventPattern answers whether an event matches', async () => {
    const EventPattern = onSsm.pattern;
    expect(await ask('TestEventPattern', { EventPattern, Event: '{"source":"aws.ssm"}' })).toEqual({ Result: true });
    await expect(ask('TestEventPattern', { EventPattern: '{}', Event: '{}' })).rejects.toThrow(
      'Empty objects are not allowed',
    );
    await expect(ask('TestEventPattern', { EventPattern, Event: 'x' })).rejects.toThrow(
      'Parameter Event is not valid.',
    );
  });
});
