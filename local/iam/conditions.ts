/** The Condition element ("IAM JSON policy elements: Condition operators", IAM User Guide). */
import type { ConditionContext } from '../cloud/service.ts';
import { compileText, type Matcher, type RequestContext } from './match.ts';
import { type ConditionBlock, listOf, PolicyError } from './policy.ts';

type ConditionTest = (context: RequestContext) => boolean;

/** Later parts override earlier ones; an empty list takes a key away. */
export function requestContext(...parts: readonly (ConditionContext | undefined)[]): RequestContext {
  const context = new Map<string, readonly string[]>();
  for (const [key, value] of parts.flatMap((part) => Object.entries(part ?? {}))) {
    if (value.length > 0) context.set(key.toLowerCase(), listOf(value));
    else context.delete(key.toLowerCase());
  }
  return context;
}

const COMPARISONS: ReadonlyMap<string, (wanted: string, variables: boolean) => Matcher> = new Map([
  ['StringEquals', (wanted, variables) => compileText(wanted, { variables })],
  ['StringLike', (wanted, variables) => compileText(wanted, { variables, wildcards: true })],
  ['ArnEquals', (wanted, variables) => compileText(wanted, { variables, arn: true })],
  ['ArnLike', (wanted, variables) => compileText(wanted, { variables, arn: true })],
  ['Bool', (wanted) => compileText(wanted, { ignoreCase: true })],
]);

/** One test for the whole element: every operator and every key must hold. Throws `PolicyError` naming an operator that is not known here. */
export function compileConditions(block: ConditionBlock, variables: boolean): ConditionTest {
  const tests = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => {
      const values = listOf(wanted).map(String);
      return compileCondition(operator, key.toLowerCase(), { values, variables });
    }),
  );
  return (context) => tests.every((test) => test(context));
}

function compileCondition(
  operator: string,
  key: string,
  wanted: { values: readonly string[]; variables: boolean },
): ConditionTest {
  const [, ofAll] = /^ForAllValues:(.*)$/.exec(operator) ?? [];
  if (ofAll !== undefined) return holdsForAll(compileCondition(ofAll, key, wanted), key);
  if (operator === 'Null') return (context) => wanted.values.includes(String(!context.has(key)));
  const [, type = '', not, relation = '', ifExists] = /^(String|Arn|Bool)(Not)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  const comparison = COMPARISONS.get(type + relation);
  if (!comparison || (type === 'Bool' && not)) throw new PolicyError(`unknown condition operator ${operator}`);
  const matchers = wanted.values.map((value) => comparison(value, wanted.variables));
  return (context) => {
    const values = context.get(key);
    if (!values) return not !== undefined || ifExists !== undefined;
    const isMatch = values.some((value) => matchers.some((matcher) => matcher(value, context)));
    return isMatch === (not === undefined);
  };
}

/** Each value of the request by itself; a request without the key meets it ("Multivalued context keys", IAM User Guide). */
function holdsForAll(test: ConditionTest, key: string): ConditionTest {
  return (context) => (context.get(key) ?? []).every((value) => test(new Map([...context, [key, [value]]])));
}
