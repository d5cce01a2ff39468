/** Policy documents checked and compiled once; what IAM would refuse, or what is not understood here, is a `PolicyError`. */
import type { Caller } from '../cloud/service.ts';
import { compileConditions } from './conditions.ts';
import { compileText, type RequestContext } from './match.ts';
import { listOf, type PolicyDocument, PolicyError, type PolicyStatement, type PrincipalElement } from './policy.ts';

/** `identity` also covers SCPs; `resource` also RCPs. */
export type DocumentKind = 'identity' | 'resource' | 'trust';

/** How a statement reaches a caller: itself (as role, session, service or everyone), or only its account, which leaves the say to that account's identity policies. */
export type Reach = 'itself' | 'account';

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
  /** Undefined when the statement does not apply. */
  reach(request: Request): Reach | undefined;
}

const ELEMENTS: Readonly<Record<DocumentKind, readonly (keyof PolicyStatement)[]>> = {
  identity: ['Effect', 'Action', 'Resource'],
  resource: ['Effect', 'Action', 'Resource', 'Principal'],
  trust: ['Effect', 'Action', 'Principal'],
};
const compiled = new WeakMap<PolicyDocument, readonly CompiledStatement[]>();
let statementsCompiled = 0;

/** Checked when it is first met: a document is of one kind. */
export function compilePolicy(document: PolicyDocument, kind: DocumentKind): readonly CompiledStatement[] {
  const known = compiled.get(document);
  if (known) return known;
  const { Version } = document;
  if (Version !== undefined && !/^20(12-10|08-10)-17$/.test(Version))
    throw new PolicyError(`unknown policy version ${Version}`);
  const statements = listOf(document.Statement).map((statement, index) => {
    try {
      checkElements(statement, kind);
      return compileStatement(statement, index, Version === '2012-10-17');
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw new PolicyError(`statement ${statement.Sid ?? index}: ${error.message}`);
    }
  });
  compiled.set(document, statements);
  return statements;
}

function checkElements(statement: PolicyStatement, kind: DocumentKind): void {
  const required = ELEMENTS[kind];
  const given = new Set(Object.keys(statement));
  const missing = required.find((element) => !given.has(element));
  if (missing) throw new PolicyError(`${missing} is missing`);
  const unknown = [...given].find((element) => !['Sid', 'Condition', ...required].includes(element));
  if (unknown) throw new PolicyError(`${unknown} is not supported here`);
  if (!['Allow', 'Deny'].includes(statement.Effect)) throw new PolicyError(`invalid Effect ${statement.Effect}`);
}

function compileStatement(statement: PolicyStatement, index: number, variables: boolean): CompiledStatement {
  const { Effect, Principal, Resource, Condition = {} } = statement;
  const covers = actionTest(statement);
  const reaches = Principal === undefined ? () => 'itself' as const : principalTest(Principal);
  const holds = compileConditions(Condition, variables);
  const patterns = listOf(Resource);
  const matchers = patterns.map((pattern) => compileText(pattern, { variables, arn: true }));
  const anywhere = Resource === undefined || patterns.includes('*');
  // Where an action has no resource-level permission the request names `*`, and only `*` covers it.
  const contains = ({ resource, context }: Request) =>
    anywhere || (resource !== '*' && matchers.some((matcher) => matcher(resource, context)));
  return {
    id: statementsCompiled++,
    index,
    effect: Effect,
    reach(request) {
      const reach = covers(request.action) ? reaches(request.principal) : undefined;
      return reach && contains(request) && holds(request.context) ? reach : undefined;
    },
  };
}

/** Remembers its answers: there are few actions and many requests. */
function actionTest({ Action }: PolicyStatement): (action: string) => boolean {
  const matchers = listOf(Action).map((pattern) => {
    if (pattern !== '*' && !/^[\w-]+:[\w*?]+$/.test(pattern)) throw new PolicyError(`invalid action "${pattern}"`);
    return compileText(pattern, { wildcards: true, ignoreCase: true });
  });
  const known = new Map<string, boolean>();
  return (action) => {
    const covered = known.get(action) ?? matchers.some((matcher) => matcher(action, new Map()));
    known.set(action, covered);
    return covered;
  };
}

const AWS_PRINCIPAL = /^(\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:(root|(role|user|assumed-role)\/[^*?]+))$/;
const ROOT = /^arn:[\w-]+:iam::(\d{12}):root$/;

/** "IAM JSON policy elements: Principal" (IAM User Guide). */
function principalTest(element: PrincipalElement): (caller: Caller) => Reach | undefined {
  const { AWS, Service, ...others } = element === '*' ? { AWS: element } : element;
  const [unknown] = Object.keys(others);
  if (unknown) throw new PolicyError(`unknown principal type ${unknown}`);
  const invalid = listOf(AWS).find((name) => !AWS_PRINCIPAL.test(name));
  if (invalid) throw new PolicyError(`Invalid principal in policy: "AWS":"${invalid}"`);
  const names = new Set([...listOf(AWS).map((name) => ROOT.exec(name)?.[1] ?? name), ...listOf(Service)]);
  return (caller) => {
    if (names.has('*') || namesOf(caller).some((name) => names.has(name))) return 'itself';
    return caller.kind !== 'service' && names.has(caller.account) ? 'account' : undefined;
  };
}

function namesOf(caller: Caller): readonly string[] {
  if (caller.kind === 'service') return [caller.principal];
  return caller.kind === 'role' ? [caller.arn, caller.roleArn] : [caller.arn];
}
