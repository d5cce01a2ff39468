import type { HistoryEventType } from '@aws-sdk/client-sfn';
import { choice } from './choice.ts';
import type { Machine, State } from './definition.ts';
import { StatesError } from './errors.ts';
import { fail } from './fail.ts';
import { WHOLE } from './history.ts';
import { map } from './map.ts';
import { parallel } from './parallel.ts';
import { pass } from './pass.ts';
import { persist } from './retry.ts';
import type { Outcome, Track, Visit } from './run.ts';
import { task } from './task.ts';
import { wait } from './wait.ts';

/** Runs states from StartAt to the end; gives the last one's output. */
export async function walk(machine: Machine, input: unknown, track: Track): Promise<unknown> {
  let name: string | undefined = machine.StartAt;
  let data = { output: input, text: JSON.stringify(input) };
  while (name !== undefined) {
    if (track.stop.reason) throw track.stop.reason;
    const state: State | undefined = machine.States[name];
    if (state?.QueryLanguage !== 'JSONata')
      throw new StatesError('States.Runtime', `There is no state '${name}' in JSONata.`);
    const outcome: Outcome = await visit(name, state, { data, track });
    data = outcome;
    name = outcome.next;
  }
  return data.output;
}

interface Arrival {
  readonly data: { readonly output: unknown; readonly text: string };
  readonly track: Track;
}

async function visit(name: string, state: State, { data, track }: Arrival): Promise<Outcome> {
  const { history, host } = track.run;
  const before = track.last;
  track.run.transitions++;
  const entered = history.add(track, enteredType(state), {
    stateEnteredEventDetails: { name, input: data.text, inputDetails: WHOLE },
  });
  const enteredTime = host.clock.now().toISOString();
  const arrived = { track, name, input: data.output, entered, before, enteredTime, retryCount: 0 };
  const whole: Visit = { ...arrived, state };
  const outcome = await persist(whole, () => execute(whole, state));
  if (outcome.assign) track.variables = { ...track.variables, ...outcome.assign };
  if (state.Type !== 'Fail') exit(whole, outcome, exitedType(state));
  return outcome;
}

function exit({ name, track }: Visit, { text, assign }: Outcome, type: HistoryEventType): void {
  const assignedVariables =
    assign && Object.fromEntries(Object.entries(assign).map(([variable, value]) => [variable, JSON.stringify(value)]));
  track.run.history.add(track, type, {
    stateExitedEventDetails: {
      name,
      output: text,
      outputDetails: WHOLE,
      ...(assignedVariables && { assignedVariables, assignedVariablesDetails: WHOLE }),
    },
  });
}

const enteredType = ({ Type }: State): HistoryEventType => `${Type}StateEntered`;
const exitedType = ({ Type }: Exclude<State, { Type: 'Fail' }>): HistoryEventType => `${Type}StateExited`;

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
    case 'Parallel':
      return parallel({ ...visit, state });
    case 'Map':
      return map({ ...visit, state });
  }
}
