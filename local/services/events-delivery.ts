/** How EventBridge starts a state machine for an event, retries, and gives up. */
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

interface Delivery {
  readonly event: BusEvent;
  readonly target: Target;
  readonly rule: { readonly arn: string; readonly name: string; readonly account: string };
  /** What made the rule fire; it reaches the target's service as the call's context key `events:trigger`. */
  readonly trigger: 'schedule' | 'event';
}

/** "Retrying event delivery", EventBridge User Guide: 24 hours, in which exponential back-off makes fewer than 185 attempts; none when permission or target is missing. */
const AGE_MS = 86_400_000;
const LONGEST_PAUSE_MS = 600_000;
const FINAL = /AccessDenied|DoesNotExist|NotFound|NonExistent|Invalid|Validation/;

/** Delivers as soon as nothing holds the clock. */
export function deliver(cloud: Cloud, delivery: Delivery, tried = { sinceMs: cloud.clock.nowMs(), attempts: 0 }): void {
  const { sinceMs, attempts } = tried;
  const { event, rule, target } = delivery;
  const pauseMs = attempts === 0 ? 0 : Math.min(2 ** attempts * 1000, LONGEST_PAUSE_MS);
  cloud.clock.at(cloud.clock.nowMs() + pauseMs, `${rule.name} ${target.Id} ${event.id}`, async () => {
    try {
      await invoke(cloud, delivery);
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      const inTime = cloud.clock.nowMs() - sinceMs < AGE_MS;
      if (inTime && !FINAL.test(error.name)) deliver(cloud, delivery, { sinceMs, attempts: attempts + 1 });
      else await bury(cloud, delivery, error);
    }
  });
}

async function invoke(cloud: Cloud, { event, target, rule, trigger }: Delivery): Promise<void> {
  const { Arn: stateMachineArn = '', Id = '', RoleArn: roleArn = '' } = target;
  const [, , service, region = ''] = stateMachineArn.split(':');
  if (service !== 'states')
    throw new AwsFault('ValidationException', `the embedded cloud does not deliver events to ${stateMachineArn}`);
  const name = `${event.id}_${cloud.draw.uuid('event target', event.id, rule.arn, Id)}`;
  const sessionName = `AWSEvents_${rule.name}_${Id}`.slice(0, 64);
  const caller = await assumeServiceRole(cloud, eventBridge(rule), { roleArn, sessionName, region });
  const input = { stateMachineArn, name, input: target.Input ?? JSON.stringify(event) };
  const context = { 'events:trigger': trigger };
  await cloud.dispatch({ service, operation: 'StartExecution', region, caller, input, context });
}

/** The failed event with its reason, to the target's dead-letter queue if there is one ("Using dead-letter queues to process undelivered events"). */
async function bury(cloud: Cloud, { event, rule, target }: Delivery, error: AwsFault): Promise<void> {
  const [, , , region = '', account, name] = target.DeadLetterConfig?.Arn?.split(':') ?? [];
  if (name === undefined) return;
  const text = (StringValue: string | undefined) => ({ DataType: 'String', StringValue });
  const MessageAttributes = {
    RULE_ARN: text(rule.arn),
    TARGET_ARN: text(target.Arn),
    ERROR_CODE: text(error.name),
    ERROR_MESSAGE: text(error.message),
  };
  const input = { QueueUrl: `https://sqs/${account}/${name}`, MessageBody: JSON.stringify(event), MessageAttributes };
  try {
    const caller = eventBridge(rule);
    await cloud.dispatch({ service: 'sqs', operation: 'SendMessage', region, caller, input });
  } catch (refused) {
    if (!(refused instanceof AwsFault)) throw refused;
  }
}

function eventBridge({ account, arn }: Delivery['rule']): ServiceCaller {
  return { kind: 'service', principal: 'events.amazonaws.com', sourceAccount: account, sourceArn: arn };
}
