import type { FailState } from './definition.ts';
import { StatesError } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import type { Outcome, Visit } from './run.ts';

export async function fail(visit: Visit<FailState>): Promise<Outcome> {
  const { Error: error, Cause: cause } = visit.state;
  const evaluation = new Evaluation(visit);
  throw new StatesError(
    error === undefined ? undefined : await evaluation.string(error, 'Error'),
    cause === undefined ? undefined : await evaluation.string(cause, 'Cause'),
  );
}
