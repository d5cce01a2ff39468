/** Errors as Amazon States Language names them ("Appendix A: Predefined Error Codes" of the specification). */

/** A failure that Retry and Catch match by name. Both parts may be missing: a Fail state needs neither. */
export class StatesError extends Error {
  readonly error: string | undefined;
  override readonly cause: string | undefined;

  constructor(error: string | undefined, cause: string | undefined) {
    super(`${error ?? 'unnamed error'}: ${cause ?? ''}`);
    this.error = error;
    this.cause = cause;
  }

  /** What `$states.errorOutput` and a failure's history event hold. */
  output(): { Error?: string; Cause?: string } {
    return {
      ...(this.error !== undefined && { Error: this.error }),
      ...(this.cause !== undefined && { Cause: this.cause }),
    };
  }
}

/** A JSONata expression that failed, gave nothing, or gave the wrong type. `location` is the field, such as `Output/result`. */
export class EvaluationError extends StatesError {
  readonly location: string;

  constructor(location: string, cause: string) {
    super('States.QueryEvaluationError', cause);
    this.location = location;
  }
}

/** Work that was ended from outside: its execution was stopped or timed out, or a sibling failed. Retry and Catch never see it. */
export class Stopped extends Error {
  readonly status: 'ABORTED' | 'TIMED_OUT';
  readonly error: string | undefined;
  override readonly cause: string | undefined;

  constructor(status: 'ABORTED' | 'TIMED_OUT', error?: string, cause?: string) {
    super(status);
    this.status = status;
    this.error = error;
    this.cause = cause;
  }
}

/** "States.ALL can't catch the States.DataLimitExceeded terminal error or Runtime error types" (Step Functions developer guide, Handling errors). */
const TERMINAL = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** Whether one of the names of a retrier or catcher covers an error. `States.TaskFailed` covers everything but `States.Timeout`. */
export function covers(errorEquals: readonly string[], error: string | undefined): boolean {
  const terminal = error !== undefined && TERMINAL.has(error);
  return errorEquals.some(
    (name) =>
      name === error ||
      (name === 'States.ALL' && !terminal) ||
      (name === 'States.TaskFailed' && !terminal && error !== 'States.Timeout'),
  );
}
