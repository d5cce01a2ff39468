import { AwsFault } from '../cloud/aws-fault.ts';
import { type Authorize, accountOf } from '../cloud/cloud.ts';
import type { Caller, ServiceName } from '../cloud/service.ts';
import { type Decision, type EvaluationInput, evaluate } from './evaluate.ts';
import { type AuthorizationSources, evaluationInput } from './request.ts';

/** One refusal of a role or of SSM's service principal, by role ARN or principal. */
type Denial = Readonly<Record<'principal' | 'action' | 'resource' | 'why', string>>;

type DecisionListener = (input: EvaluationInput, decision: Decision) => void;

export interface Authorizer {
  readonly authorize: Authorize;
  readonly denials: readonly Denial[];
  /**
   * Hears the decisions on roles and services, each distinct one once. Requests of one principal for one action to which the very
   * same statements apply are not distinct: they are decided alike, also when one of those statements is taken away.
   */
  onDecision(listener: DecisionListener): void;
}

/** Services whose refusal has another name than `AccessDeniedException`, by signing name. */
const FAULT_NAMES: Readonly<Partial<Record<ServiceName, string>>> = {
  s3: 'AccessDenied',
  sts: 'AccessDenied',
  monitoring: 'AccessDenied',
  sns: 'AuthorizationError',
};
/** Services that answer it with 403; those with a JSON protocol answer 400. */
const FORBIDDEN = new Set<ServiceName>(['s3', 'sts', 'sns', 'lambda', 'account', 'xray']);

export function createAuthorizer(sources: AuthorizationSources): Authorizer {
  const denials: Denial[] = [];
  const listeners: DecisionListener[] = [];
  const heard = new Set<string>();

  const tell = (input: EvaluationInput, decision: Decision) => {
    const key = decisionKey(input, decision);
    if (heard.has(key)) return;
    heard.add(key);
    for (const listener of listeners) listener(input, decision);
  };

  const refuse = (input: EvaluationInput, refusal: Refusal, service: ServiceName): never => {
    const { principal, action, resource } = input;
    const name = nameOf(principal);
    const why = reasonOf(action, refusal);
    if (principal.kind === 'role' || name.startsWith('ssm.')) denials.push({ principal: name, action, resource, why });
    const status = FORBIDDEN.has(service) ? 403 : 400;
    throw new AwsFault(FAULT_NAMES[service] ?? 'AccessDeniedException', denialText(input, refusal, why), { status });
  };

  return {
    denials,
    onDecision: (listener) => void listeners.push(listener),
    authorize(needs, call) {
      for (const need of needs) {
        const input = evaluationInput(need, call, sources);
        const decision = evaluate(input);
        if (listeners.length > 0 && call.caller.kind !== 'administrator') tell(input, decision);
        if (!decision.allowed) refuse(input, decision, call.service);
      }
    },
  };
}

function decisionKey({ principal, action, owner }: EvaluationInput, { applied }: Decision): string {
  const sameAccount = accountOf(principal) === owner;
  return [nameOf(principal), action, sameAccount, ...applied.map(({ statement }) => statement.id)].join(' ');
}

function nameOf(caller: Caller): string {
  if (caller.kind === 'service') return caller.principal;
  return caller.kind === 'role' ? caller.roleArn : caller.arn;
}

type Refusal = Extract<Decision, { allowed: false }>;

/** What AWS tells a refused caller ("Troubleshoot access denied error messages", IAM User Guide). */
function reasonOf(action: string, { by, explicit }: Refusal): string {
  const article = by === 'role trust policy' ? 'the' : by === 'identity-based policy' ? 'an' : 'a';
  return explicit ? `with an explicit deny in ${article} ${by}` : `because no ${by} allows the ${action} action`;
}

/** A trust policy of another account is never mentioned: the answer is the same as for a role that does not exist. */
function denialText({ principal, action, resource }: EvaluationInput, { by }: Refusal, why: string): string {
  const user = principal.kind === 'service' ? principal.principal : principal.arn;
  const what = action.startsWith('s3:') ? `"${resource}"` : resource;
  const text = `User: ${user} is not authorized to perform: ${action} on resource: ${what}`;
  return by === 'role trust policy' ? text : `${text} ${why}`;
}
