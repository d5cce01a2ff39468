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
  /** The state, choice rule or catcher that says how. */
  readonly from: { readonly Output?: unknown; readonly Assign?: Outcome['assign'] };
  /** What `$states` holds besides. */
  readonly states?: object;
}

/** Leaves a state by Output and Assign, which both see the variables as they were before. */
export async function leave(visit: Visit, { data, next, from, states }: Leaving): Promise<Outcome> {
  const evaluation = new Evaluation(visit, states);
  const output = from.Output === undefined ? data : await evaluation.template(from.Output, 'Output');
  const assign = from.Assign && (await evaluation.typed('object', from.Assign, 'Assign'));
  return { next, output, text: limited(output, visit.name), assign };
}
