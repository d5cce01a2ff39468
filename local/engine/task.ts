import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { TaskState } from './definition.ts';
import { StatesError } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import { type Details, WHOLE } from './history.ts';
import { leaveWith, limited } from './outcome.ts';
import type { Outcome, Visit } from './run.ts';
import { type Deadline, within } from './stop.ts';

/** Calls the Resource with Arguments, which default to the state's input. */
export async function task(visit: Visit<TaskState>): Promise<Outcome> {
  const { state, track, input } = visit;
  const { host, history, launch } = track.run;
  const evaluation = new Evaluation(visit);
  const args = state.Arguments === undefined ? input : await evaluation.template(state.Arguments, 'Arguments');
  const timeout = await evaluation.number(state.TimeoutSeconds, 'TimeoutSeconds', Number.POSITIVE_INFINITY);
  const heartbeat = await evaluation.number(state.HeartbeatSeconds, 'HeartbeatSeconds', Number.POSITIVE_INFINITY);
  const events = eventsOf(state.Resource, launch.arn.split(':')[3], { timeout, heartbeat });
  history.add(track, ...events.scheduled(JSON.stringify(args)));
  history.add(track, ...events.started);
  let result: unknown;
  try {
    const work = () => host.task(state.Resource, args);
    const deadline = deadlineOf({ timeout, heartbeat }, `${launch.arn}${track.path}`);
    result = await within(host.clock, track.stop, { work, deadline });
    history.add(track, ...events.succeeded(limited(result, state.Resource)));
  } catch (thrown) {
    if (thrown instanceof StatesError) history.add(track, ...events.failed(thrown));
    throw thrown;
  }
  return leaveWith(visit, result);
}

/** In seconds. */
interface Limits {
  readonly timeout: number;
  readonly heartbeat: number;
}

/** No integration here sends heartbeats, so the shorter of the two ends the task. */
function deadlineOf({ timeout, heartbeat }: Limits, label: string): Deadline | undefined {
  const seconds = Math.min(timeout, heartbeat);
  if (seconds === Number.POSITIVE_INFINITY) return undefined;
  const error = heartbeat < timeout ? 'States.HeartbeatTimeout' : 'States.Timeout';
  return { ms: seconds * 1000, label, failure: new StatesError(error, undefined) };
}

type Recorded = readonly [HistoryEventType, Details];

/** `arn:<partition>:states:<region>:<account>:<resourceType>:<resource>`; the resource type may hold a colon (`aws-sdk:s3`). */
function eventsOf(arn: string, region: string | undefined, { timeout, heartbeat }: Limits) {
  const rest = arn.split(':').slice(5);
  const of = { resourceType: rest.slice(0, -1).join(':'), resource: rest.at(-1) };
  const limits = {
    ...(Number.isFinite(timeout) && { timeoutInSeconds: timeout }),
    ...(Number.isFinite(heartbeat) && { heartbeatInSeconds: heartbeat }),
  };
  return {
    scheduled: (parameters: string): Recorded => [
      'TaskScheduled',
      { taskScheduledEventDetails: { ...of, region, parameters, ...limits } },
    ],
    started: ['TaskStarted', { taskStartedEventDetails: of }] satisfies Recorded,
    succeeded: (output: string): Recorded => [
      'TaskSucceeded',
      { taskSucceededEventDetails: { ...of, output, outputDetails: WHOLE } },
    ],
    failed: ({ error, cause }: StatesError): Recorded =>
      error === 'States.Timeout' || error === 'States.HeartbeatTimeout'
        ? ['TaskTimedOut', { taskTimedOutEventDetails: { ...of, error, cause } }]
        : ['TaskFailed', { taskFailedEventDetails: { ...of, error, cause } }],
  };
}
