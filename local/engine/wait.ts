import type { WaitState } from './definition.ts';
import { EvaluationError } from './errors.ts';
import { Evaluation, whileExecuting } from './evaluation.ts';
import { leave } from './outcome.ts';
import type { Outcome, Visit } from './run.ts';
import { pause } from './stop.ts';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Seconds, or until a Timestamp; one that has passed does not wait. */
export async function wait(visit: Visit<WaitState>): Promise<Outcome> {
  const { clock } = visit.track.run.host;
  const ms = await waitMs(visit, clock.nowMs());
  if (ms > 0) await pause(clock, visit.track.stop, { ms, label: `${visit.track.run.launch.arn}${visit.track.path}` });
  return leave(visit, { data: visit.input, next: visit.state.Next, from: visit.state });
}

async function waitMs(visit: Visit<WaitState>, nowMs: number): Promise<number> {
  const { Seconds, Timestamp } = visit.state;
  const evaluation = new Evaluation(visit);
  if (Seconds !== undefined) return (await evaluation.number(Seconds, 'Seconds')) * 1000;
  const timestamp = await evaluation.string(Timestamp, 'Timestamp');
  const atMs = TIMESTAMP.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(atMs))
    throw new EvaluationError(
      'Timestamp',
      `${whileExecuting(visit)} The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${timestamp}`,
    );
  return atMs - nowMs;
}
