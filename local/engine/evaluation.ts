import jsonata from 'jsonata';
import { EvaluationError } from './errors.ts';
import { functionsFor } from './functions.ts';
import type { Visit } from './run.ts';

const compiled = new Map<string, jsonata.Expression>();

/** The JSONata source in `{% … %}`, undefined for any other value. */
export function expressionIn(template: unknown): string | undefined {
  if (typeof template !== 'string' || !template.startsWith('{%') || !template.endsWith('%}')) return undefined;
  return template.slice(2, -2).trim();
}

export function compile(source: string): jsonata.Expression {
  const known = compiled.get(source);
  if (known) return known;
  const expression = jsonata(source);
  compiled.set(source, expression);
  return expression;
}

/** The start of every cause that the interpreter itself words. */
export function whileExecuting({ name, entered }: Visit): string {
  return `An error occurred while executing the state '${name}' (entered at the event id #${entered}).`;
}

type JsonType = 'array' | 'boolean' | 'number' | 'object' | 'string';

/** Evaluates a state's templates with what they may see: variables, `$states`, the functions. */
export class Evaluation {
  readonly #visit: Visit;
  readonly #bindings: Record<string, unknown>;

  /** `more`: what `$states` holds beyond `input` and `context`. `context`: further members of the context object. */
  constructor(visit: Visit, more: Record<string, unknown> = {}, context: object = {}) {
    const { track, name, enteredTime, retryCount, state } = visit;
    const retries = state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map';
    const State = { Name: name, EnteredTime: enteredTime, ...(retries && { RetryCount: retryCount }) };
    this.#visit = visit;
    this.#bindings = {
      ...functionsFor(track),
      ...track.variables,
      states: { input: visit.input, context: { ...track.context, State, ...context }, ...more },
    };
  }

  /** The template with every expression in it replaced. Throws `EvaluationError`. */
  async template(template: unknown, field: string): Promise<unknown> {
    const source = expressionIn(template);
    if (source !== undefined) return this.#expression(source, field);
    if (Array.isArray(template)) {
      const items: unknown[] = [];
      for (const [index, item] of template.entries()) items.push(await this.template(item, `${field}/${index}`));
      return items;
    }
    if (typeof template !== 'object' || template === null) return template;
    const members: [string, unknown][] = [];
    for (const [key, value] of Object.entries(template))
      members.push([key, await this.template(value, `${field}/${key}`)]);
    return Object.fromEntries(members);
  }

  /** The rest give a value of one type; a number that is absent is `otherwise`. */
  async array(template: unknown, field: string): Promise<readonly unknown[]> {
    const value = await this.#typed(template, field, 'array');
    return Array.isArray(value) ? value : [];
  }

  async number(template: unknown, field: string, otherwise = Number.NaN): Promise<number> {
    if (template === undefined) return otherwise;
    return Number(await this.#typed(template, field, 'number'));
  }

  async string(template: unknown, field: string): Promise<string> {
    return String(await this.#typed(template, field, 'string'));
  }

  async boolean(template: unknown, field: string): Promise<boolean> {
    return (await this.#typed(template, field, 'boolean')) === true;
  }

  async object(template: unknown, field: string): Promise<Readonly<Record<string, unknown>>> {
    return Object.fromEntries(Object.entries((await this.#typed(template, field, 'object')) ?? {}));
  }

  async #typed(template: unknown, field: string, expected: JsonType): Promise<unknown> {
    const value = await this.template(template, field);
    const actual = typeOf(value);
    if (actual === expected) return value;
    throw this.#failure(
      expressionIn(template) ?? JSON.stringify(template),
      field,
      `returned an unexpected result type. Expected '${expected}', but was '${actual}' for value: ${JSON.stringify(value)}`,
    );
  }

  async #expression(source: string, field: string): Promise<unknown> {
    let value: unknown;
    try {
      value = await compile(source).evaluate(undefined, this.#bindings);
    } catch (thrown) {
      throw this.#failure(source, field, `threw an error during evaluation. ${wording(thrown)}`);
    }
    const text = JSON.stringify(value);
    if (text === undefined) throw this.#failure(source, field, 'returned nothing (undefined).');
    return typeof value === 'object' ? JSON.parse(text) : value;
  }

  #failure(source: string, field: string, what: string): EvaluationError {
    return new EvaluationError(
      field,
      `${whileExecuting(this.#visit)} The JSONata expression '${source}' specified for the field '${field}' ${what}`,
    );
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** JSONata throws objects with `code` and `message`; functions of ours throw errors. */
function wording(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const code = 'code' in thrown ? `${thrown.code}: ` : '';
  return `${code}${'message' in thrown ? thrown.message : ''}`;
}
