/** The errors that cross from a function to its state machine; every `ErrorEquals` of `statemachines/` is one of them, Lambda's or Step Functions' own. */
export const stepErrorNames = ['InvalidInput', 'Throttled', 'Unavailable', 'Conflict'] as const;
export type StepErrorName = (typeof stepErrorNames)[number];

/** Thrown only for Step Functions: Lambda reports `name` as the error's type. An expected outcome is a returned value instead. */
export class StepError extends Error {
  override readonly name: StepErrorName;

  constructor(name: StepErrorName, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = name;
  }
}
