import { AwsFault } from '../cloud/aws-fault.ts';
import { type Authorize, accountOf } from '../cloud/cloud.ts';
import type { Caller, ServiceName } from '../cloud/service.ts';
import { denialText, type Refusal, refusalReason } from './denial.ts';
import { type Decision, type EvaluationInput, evaluate } from './evaluate.ts';
import { type AuthorizationSources, evaluationInput } from './request.ts';

/** One refusal of a role or of SSM's service principal, by role ARN or principal. */
interface Denial {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly why: string;
}

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
const FAULT_NAMES: Readonly<Record<string, string>> = {
  s3: 'AccessDenied',
  sts: 'AccessDenied',
  cloudformation: 'AccessDenied',
  monitoring: 'AccessDenied',
  sns: 'AuthorizationError',
};
/** Services that answer it with 403; those with a JSON protocol answer 400. */
const FORBIDDEN = new Set<string>(['s3', 'sts', 'cloudformation', 'sns', 'lambda', 'account', 'xray']);

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
    const { action, resource } = input;
    const principal = reportedName(input.principal);
    if (principal) denials.push({ principal, action, resource, why: refusalReason(input, refusal) });
    const status = FORBIDDEN.has(service) ? 403 : 400;
    throw new AwsFault(FAULT_NAMES[service] ?? 'AccessDeniedException', denialText(input, refusal), { status });
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
  const name = principal.kind === 'role' ? principal.roleArn : principal.kind === 'service' && principal.principal;
  return [name, action, accountOf(principal) === owner, ...applied.map(({ statement }) => statement.id)].join(' ');
}

/** Undefined for callers whose refusals nobody reports. */
function reportedName(caller: Caller): string | undefined {
  if (caller.kind === 'role') return caller.roleArn;
  return caller.kind === 'service' && caller.principal.startsWith('ssm.') ? caller.principal : undefined;
}
