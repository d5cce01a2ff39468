/** Policy documents checked and compiled once; what IAM would refuse is a `PolicyError`. */
import type { Caller } from '../cloud/service.ts';
import { type ConditionTest, compileConditions } from './conditions.ts';
import { compileText, type RequestContext } from './match.ts';
import { listOf, type PolicyDocument, PolicyError, type PolicyStatement } from './policy.ts';
import { compileNotPrincipal, compilePrincipal, type Reach } from './principals.ts';

/** `identity` also covers SCPs, boundaries and session policies; `resource` also RCPs. */
export type DocumentKind = 'identity' | 'resource' | 'trust';

export interface Request {
  readonly principal: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

export interface CompiledStatement {
  /** Unique among all statements ever compiled. */
  readonly id: number;
  readonly index: number;
  readonly effect: 'Allow' | 'Deny';
  /** Undefined when the statement does not apply. The action is taken as matched. */
  reach(request: Request): Reach | undefined;
}

export interface CompiledPolicy {
  /** The statements whose Action element covers this action. */
  forAction(action: string): readonly CompiledStatement[];
}

const VERSIONS = new Set<unknown>(['2012-10-17', '2008-10-17', undefined]);
const ELEMENTS = new Set(
  'Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition'.split(' '),
);
const compiled: Readonly<Record<DocumentKind, WeakMap<PolicyDocument, CompiledPolicy>>> = {
  identity: new WeakMap(),
  resource: new WeakMap(),
  trust: new WeakMap(),
};
let statementsCompiled = 0;

export function compilePolicy(document: PolicyDocument, kind: DocumentKind): CompiledPolicy {
  const known = compiled[kind].get(document);
  if (known) return known;
  if (!VERSIONS.has(document.Version)) throw new PolicyError(`unknown policy version ${document.Version}`);
  const variables = document.Version === '2012-10-17';
  const statements = listOf(document.Statement).map((statement, index) => {
    try {
      checkElements(statement, kind);
      return { actions: actionTest(statement), statement: compileStatement(statement, index, variables) };
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw new PolicyError(`statement ${statement.Sid ?? index}: ${error.message}`);
    }
  });
  const byAction = new Map<string, readonly CompiledStatement[]>();
  const policy: CompiledPolicy = {
    forAction(action) {
      const found = byAction.get(action);
      if (found) return found;
      const covering = statements.filter(({ actions }) => actions(action)).map(({ statement }) => statement);
      byAction.set(action, covering);
      return covering;
    },
  };
  compiled[kind].set(document, policy);
  return policy;
}

/** A document from its JSON text, checked. Throws `PolicyError`. */
export function parsePolicy(text: string, kind: DocumentKind): PolicyDocument {
  let document: PolicyDocument;
  try {
    document = JSON.parse(text);
  } catch {
    throw new PolicyError('This policy contains invalid Json');
  }
  compilePolicy(document, kind);
  return document;
}

function checkElements(statement: PolicyStatement, kind: DocumentKind): void {
  const unknown = Object.keys(statement).find((element) => !ELEMENTS.has(element));
  if (unknown) throw new PolicyError(`unknown element ${unknown}`);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw new PolicyError(`invalid Effect ${statement.Effect}`);
  const { Action, NotAction, Principal, NotPrincipal, Resource, NotResource } = statement;
  exactly(kind === 'identity' ? 0 : 1, 'Principal', [Principal, NotPrincipal]);
  exactly(kind === 'trust' ? 0 : 1, 'Resource', [Resource, NotResource]);
  exactly(1, 'Action', [Action, NotAction]);
}

function exactly(count: 0 | 1, element: string, given: readonly unknown[]): void {
  if (given.filter((value) => value !== undefined).length === count) return;
  throw new PolicyError(
    count === 0 ? `${element} is not allowed here` : `needs exactly one of ${element} and Not${element}`,
  );
}

function actionTest({ Action, NotAction }: PolicyStatement): (action: string) => boolean {
  const matchers = listOf(Action ?? NotAction).map((pattern) => {
    if (pattern !== '*' && !/^[\w-]+:[\w*?]+$/.test(pattern)) throw new PolicyError(`invalid action "${pattern}"`);
    return compileText(pattern, { wildcards: true, ignoreCase: true });
  });
  const wanted = Action !== undefined;
  return (action) => matchers.some((matcher) => matcher(action, NO_CONTEXT)) === wanted;
}

const NO_CONTEXT: RequestContext = new Map();
const always: ConditionTest = () => true;

function compileStatement(statement: PolicyStatement, index: number, variables: boolean): CompiledStatement {
  const { Effect, Principal, NotPrincipal, Condition } = statement;
  const principal = Principal !== undefined ? compilePrincipal(Principal) : undefined;
  const except = NotPrincipal !== undefined ? compileNotPrincipal(NotPrincipal, Effect) : undefined;
  const reaches = principal ?? except ?? (() => 'itself' as const);
  const covers = resourceTest(statement, variables);
  const holds = Condition ? compileConditions(Condition, variables) : always;
  return {
    id: statementsCompiled++,
    index,
    effect: Effect,
    reach(request) {
      const reach = reaches(request.principal);
      return reach && covers(request) && holds(request.context) ? reach : undefined;
    },
  };
}

/** Where an action has no resource-level permission the request names `*`, and only `*` covers it. */
function resourceTest({ Resource, NotResource }: PolicyStatement, variables: boolean): (request: Request) => boolean {
  const patterns = listOf(Resource ?? NotResource);
  if (patterns.length === 0) return () => true;
  const wanted = Resource !== undefined;
  if (patterns.includes('*')) return () => wanted;
  const matchers = patterns.map((pattern) => compileText(pattern, { variables, arn: true }));
  return ({ resource, context }) =>
    (resource !== '*' && matchers.some((matcher) => matcher(resource, context))) === wanted;
}
