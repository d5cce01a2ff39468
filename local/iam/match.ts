/** Wildcards and policy variables ("IAM policy elements: Variables and tags", IAM User Guide), compiled once per pattern. */
import { PolicyError } from './policy.ts';

/** Condition keys in lower case, each with its values; a key without values is absent. Make it with `requestContext`. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

export type Matcher = (value: string, context: RequestContext) => boolean;

export interface TextOptions {
  /** `*` and `?` are wildcards. */
  readonly wildcards?: boolean;
  readonly ignoreCase?: boolean;
  /** `${key}` is replaced, as in documents of version 2012-10-17 only. */
  readonly variables?: boolean;
  /** Wildcards too, but the six parts of an ARN match one by one: one reaches over a colon in the last part only. */
  readonly arn?: boolean;
}

/** With fewer colons a pattern is no ARN; it is matched as one text. */
const ARN_COLONS = 5;
const VARIABLE = /\$\{([\w:/-]+)\}/g;

/** A variable without exactly one value matches nothing; a `*` in its value is no wildcard. */
export function compileText(pattern: string, options: TextOptions): Matcher {
  const source = sourceOf(pattern, options);
  const flags = options.ignoreCase ? 'i' : '';
  const compiled = new Map<string, RegExp>();
  return (value, context) => {
    const filled = source.replace(VARIABLE, (_all, key: string) => {
      const [only, ...more] = context.get(key.toLowerCase()) ?? [];
      return only === undefined || more.length > 0 ? '(?!)' : literal(only);
    });
    const regex = compiled.get(filled) ?? new RegExp(`^${filled}$`, flags);
    compiled.set(filled, regex);
    return regex.test(value);
  };
}

/** A regular expression in which only variables still stand as they are. */
function sourceOf(pattern: string, { wildcards, variables, arn }: TextOptions): string {
  const partWise = arn && pattern.split(':').length > ARN_COLONS;
  let colons = 0;
  return pattern.replace(/\$\{[^}]*\}|./gs, (token) => {
    if (token === ':') colons++;
    if (variables && token.length > 1) return variable(token);
    if (!(wildcards || arn) || !/^[*?]$/.test(token)) return literal(token);
    return (partWise && colons < ARN_COLONS ? '[^:]' : '[^]') + token.replace('?', '');
  });
}

function variable(token: string): string {
  if (token.replace(VARIABLE, '') !== '') throw new PolicyError(`policy variable ${token} is not supported`);
  return token;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
