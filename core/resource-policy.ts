/** What a resource's own policy says of a request by an AWS service ("Policy evaluation logic", IAM User Guide). */
import * as z from 'zod';
import { type Answer, all, allOf, answer, any, not } from './answer.ts';
import { ConditionBlock, compileCondition, listOf } from './policy-condition.ts';
import { arnPattern, type RequestContext, textPattern } from './policy-pattern.ts';

/** A request by a service principal, which belongs to no account and has no policy of its own. */
export interface ServiceRequest {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

/** Unknown when the text is no policy, or rests on something that is not understood or not known of the request. */
export type ResourcePolicy = (request: ServiceRequest) => Answer;

const Texts = listOf(z.string());
const Principal = z.union([z.literal('*'), z.record(z.string(), Texts)]);

const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: Principal.optional(),
  NotPrincipal: Principal.optional(),
  Action: Texts.optional(),
  NotAction: Texts.optional(),
  Resource: Texts.optional(),
  NotResource: Texts.optional(),
  Condition: ConditionBlock.default({}),
});

const Document = z.object({
  Version: z.string().optional(),
  Statement: listOf(z.unknown()),
});

interface Compiled {
  /** Undefined for a statement that is not understood, which may be either. */
  readonly effect: 'Allow' | 'Deny' | undefined;
  readonly applies: ResourcePolicy;
}

const notUnderstood: Compiled = { effect: undefined, applies: () => 'unknown' };

/** A Deny wins over every Allow, and what nothing allows is denied. Compiled once for a fleet of requests. */
export function compileResourcePolicy(text: string): ResourcePolicy {
  const document = Document.safeParse(parseJson(text));
  if (!document.success) return () => 'unknown';
  const { Version, Statement: statements } = document.data;
  const compiled = statements.map((statement) => compileStatement(statement, Version === '2012-10-17'));
  const some = (effect: 'Allow' | 'Deny', request: ServiceRequest) =>
    any(compiled.filter((one) => (one.effect ?? effect) === effect).map(({ applies }) => applies(request)));
  return (request) => all([some('Allow', request), not(some('Deny', request))]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function compileStatement(given: unknown, variables: boolean): Compiled {
  const parsed = Statement.safeParse(given);
  if (!parsed.success) return notUnderstood;
  const { Effect, Condition, ...statement } = parsed.data;
  const holds = compileCondition(Condition, variables);
  const tests = [
    // Actions first: most statements are of others.
    element(statement.Action, statement.NotAction, actionTest),
    element(statement.Principal, statement.NotPrincipal, principalTest),
    ({ context }: ServiceRequest) => holds(context),
    element(statement.Resource, statement.NotResource, (texts) => resourceTest(texts, variables)),
  ];
  return {
    effect: Effect,
    applies: (request) => allOf(tests, request),
  };
}

/** An element in its plain form or its Not form. A statement of a resource's policy has one of both, never none or both. */
function element<Value>(
  plain: Value | undefined,
  inverse: Value | undefined,
  compile: (value: Value) => ResourcePolicy,
): ResourcePolicy {
  const value = plain ?? inverse;
  if (value === undefined || (plain !== undefined && inverse !== undefined)) return notUnderstood.applies;
  const test = compile(value);
  return plain !== undefined ? test : (request) => not(test(request));
}

function actionTest(texts: readonly string[]): ResourcePolicy {
  const patterns = texts.map((text) => textPattern(text.toLowerCase(), { wildcards: true, variables: false }));
  return ({ action, context }) => any(patterns.map((pattern) => pattern(action.toLowerCase(), context)));
}

function resourceTest(texts: readonly string[], variables: boolean): ResourcePolicy {
  if (texts.includes('*')) return () => 'yes';
  const patterns = texts.map((text) => arnPattern(text, variables));
  return ({ resource, context }) => any(patterns.map((pattern) => pattern(resource, context)));
}

/** Types of principals that are never a service. */
const otherPrincipals = new Set(['Federated', 'CanonicalUser']);

/** Accounts, roles and users never stand for a service. Whether `*` may stand for any service is not documented. */
function principalTest(principals: z.infer<typeof Principal>): ResourcePolicy {
  if (principals === '*') return () => 'yes';
  const entries = Object.entries(principals);
  return ({ principal }) =>
    any(
      entries.map(([type, names]) => {
        if (type === 'Service' && names.includes(principal)) return 'yes';
        if (type === 'AWS') return answer(names.includes('*'));
        return type === 'Service' || otherPrincipals.has(type) ? withoutWildcard(names) : 'unknown';
      }),
    );
}

function withoutWildcard(names: readonly string[]): Answer {
  return names.includes('*') ? 'unknown' : 'no';
}
