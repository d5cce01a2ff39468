/** How EventBridge hands an event to a target, retries, and gives up. */
import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { ServiceCaller } from '../cloud/service.ts';
import { assumeServiceRole } from './service-role.ts';

/** An event as rules and targets see it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface Delivery {
  readonly event: BusEvent;
  readonly target: Target;
  readonly rule: { readonly arn: string; readonly name: string; readonly account: string; readonly region: string };
  /** What made the rule fire; it reaches the target's service as the call's context key `events:trigger`. */
  readonly trigger: 'schedule' | 'event';
}

/** "Retrying event delivery", EventBridge User Guide: 24 hours and 185 times by default, with exponential back-off; not at all when permission or target is missing. */
const RETRIES = 185;
const AGE_SECONDS = 86_400;
const LONGEST_PAUSE_SECONDS = 600;
const FINAL = /AccessDenied|DoesNotExist|NotFound|NonExistent|Invalid|Validation/;

/** Delivers as soon as nothing holds the clock. */
export function deliver(cloud: Cloud, delivery: Delivery, tried = { sinceMs: cloud.clock.nowMs(), attempts: 0 }): void {
  const { sinceMs, attempts } = tried;
  const { event, rule, target } = delivery;
  const pauseMs = attempts === 0 ? 0 : Math.min(2 ** attempts, LONGEST_PAUSE_SECONDS) * 1000;
  cloud.clock.at(cloud.clock.nowMs() + pauseMs, `${rule.name} ${target.Id} ${event.id}`, async () => {
    try {
      await invoke(cloud, delivery);
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      const { MaximumRetryAttempts = RETRIES, MaximumEventAgeInSeconds = AGE_SECONDS } = target.RetryPolicy ?? {};
      const inTime = cloud.clock.nowMs() - sinceMs < MaximumEventAgeInSeconds * 1000;
      const again = inTime && attempts < MaximumRetryAttempts && !FINAL.test(error.name);
      if (again) deliver(cloud, delivery, { sinceMs, attempts: attempts + 1 });
      else await bury(cloud, delivery, error);
    }
  });
}

async function invoke(cloud: Cloud, delivery: Delivery): Promise<void> {
  const { event, target, trigger } = delivery;
  const arn = target.Arn ?? '';
  const [, , service, region = ''] = arn.split(':');
  const context = { 'events:trigger': trigger };
  const payload = target.Input ?? JSON.stringify(event);
  if (service === 'states') {
    const name = `${event.id}_${cloud.draw.uuid('event target', event.id, delivery.rule.arn, target.Id ?? '')}`;
    const input = { stateMachineArn: arn, name, input: payload };
    const sessionName = `AWSEvents_${delivery.rule.name}_${target.Id}`.slice(0, 64);
    const role = { roleArn: target.RoleArn ?? '', sessionName, region };
    const caller = await assumeServiceRole(cloud, eventBridge(delivery), role);
    await cloud.dispatch({ service, operation: 'StartExecution', region, caller, input, context });
  } else if (service === 'sqs') await send(cloud, delivery, { arn, body: payload });
  else throw new AwsFault('ValidationException', `the embedded cloud does not deliver events to ${arn}`);
}

/** The failed event with its reason, to the target's dead-letter queue if there is one ("Using dead-letter queues to process undelivered events"). */
async function bury(cloud: Cloud, delivery: Delivery, error: AwsFault): Promise<void> {
  const arn = delivery.target.DeadLetterConfig?.Arn;
  if (arn === undefined) return;
  const facts = {
    RULE_ARN: delivery.rule.arn,
    TARGET_ARN: delivery.target.Arn,
    ERROR_CODE: error.name,
    ERROR_MESSAGE: error.message,
  };
  const attributes = Object.fromEntries(
    Object.entries(facts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
  try {
    await send(cloud, delivery, { arn, body: JSON.stringify(delivery.event), attributes });
  } catch (refused) {
    if (!(refused instanceof AwsFault)) throw refused;
  }
}

async function send(
  cloud: Cloud,
  delivery: Delivery,
  { arn, body, attributes }: { arn: string; body: string; attributes?: object },
): Promise<void> {
  const [, , , region = '', account, name] = arn.split(':');
  await cloud.dispatch({
    service: 'sqs',
    operation: 'SendMessage',
    region,
    caller: eventBridge(delivery),
    input: { QueueUrl: `https://sqs/${account}/${name}`, MessageBody: body, MessageAttributes: attributes },
  });
}

function eventBridge({ rule }: Delivery): ServiceCaller {
  return { kind: 'service', principal: 'events.amazonaws.com', sourceAccount: rule.account, sourceArn: rule.arn };
}
