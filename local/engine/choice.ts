import type { ChoiceState } from './definition.ts';
import { StatesError } from './errors.ts';
import { Evaluation, whileExecuting } from './evaluation.ts';
import { leave } from './outcome.ts';
import type { Outcome, Visit } from './run.ts';

/** The first rule whose Condition holds decides; Output and Assign of the state itself count only when none does. */
export async function choice(visit: Visit<ChoiceState>): Promise<Outcome> {
  const { state, input } = visit;
  const evaluation = new Evaluation(visit);
  for (const [index, rule] of state.Choices.entries())
    if (await evaluation.boolean(rule.Condition, `Choices[${index}]/Condition`))
      return leave(visit, { data: input, next: rule.Next, from: rule });
  if (state.Default === undefined)
    throw new StatesError(
      'States.NoChoiceMatched',
      `${whileExecuting(visit)} Failed to transition out of the state. The state does not point to a next state.`,
    );
  return leave(visit, { data: input, next: state.Default, from: state });
}
