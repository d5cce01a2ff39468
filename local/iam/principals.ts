/** Principal and NotPrincipal ("IAM JSON policy elements: Principal", "… NotPrincipal", IAM User Guide). */
import type { Caller } from '../cloud/service.ts';
import { listOf, PolicyError, type PrincipalElement } from './policy.ts';

/** How a statement reaches a caller: its session by ARN; itself (role, service or everyone); or only its account, which leaves the say to that account's identity policies. */
export type Reach = 'session' | 'itself' | 'account';

export type PrincipalTest = (caller: Caller) => Reach | undefined;

const AWS_PRINCIPAL = /^(\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:(root|(role|user|assumed-role)\/[^*?]+))$/;
const ROOT = /^arn:[\w-]+:iam::(\d{12}):root$/;
const TYPES = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser']);

export function compilePrincipal(element: PrincipalElement): PrincipalTest {
  const names = namesIn(element);
  const everyone = names.has('*');
  return (caller) => {
    const named = namesOf(caller).find(([, name]) => names.has(name))?.[0];
    return everyone && named !== 'session' ? 'itself' : named;
  };
}

/** A Deny spares only a caller whose account, role and session are all listed; an Allow passes over a caller of which any is. */
export function compileNotPrincipal(element: PrincipalElement, effect: 'Allow' | 'Deny'): PrincipalTest {
  const names = namesIn(element);
  return (caller) => {
    const listed = namesOf(caller).map(([, name]) => names.has('*') || names.has(name));
    return (effect === 'Deny' ? listed.every(Boolean) : listed.some(Boolean)) ? undefined : 'itself';
  };
}

function namesOf(caller: Caller): readonly (readonly [Reach, string])[] {
  if (caller.kind === 'service') return [['itself', caller.principal]];
  const account = ['account', caller.account] as const;
  if (caller.kind === 'administrator') return [['itself', caller.arn], account];
  return [['session', caller.arn], ['itself', caller.roleArn], account];
}

/** Account roots by their account id. */
function namesIn(element: PrincipalElement): ReadonlySet<string> {
  if (element === '*') return new Set('*');
  if (typeof element !== 'object') throw new PolicyError(`invalid principal "${element}"`);
  const unknown = Object.keys(element).find((type) => !TYPES.has(type));
  if (unknown) throw new PolicyError(`unknown principal type ${unknown}`);
  const aws = listOf(element['AWS']);
  const invalid = aws.find((name) => !AWS_PRINCIPAL.test(name));
  if (invalid) throw new PolicyError(`Invalid principal in policy: "AWS":"${invalid}"`);
  return new Set([...aws.map((name) => ROOT.exec(name)?.[1] ?? name), ...listOf(element['Service'])]);
}
