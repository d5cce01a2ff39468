import type { Machine, State } from './definition.ts';
import { compile, expressionIn } from './evaluation.ts';

/** What is wrong with a definition, worded `CODE: text at /path` as CreateStateMachine words it. */
export class InvalidDefinition extends Error {}

const TYPES = ['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'];
const JSONPATH_FIELDS = [
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ResultSelector',
  'Parameters',
  'Result',
  'ItemsPath',
];

/**
 * Reads a definition for the engine, every state marked as JSONata. Refuses what AWS refuses at creation and, since this engine has no
 * JSONPath, every state in that language (the default of the Amazon States Language). Throws `InvalidDefinition`.
 */
export function readMachine(definition: string): Machine {
  let parsed: unknown;
  try {
    parsed = JSON.parse(definition);
  } catch (error) {
    throw new InvalidDefinition(`INVALID_JSON_DESCRIPTION: ${error instanceof Error ? error.message : ''}`);
  }
  checkExpressions(parsed, '');
  return readStates(asMachine(parsed, ''), '', { language: 'JSONPath', outer: new Set() });
}

interface Surroundings {
  readonly language: string;
  /** Variables that a surrounding machine assigns. */
  readonly outer: ReadonlySet<string>;
}

function readStates<M extends Machine>(machine: M, path: string, around: Surroundings): M {
  const language = machine.QueryLanguage ?? around.language;
  const inside: Surroundings = { language, outer: new Set([...around.outer, ...assigned(machine)]) };
  const States: Record<string, State> = {};
  for (const [name, state] of Object.entries(machine.States)) {
    const at = `${path}/States/${name}`;
    check(TYPES.includes(state.Type), 'SCHEMA_VALIDATION_FAILED', `Value is not a state type at ${at}/Type`);
    checkLanguage(state, at, language);
    checkTransitions(state, at, machine);
    checkScope(state, at, around.outer);
    States[name] = readInner({ ...state, QueryLanguage: 'JSONata' }, at, inside);
  }
  target(machine, machine.StartAt, `${path}/StartAt`);
  return { ...machine, States };
}

function readInner(state: State, at: string, inside: Surroundings): State {
  if (state.Type === 'Map') {
    const processor = asMachine(state.ItemProcessor, `${at}/ItemProcessor`);
    const distributed = state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
    const around = distributed ? { ...inside, outer: new Set<string>() } : inside;
    return { ...state, ItemProcessor: readStates(processor, `${at}/ItemProcessor`, around) };
  }
  if (state.Type !== 'Parallel') return state;
  const branch = (machine: Machine, index: number) =>
    readStates(asMachine(machine, `${at}/Branches[${index}]`), `${at}/Branches[${index}]`, inside);
  return { ...state, Branches: state.Branches.map(branch) };
}

function checkLanguage(state: State, at: string, inherited: string): void {
  const language = state.QueryLanguage ?? inherited;
  check(
    language === 'JSONata',
    'SCHEMA_VALIDATION_FAILED',
    `The embedded cloud runs JSONata only, but the QueryLanguage is ${language} at ${at}`,
  );
  for (const field of JSONPATH_FIELDS)
    check(!(field in state), 'SCHEMA_VALIDATION_FAILED', `Field is not supported with JSONata at ${at}/${field}`);
  check(!('Credentials' in state), 'SCHEMA_VALIDATION_FAILED', `Field is not supported at ${at}/Credentials`);
}

function checkTransitions(state: State, at: string, machine: Machine): void {
  const ends = state.Type === 'Succeed' || state.Type === 'Fail' || state.Type === 'Choice';
  check(
    ends || (state.Next === undefined) === (state.End === true),
    'SCHEMA_VALIDATION_FAILED',
    `Exactly one of Next and End is required at ${at}`,
  );
  if (state.Next !== undefined) target(machine, state.Next, `${at}/Next`);
  for (const [index, catcher] of (state.Catch ?? []).entries())
    target(machine, catcher.Next, `${at}/Catch[${index}]/Next`);
  if (state.Type !== 'Choice') return;
  for (const [index, rule] of state.Choices.entries()) target(machine, rule.Next, `${at}/Choices[${index}]/Next`);
  if (state.Default !== undefined) target(machine, state.Default, `${at}/Default`);
}

function target(machine: Machine, name: string, at: string): void {
  const field = at.slice(at.lastIndexOf('/') + 1);
  check(name in machine.States, 'MISSING_TRANSITION_TARGET', `Missing '${field}' target: ${name} at ${at}`);
}

/** "An inner scope can't assign a variable of the outer scope" (Step Functions developer guide, Variable scope). */
function checkScope(state: State, at: string, outer: ReadonlySet<string>): void {
  for (const name of assignedBy(state))
    check(!outer.has(name), 'SCHEMA_VALIDATION_FAILED', `Variable ${name} belongs to an outer scope at ${at}/Assign`);
}

function assigned(machine: Machine): string[] {
  return Object.values(machine.States).flatMap(assignedBy);
}

function assignedBy(state: State): string[] {
  const rules = state.Type === 'Choice' ? state.Choices : [];
  return [state, ...(state.Catch ?? []), ...rules].flatMap(({ Assign }) => Object.keys(Assign ?? {}));
}

function checkExpressions(value: unknown, at: string): void {
  const source = expressionIn(value);
  if (source !== undefined) {
    check(!/\$eval\b/.test(source), 'SCHEMA_VALIDATION_FAILED', `$eval is not supported at ${at}`);
    try {
      compile(source);
    } catch (error) {
      const message = typeof error === 'object' && error && 'message' in error ? error.message : error;
      throw new InvalidDefinition(`SCHEMA_VALIDATION_FAILED: ${message} at ${at}`);
    }
  } else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) checkExpressions(inner, `${at}/${key}`);
}

/** The one cast at this edge: a state's own fields are read as templates, whose types are checked when they are evaluated. */
function asMachine(value: unknown, at: string): Machine {
  const shaped =
    typeof value === 'object' &&
    value !== null &&
    'States' in value &&
    'StartAt' in value &&
    typeof value.States === 'object';
  check(shaped, 'SCHEMA_VALIDATION_FAILED', `StartAt and States are required at ${at || '/'}`);
  return value as Machine;
}

function check(holds: boolean, code: string, text: string): asserts holds {
  if (!holds) throw new InvalidDefinition(`${code}: ${text}`);
}
