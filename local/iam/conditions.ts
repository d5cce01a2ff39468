/** The Condition element ("IAM JSON policy elements: Condition operators" and "Single-valued vs. multivalued context keys", IAM User Guide). */
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { ConditionContext } from '../cloud/service.ts';
import { compileText, type Matcher, type RequestContext } from './match.ts';
import { type ConditionBlock, listOf, PolicyError } from './policy.ts';

export type ConditionTest = (context: RequestContext) => boolean;

/** Later parts override earlier ones; an empty list takes a key away. */
export function requestContext(...parts: readonly (ConditionContext | undefined)[]): RequestContext {
  const context = new Map<string, readonly string[]>();
  for (const part of parts)
    for (const key in part) {
      const value = part[key];
      if (typeof value === 'string') context.set(key.toLowerCase(), [value]);
      else if (value && value.length > 0) context.set(key.toLowerCase(), value);
      else context.delete(key.toLowerCase());
    }
  return context;
}

type Comparison = (wanted: string, variables: boolean) => Matcher;

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

const arnLike: Comparison = (wanted, variables) => compileText(wanted, { variables, arn: true });

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map(
  Object.entries<Comparison>({
    StringEquals: (wanted, variables) => compileText(wanted, { variables }),
    StringEqualsIgnoreCase: (wanted, variables) => compileText(wanted, { variables, ignoreCase: true }),
    StringLike: (wanted, variables) => compileText(wanted, { variables, wildcards: true }),
    ArnEquals: arnLike,
    ArnLike: arnLike,
    BinaryEquals: (wanted) => (value) => value === wanted,
    Bool: boolean,
    IpAddress: ipAddress,
    ...ordered('Numeric', Number),
    ...ordered('Date', dateMs),
  }),
);

/** One test for the whole element: every operator and every key must hold. Throws `PolicyError` naming an unknown operator or a bad value. */
export function compileConditions(block: ConditionBlock, variables: boolean): ConditionTest {
  const tests = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) =>
      compileCondition(operator, key.toLowerCase(), { values: listOf(wanted).map(String), variables }),
    ),
  );
  return (context) => tests.every((test) => test(context));
}

function compileCondition(
  operator: string,
  key: string,
  wanted: { values: readonly string[]; variables: boolean },
): ConditionTest {
  const [, set, name = '', ifExists] = OPERATOR.exec(operator) ?? [];
  if (name === 'Null' && !ifExists) {
    const absent = wanted.values.map((value) => boolean(value)('true', NO_CONTEXT));
    return (context) => absent.includes(!context.has(key));
  }
  const positive = name.replace('Not', '');
  const comparison = COMPARISONS.get(positive);
  if (!comparison || name === 'NotBool' || name === 'BinaryNotEquals' || /Not(Less|Greater)/.test(name))
    throw new PolicyError(`unknown condition operator ${operator}`);
  const matchers = wanted.values.map((value) => comparison(value, wanted.variables));
  const negated = positive !== name;
  const matches = (value: string, context: RequestContext) =>
    matchers.some((matcher) => matcher(value, context)) !== negated;
  const whenAbsent = ifExists !== undefined || set === 'ForAllValues' || (negated && set === undefined);
  const all = set === 'ForAllValues' || (negated && set === undefined);
  return (context) => {
    const values = context.get(key);
    if (!values) return whenAbsent;
    return all ? values.every((value) => matches(value, context)) : values.some((value) => matches(value, context));
  };
}

const NO_CONTEXT: RequestContext = new Map();

function boolean(wanted: string): Matcher {
  const text = wanted.toLowerCase();
  if (text !== 'true' && text !== 'false') throw new PolicyError(`"${wanted}" is neither true nor false`);
  return (value) => value.toLowerCase() === text;
}

/** Epoch seconds or ISO 8601. */
function dateMs(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function ordered(type: string, parse: (text: string) => number): Record<string, Comparison> {
  const compare =
    (holds: (value: number, wanted: number) => boolean): Comparison =>
    (text) => {
      const wanted = text.trim() === '' ? Number.NaN : parse(text);
      if (Number.isNaN(wanted)) throw new PolicyError(`"${text}" is no ${type.toLowerCase()} value`);
      return (value) => holds(parse(value), wanted);
    };
  return {
    [`${type}Equals`]: compare((value, wanted) => value === wanted),
    [`${type}LessThan`]: compare((value, wanted) => value < wanted),
    [`${type}LessThanEquals`]: compare((value, wanted) => value <= wanted),
    [`${type}GreaterThan`]: compare((value, wanted) => value > wanted),
    [`${type}GreaterThanEquals`]: compare((value, wanted) => value >= wanted),
  };
}

function ipAddress(wanted: string): Matcher {
  const [address = '', bits] = wanted.split('/');
  if (isIP(address) === 0) throw new PolicyError(`"${wanted}" is no IP address range`);
  const family = (text: string) => (isIPv6(text) ? 'ipv6' : 'ipv4');
  const range = new BlockList();
  range.addSubnet(address, Number(bits ?? (isIPv6(address) ? 128 : 32)), family(address));
  return (value) => isIP(value) !== 0 && range.check(value, family(value));
}
