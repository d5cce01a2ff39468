import type { Exit } from './definition.ts';
import { StatesError } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import type { Outcome, Visit } from './run.ts';

/** "Maximum input or output size for a task, state, or execution: 256 KiB of data as a UTF-8 encoded string" (Step Functions service quotas). */
export const MAXIMUM_BYTES = 256 * 1024;

/** JSON text of data, which must fit the limit. `what` is the state or resource that returned it. */
export function limited(data: unknown, what: string): string {
  const text = JSON.stringify(data);
  if (text.length * 3 > MAXIMUM_BYTES && Buffer.byteLength(text) > MAXIMUM_BYTES)
    throw new StatesError(
      'States.DataLimitExceeded',
      `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  return text;
}

interface Leaving {
  /** What is left with when there is no Output: the state's result, or its input. */
  readonly data: unknown;
  readonly next: string | undefined;
  readonly from: Exit;
  /** What `$states` holds besides. */
  readonly states?: Record<string, unknown>;
}

/** Leaves a state by the Output and Assign of `from` (a state, choice rule or catcher). Both see the variables as they were before. */
export async function leave(visit: Visit, exit: Leaving): Promise<Outcome> {
  const { Output, Assign } = exit.from;
  const evaluation = new Evaluation(visit, exit.states);
  const output = Output === undefined ? exit.data : await evaluation.template(Output, 'Output');
  const assign = Assign && (await evaluation.object(Assign, 'Assign'));
  return { next: exit.next, output, text: limited(output, visit.name), assign };
}

/** Leaves a state that did its work and has a result. */
export function leaveWith(visit: Visit, result: unknown): Promise<Outcome> {
  return leave(visit, { data: result, next: visit.state.Next, from: visit.state, states: { result } });
}
