import { Definition, type Machine, type State } from './definition.ts';

/** What is wrong with a definition, worded `CODE: text at /path` as CreateStateMachine words it. */
export class InvalidDefinition extends Error {}

/**
 * Reads a definition. Refuses what AWS refuses at creation and, since this engine has no JSONPath, every state in that language (the
 * default of the Amazon States Language). Throws `InvalidDefinition`.
 */
export function readMachine(definition: string): Machine {
  let json: unknown;
  try {
    json = JSON.parse(definition);
  } catch (error) {
    throw new InvalidDefinition(`INVALID_JSON_DESCRIPTION: ${error instanceof Error ? error.message : ''}`);
  }
  const { data, error } = Definition.safeParse(json);
  const [issue] = error?.issues ?? [];
  if (!data) throw invalid(issue?.message ?? '', (issue?.path ?? []).map((key) => `/${String(key)}`).join(''));
  check(data, '', 'JSONPath');
  return data;
}

function check(machine: Machine, path: string, inherited: string): void {
  const language = machine.QueryLanguage ?? inherited;
  checkTarget(machine, machine.StartAt, `${path}/StartAt`);
  for (const [name, state] of Object.entries(machine.States)) {
    const at = `${path}/States/${name}`;
    if ((state.QueryLanguage ?? language) !== 'JSONata') throw invalid('The embedded cloud runs JSONata only', at);
    for (const [field, target] of targetsOf(state, at)) checkTarget(machine, target, `${at}/${field}`);
    if (state.Type === 'Map') check(state.ItemProcessor, `${at}/ItemProcessor`, language);
  }
}

/** Every transition out of a state, by the field that names it. */
function targetsOf(state: State, at: string): [field: string, target: string][] {
  if (state.Type === 'Succeed' || state.Type === 'Fail') return [];
  if (state.Type === 'Choice') {
    const rules = state.Choices.map(({ Next }, index): [string, string] => [`Choices[${index}]/Next`, Next]);
    return state.Default === undefined ? rules : [...rules, ['Default', state.Default]];
  }
  if ((state.Next === undefined) === (state.End === undefined))
    throw invalid('Exactly one of Next and End is required', at);
  const catchers = 'Catch' in state ? state.Catch : [];
  const caught = catchers.map(({ Next }, index): [string, string] => [`Catch[${index}]/Next`, Next]);
  return state.Next === undefined ? caught : [...caught, ['Next', state.Next]];
}

function checkTarget({ States }: Machine, name: string, at: string): void {
  const text = `MISSING_TRANSITION_TARGET: Missing '${at.split('/').at(-1)}' target: ${name} at ${at}`;
  if (!Object.hasOwn(States, name)) throw new InvalidDefinition(text);
}

function invalid(text: string, at: string): InvalidDefinition {
  return new InvalidDefinition(`SCHEMA_VALIDATION_FAILED: ${text} at ${at || '/'}`);
}
