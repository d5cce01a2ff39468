import type { PassState, SucceedState } from './definition.ts';
import { leave } from './outcome.ts';
import type { Outcome, Visit } from './run.ts';

/** Pass and Succeed: output and variables, nothing else. */
export function pass(visit: Visit<PassState | SucceedState>): Promise<Outcome> {
  return leave(visit, { data: visit.input, next: visit.state.Next, from: visit.state });
}
