import jsonata from 'jsonata';
import { EvaluationError } from './errors.ts';
import type { Visit } from './run.ts';

const compiled = new Map<string, jsonata.Expression>();

/** The start of every cause that the interpreter itself words. */
export function whileExecuting({ name, entered }: Visit): string {
  return `An error occurred while executing the state '${name}' (entered at the event id #${entered}).`;
}

interface Typed {
  readonly array: readonly unknown[];
  readonly boolean: boolean;
  readonly number: number;
  readonly object: Readonly<Record<string, unknown>>;
  readonly string: string;
}

/** Evaluates a state's templates with what they may see: variables, `$states`, the functions. */
export class Evaluation {
  readonly #visit: Visit;
  readonly #bindings: Record<string, unknown>;

  /** `more`: what `$states` holds beyond `input` and `context`. `context`: further members of the context object. */
  constructor(visit: Visit, more: object = {}, context: object = {}) {
    const { track, name, enteredTime, retryCount, state, input } = visit;
    const State = { Name: name, EnteredTime: enteredTime, ...('Retry' in state && { RetryCount: retryCount }) };
    this.#visit = visit;
    this.#bindings = {
      ...functionsOf(visit),
      ...track.variables,
      states: { input, context: { ...track.context, State, ...context }, ...more },
    };
  }

  /** The template with every expression in it replaced. Throws `EvaluationError`. */
  async template(template: unknown, field: string): Promise<unknown> {
    const source = expressionIn(template);
    if (source !== undefined) return this.#expression(source, field);
    if (typeof template !== 'object' || template === null) return template;
    const members: [string, unknown][] = [];
    for (const [key, value] of Object.entries(template))
      members.push([key, await this.template(value, `${field}/${key}`)]);
    return Array.isArray(template) ? members.map(([, value]) => value) : Object.fromEntries(members);
  }

  /** The template's value, which must be of a type. Throws `EvaluationError`. */
  async typed<Type extends keyof Typed>(type: Type, template: unknown, field: string): Promise<Typed[Type]> {
    const value = await this.template(template, field);
    const actual = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
    // `Typed` names its types as `actual` does.
    if (actual === type) return value as Typed[Type];
    const but = `Expected '${type}', but was '${actual}' for value: ${JSON.stringify(value)}`;
    const source = expressionIn(template) ?? JSON.stringify(template);
    throw this.#failure(source, field, `returned an unexpected result type. ${but}`);
  }

  async #expression(source: string, field: string): Promise<unknown> {
    let value: unknown;
    try {
      const expression = compiled.get(source) ?? jsonata(source);
      compiled.set(source, expression);
      value = await expression.evaluate(undefined, this.#bindings);
    } catch (thrown) {
      throw this.#failure(source, field, `threw an error during evaluation. ${wording(thrown)}`);
    }
    const text = JSON.stringify(value);
    if (text === undefined) throw this.#failure(source, field, 'returned nothing (undefined).');
    return typeof value === 'object' ? JSON.parse(text) : value;
  }

  #failure(source: string, field: string, what: string): EvaluationError {
    const expression = `The JSONata expression '${source}' specified for the field '${field}'`;
    return new EvaluationError(field, `${whileExecuting(this.#visit)} ${expression} ${what}`);
  }
}

/** The JSONata source in `{% … %}`, undefined for any other value. */
function expressionIn(template: unknown): string | undefined {
  if (typeof template !== 'string' || !template.startsWith('{%') || !template.endsWith('%}')) return undefined;
  return template.slice(2, -2).trim();
}

/**
 * What Step Functions adds to JSONata, as far as it is used here ("Transforming data with JSONata in Step Functions"); time is the
 * cloud's. An undefined one hides JSONata's own, so that calling it fails: Step Functions has no $eval, and nothing here is left to chance.
 */
function functionsOf({ track }: Visit): Record<string, unknown> {
  const { clock } = track.run.host;
  return {
    parse: (text: string) => JSON.parse(text),
    now: () => clock.now().toISOString(),
    millis: () => clock.nowMs(),
    random: undefined,
    eval: undefined,
  };
}

/** JSONata throws objects with `code` and `message`; functions of ours throw errors. */
function wording(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const code = 'code' in thrown ? `${thrown.code}: ` : '';
  return `${code}${'message' in thrown ? thrown.message : ''}`;
}
