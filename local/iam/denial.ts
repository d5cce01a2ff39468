/** What AWS tells a refused caller ("Troubleshoot access denied error messages", IAM User Guide). */
import type { Caller } from '../cloud/service.ts';
import type { Decision, EvaluationInput } from './evaluate.ts';

export type Refusal = Extract<Decision, { allowed: false }>;

export function refusalReason({ action }: EvaluationInput, { by, explicit }: Refusal): string {
  const article = by === 'role trust policy' ? 'the' : by === 'identity-based policy' ? 'an' : 'a';
  return explicit ? `with an explicit deny in ${article} ${by}` : `because no ${by} allows the ${action} action`;
}

/** A trust policy of another account is never mentioned: the answer is the same as for a role that does not exist. */
export function denialText(input: EvaluationInput, refusal: Refusal): string {
  const resource = input.action.startsWith('s3:') ? `"${input.resource}"` : input.resource;
  const text = `User: ${nameOf(input.principal)} is not authorized to perform: ${input.action} on resource: ${resource}`;
  return refusal.by === 'role trust policy' ? text : `${text} ${refusalReason(input, refusal)}`;
}

function nameOf(caller: Caller): string {
  return caller.kind === 'service' ? caller.principal : caller.arn;
}
