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

  /** A bug is `States.Runtime`. */
  static of(thrown: unknown): StatesError {
    if (thrown instanceof StatesError) return thrown;
    return new StatesError('States.Runtime', thrown instanceof Error ? thrown.stack : String(thrown));
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

/** Why work was ended from outside: its execution timed out, or a sibling failed. Retry and Catch never see it. */
export class Stopped extends Error {
  readonly status: 'ABORTED' | 'TIMED_OUT';

  constructor(status: 'ABORTED' | 'TIMED_OUT') {
    super(status);
    this.status = status;
  }
}

/** "States.ALL can't catch the States.DataLimitExceeded terminal error or Runtime error types" (Step Functions developer guide, Handling errors). */
const TERMINAL = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** Whether one of the names of a retrier or catcher covers an error. `States.TaskFailed` covers everything but `States.Timeout`. */
export function covers(errorEquals: readonly string[], error = ''): boolean {
  const wild = TERMINAL.has(error) ? [] : ['States.ALL', ...(error === 'States.Timeout' ? [] : ['States.TaskFailed'])];
  return errorEquals.some((name) => name === error || wild.includes(name));
}
