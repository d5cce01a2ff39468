import type { z } from 'zod';

/** What a function promises: the stack builds its environment from `env`, the state machine's input and output are `input` and `output`. */
export type Contract<Env extends z.ZodType, Input extends z.ZodType, Output extends z.ZodType> = {
  readonly name: string;
  readonly env: Env;
  readonly input: Input;
  readonly output: Output;
};

export function contract<Env extends z.ZodType, Input extends z.ZodType, Output extends z.ZodType>(
  parts: Contract<Env, Input, Output>,
): Contract<Env, Input, Output> {
  return parts;
}
