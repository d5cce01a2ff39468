import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Retrier } from './definition.ts';
import { covers, EvaluationError, StatesError, Stopped } from './errors.ts';
import { leave } from './outcome.ts';
import type { Outcome, Visit } from './run.ts';
import { pause } from './stop.ts';

/** Executes a state, again as its Retry says and, when that is used up, onwards as its Catch says. */
export async function persist(visit: Visit, execute: () => Promise<Outcome>): Promise<Outcome> {
  const spent = new Map<Retrier, number>();
  for (;;)
    try {
      return await execute();
    } catch (thrown) {
      const failure = recorded(visit, thrown);
      const retrier = visit.state.Retry?.find(({ ErrorEquals }) => covers(ErrorEquals, failure.error));
      const tries = retrier ? (spent.get(retrier) ?? 0) : 0;
      if (!retrier || tries >= (retrier.MaxAttempts ?? 3)) return await caught(visit, failure);
      spent.set(retrier, tries + 1);
      await backOff(visit, retrier, tries);
      visit.retryCount++;
      visit.track.run.transitions++;
    }
}

async function backOff(visit: Visit, retrier: Retrier, tries: number): Promise<void> {
  const { track } = visit;
  const { clock, draw } = track.run.host;
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** tries;
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? grown);
  const label = `${track.run.launch.arn}${track.path}`;
  const share = retrier.JitterStrategy === 'FULL' ? draw.fraction('jitter', label, visit.name, visit.retryCount) : 1;
  await pause(clock, track.stop, { ms: seconds * share * 1000, label });
}

async function caught(visit: Visit, failure: StatesError): Promise<Outcome> {
  const catcher = visit.state.Catch?.find(({ ErrorEquals }) => covers(ErrorEquals, failure.error));
  if (!catcher) throw failure;
  const errorOutput = failure.output();
  try {
    return await leave(visit, { data: errorOutput, next: catcher.Next, from: catcher, states: { errorOutput } });
  } catch (thrown) {
    throw recorded(visit, thrown);
  }
}

/** Writes a failure into the history once, in the innermost state it reached; what is left is its name and cause. */
function recorded(visit: Visit, thrown: unknown): StatesError {
  if (thrown instanceof Stopped) throw thrown;
  const { track, state, name } = visit;
  const { history } = track.run;
  const failure =
    thrown instanceof StatesError
      ? thrown
      : new StatesError('States.Runtime', thrown instanceof Error ? thrown.stack : String(thrown));
  if (failure instanceof EvaluationError) {
    const { error, cause, location } = failure;
    if (track.last === visit.entered && state.Type !== 'Wait') track.last = visit.before;
    history.add(track, 'EvaluationFailed', {
      evaluationFailedEventDetails: { error, cause, location, state: name },
    });
  }
  if (state.Type === 'Map' || state.Type === 'Parallel') {
    const type: HistoryEventType = `${state.Type}StateFailed`;
    history.add(track, type);
  }
  return failure instanceof EvaluationError ? new StatesError(failure.error, failure.cause) : failure;
}
