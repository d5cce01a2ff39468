/** The states that work on nothing but their input. */
import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from './definition.ts';
import { EvaluationError, StatesError } from './errors.ts';
import { Evaluation, whileExecuting } from './evaluation.ts';
import { leave } from './outcome.ts';
import type { Outcome, Visit } from './run.ts';
import { pause } from './stop.ts';

export function pass(visit: Visit<PassState | WaitState | SucceedState>): Promise<Outcome> {
  const { state, input } = visit;
  return leave(visit, { data: input, next: 'Next' in state ? state.Next : undefined, from: state });
}

export async function fail(visit: Visit<FailState>): Promise<Outcome> {
  const { Error: error, Cause: cause } = visit.state;
  const evaluation = new Evaluation(visit);
  throw new StatesError(
    error === undefined ? undefined : await evaluation.typed('string', error, 'Error'),
    cause === undefined ? undefined : await evaluation.typed('string', cause, 'Cause'),
  );
}

/** The first rule whose Condition holds decides; Output and Assign of the state itself count only when none does. */
export async function choice(visit: Visit<ChoiceState>): Promise<Outcome> {
  const { state, input } = visit;
  const evaluation = new Evaluation(visit);
  for (const [index, rule] of state.Choices.entries())
    if (await evaluation.typed('boolean', rule.Condition, `Choices[${index}]/Condition`))
      return leave(visit, { data: input, next: rule.Next, from: rule });
  if (state.Default !== undefined) return leave(visit, { data: input, next: state.Default, from: state });
  const cause = 'Failed to transition out of the state. The state does not point to a next state.';
  throw new StatesError('States.NoChoiceMatched', `${whileExecuting(visit)} ${cause}`);
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Seconds, or until a Timestamp; one that has passed does not wait. */
export async function wait(visit: Visit<WaitState>): Promise<Outcome> {
  const ms = await waitMs(visit);
  if (ms > 0) await pause(visit.track, ms);
  return pass(visit);
}

async function waitMs(visit: Visit<WaitState>): Promise<number> {
  const { Seconds, Timestamp } = visit.state;
  const evaluation = new Evaluation(visit);
  if (Seconds !== undefined) return (await evaluation.typed('number', Seconds, 'Seconds')) * 1000;
  const timestamp = await evaluation.typed('string', Timestamp, 'Timestamp');
  const atMs = TIMESTAMP.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs - visit.track.run.host.clock.nowMs();
  const cause = 'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string';
  throw new EvaluationError('Timestamp', `${whileExecuting(visit)} ${cause}: ${timestamp}`);
}
