import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Machine, State } from './definition.ts';
import { StatesError } from './errors.ts';
import { choice, fail, pass, wait } from './flow-states.ts';
import { WHOLE } from './history.ts';
import { map } from './map.ts';
import { persist } from './retry.ts';
import type { Outcome, Track, Visit } from './run.ts';
import { task } from './task.ts';

/** Runs states from StartAt to the end; gives the last one's output. */
export async function walk(machine: Machine, input: unknown, track: Track): Promise<unknown> {
  let outcome: Outcome = { next: machine.StartAt, output: input, text: JSON.stringify(input) };
  while (outcome.next !== undefined) {
    track.signal.throwIfAborted();
    const state = machine.States[outcome.next];
    if (!state) throw new StatesError('States.Runtime', `There is no state '${outcome.next}'.`);
    outcome = await visit({ name: outcome.next, state, track, input: outcome.output }, outcome.text);
  }
  return outcome.output;
}

async function visit(arrival: Pick<Visit, 'name' | 'state' | 'track' | 'input'>, input: string): Promise<Outcome> {
  const { name, state, track } = arrival;
  const { history, host } = track.run;
  const before = track.last;
  track.run.transitions++;
  const enteredType: HistoryEventType = `${state.Type}StateEntered`;
  const entered = history.add(track, enteredType, { stateEnteredEventDetails: { name, input, inputDetails: WHOLE } });
  const whole = { ...arrival, entered, before, enteredTime: host.clock.now().toISOString(), retryCount: 0 };
  const outcome = await persist(whole, () => execute(whole, state));
  if (outcome.assign) track.variables = { ...track.variables, ...outcome.assign };
  if (state.Type !== 'Fail') exit(whole, outcome, `${state.Type}StateExited`);
  return outcome;
}

function exit({ name, track }: Visit, { text: output, assign }: Outcome, type: HistoryEventType): void {
  const texts = Object.entries(assign ?? {}).map(([variable, value]) => [variable, JSON.stringify(value)]);
  const assigned = assign && { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: WHOLE };
  track.run.history.add(track, type, {
    stateExitedEventDetails: { name, output, outputDetails: WHOLE, ...assigned },
  });
}

/** Each attempt gets a visit narrowed to its type, with the retry count as it is now. */
function execute(visit: Visit, state: State): Promise<Outcome> {
  switch (state.Type) {
    case 'Pass':
    case 'Succeed':
      return pass({ ...visit, state });
    case 'Fail':
      return fail({ ...visit, state });
    case 'Wait':
      return wait({ ...visit, state });
    case 'Choice':
      return choice({ ...visit, state });
    case 'Task':
      return task({ ...visit, state });
    case 'Map':
      return map({ ...visit, state });
  }
}
