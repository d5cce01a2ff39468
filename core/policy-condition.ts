/** The Condition element of a policy ("IAM JSON policy elements: Condition operators" and "Multivalued context keys", IAM User Guide). */
import * as z from 'zod';
import { type Answer, all, allOf, answer, any, not } from './answer.ts';
import { arnPattern, type Pattern, type RequestContext, textPattern } from './policy-pattern.ts';

const Value = z.union([z.string(), z.boolean(), z.number()]).transform(String);

/** Of one value or of a list of them. */
export const listOf = <Schema extends z.ZodType>(one: Schema) =>
  z.union([z.array(one), one.transform((value) => [value])]);

export const ConditionBlock = z.record(z.string(), z.record(z.string(), listOf(Value)));
export type ConditionBlock = z.infer<typeof ConditionBlock>;

export type Test = (context: RequestContext) => Answer;

/** How an operator compares; `set` is how several values of one key add up. */
interface Operator {
  readonly compare: (wanted: string, variables: boolean) => Pattern;
  readonly negated: boolean;
  readonly set: string | undefined;
  readonly ifExists: boolean;
}

const comparisons: Readonly<Record<string, Operator['compare']>> = {
  StringEquals: (wanted, variables) => textPattern(wanted, { wildcards: false, variables }),
  StringEqualsIgnoreCase: (wanted) => ignoringCase(wanted),
  StringLike: (wanted, variables) => textPattern(wanted, { wildcards: true, variables }),
  ArnEquals: arnPattern,
  ArnLike: arnPattern,
  Bool: (wanted) => ignoringCase(wanted),
};

const operatorName =
  /^(?:(ForAllValues|ForAnyValue):)?(String|Arn|Bool)(Not)?(Equals|EqualsIgnoreCase|Like)?(IfExists)?$/;

/** All of it must hold. An operator that is not known here, or a key of which nothing is known, leaves its part unknown. */
export function compileCondition(block: ConditionBlock, variables: boolean): Test {
  const tests = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => compileTest(operator, key.toLowerCase(), { wanted, variables })),
  );
  return (context) => allOf(tests, context);
}

function compileTest(name: string, key: string, about: { wanted: readonly string[]; variables: boolean }): Test {
  const { wanted, variables } = about;
  const ask = name === 'Null' ? absenceTest(wanted) : valuesTest(operatorOf(name), wanted, variables);
  return (context) => {
    const values = context.get(key);
    return values === undefined ? 'unknown' : ask(values, context);
  };
}

type ValuesTest = (values: readonly string[], context: RequestContext) => Answer;

function absenceTest(wanted: readonly string[]): ValuesTest {
  return (values) => answer(wanted.some((one) => one.toLowerCase() === String(values.length === 0)));
}

function operatorOf(name: string): Operator | undefined {
  const [, set, type = '', negation, relation = '', ifExists] = operatorName.exec(name) ?? [];
  const compare = comparisons[type + relation];
  if (compare === undefined || (type === 'Bool' && negation !== undefined)) return undefined;
  return { compare, negated: negation !== undefined, set, ifExists: ifExists !== undefined };
}

function valuesTest(operator: Operator | undefined, wanted: readonly string[], variables: boolean): ValuesTest {
  if (operator === undefined) return () => 'unknown';
  const patterns = wanted.map((one) => operator.compare(one, variables));
  return (values, context) => {
    if (values.length === 0) return withoutValue(operator);
    const hits = values.map((value) => {
      const found = any(patterns.map((pattern) => pattern(value, context)));
      return operator.negated ? not(found) : found;
    });
    if (operator.set === 'ForAnyValue') return any(hits);
    // Several values without a set operator: what comes of it is not documented.
    return operator.set === undefined && hits.length > 1 ? 'unknown' : all(hits);
  };
}

/** What an operator says of a key that the request does not have. */
function withoutValue({ ifExists, set, negated }: Operator): Answer {
  if (ifExists || set === 'ForAllValues') return 'yes';
  return answer(negated && set === undefined);
}

function ignoringCase(wanted: string): Pattern {
  return (value) => (wanted.includes('${') ? 'unknown' : answer(value.toLowerCase() === wanted.toLowerCase()));
}
