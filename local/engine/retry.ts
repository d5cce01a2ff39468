import type { Retrier } from './definition.ts';
import { covers, EvaluationError, StatesError, Stopped } from './errors.ts';
import { leave } from './outcome.ts';
import type { Outcome, Visit } from './run.ts';
import { pause } from './stop.ts';

/** Executes a state, again as its Retry says and, when that is used up, onwards as its Catch says. */
export async function persist(visit: Visit, execute: () => Promise<Outcome>): Promise<Outcome> {
  const { state, track } = visit;
  const retriers = 'Retry' in state ? state.Retry : [];
  const spent = new Map<Retrier, number>();
  for (;;)
    try {
      return await execute();
    } catch (thrown) {
      const failure = recorded(visit, thrown);
      const retrier = retriers.find(({ ErrorEquals }) => covers(ErrorEquals, failure.error));
      const tries = retrier ? (spent.get(retrier) ?? 0) : 0;
      if (!retrier || tries >= retrier.MaxAttempts) return await caught(visit, failure);
      spent.set(retrier, tries + 1);
      await pause(track, backOffMs(visit, retrier, tries));
      visit.retryCount++;
      track.run.transitions++;
    }
}

function backOffMs({ track, name, retryCount }: Visit, retrier: Retrier, tries: number): number {
  const { run, path } = track;
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds, JitterStrategy } = retrier;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** tries, MaxDelaySeconds);
  const drawnFor = ['jitter', `${run.launch.arn}${path}`, name, retryCount] as const;
  return seconds * 1000 * (JitterStrategy === 'FULL' ? run.host.draw.fraction(...drawnFor) : 1);
}

async function caught(visit: Visit, failure: StatesError): Promise<Outcome> {
  const catchers = 'Catch' in visit.state ? visit.state.Catch : [];
  const catcher = catchers.find(({ ErrorEquals }) => covers(ErrorEquals, failure.error));
  if (!catcher) throw failure;
  const errorOutput = { Error: failure.error, Cause: failure.cause };
  try {
    return await leave(visit, { data: errorOutput, next: catcher.Next, from: catcher, states: { errorOutput } });
  } catch (thrown) {
    throw recorded(visit, thrown);
  }
}

/** Writes a failure into the history once, in the innermost state it reached; what is left is its name and cause. */
function recorded(visit: Visit, thrown: unknown): StatesError {
  if (thrown instanceof Stopped) throw thrown;
  const { track, state } = visit;
  const { history } = track.run;
  const failure = StatesError.of(thrown);
  const { error, cause } = failure;
  if (failure instanceof EvaluationError) {
    if (track.last === visit.entered && state.Type !== 'Wait') track.last = visit.before;
    const details = { error, cause, location: failure.location, state: visit.name };
    history.add(track, 'EvaluationFailed', { evaluationFailedEventDetails: details });
  }
  if (state.Type === 'Map') history.add(track, 'MapStateFailed');
  return new StatesError(error, cause);
}
