import type { TaskState } from './definition.ts';
import { StatesError } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import { WHOLE } from './history.ts';
import { leave, limited } from './outcome.ts';
import type { Outcome, Visit } from './run.ts';
import { within } from './stop.ts';

/** "TimeoutSeconds: if not specified, the default value is 99999999" (Step Functions developer guide, Task workflow state). */
const TIMEOUT_SECONDS = 99_999_999;

/** Calls the Resource with Arguments, which default to the state's input. */
export async function task(visit: Visit<TaskState>): Promise<Outcome> {
  const { state, track, input } = visit;
  const { Resource, Arguments, TimeoutSeconds } = state;
  const { host, history, launch } = track.run;
  const evaluation = new Evaluation(visit);
  const args = Arguments === undefined ? input : await evaluation.template(Arguments, 'Arguments');
  const seconds = await evaluation.typed('number', TimeoutSeconds ?? TIMEOUT_SECONDS, 'TimeoutSeconds');
  // arn:<partition>:states:<region>:<account>:<resource type>:<resource>; the type may hold a colon (aws-sdk:s3).
  const parts = Resource.split(':').slice(5);
  const of = { resourceType: parts.slice(0, -1).join(':'), resource: parts.at(-1) };
  const called = { region: launch.arn.split(':')[3], parameters: JSON.stringify(args) };
  const limit = TimeoutSeconds !== undefined && { timeoutInSeconds: seconds };
  history.add(track, 'TaskScheduled', { taskScheduledEventDetails: { ...of, ...called, ...limit } });
  history.add(track, 'TaskStarted', { taskStartedEventDetails: of });
  let result: unknown;
  try {
    result = await within(track, seconds, () => host.task(Resource, args));
    const output = limited(result, Resource);
    history.add(track, 'TaskSucceeded', { taskSucceededEventDetails: { ...of, output, outputDetails: WHOLE } });
  } catch (thrown) {
    if (!(thrown instanceof StatesError)) throw thrown;
    const details = { ...of, error: thrown.error, cause: thrown.cause };
    if (thrown.error === 'States.Timeout') history.add(track, 'TaskTimedOut', { taskTimedOutEventDetails: details });
    else history.add(track, 'TaskFailed', { taskFailedEventDetails: details });
    throw thrown;
  }
  return leave(visit, { data: result, next: state.Next, from: state, states: { result } });
}
