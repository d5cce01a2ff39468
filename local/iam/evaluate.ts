/** Whether one request is allowed: "Policy evaluation logic" and "Cross-account policy evaluation logic" (IAM User Guide). Pure. */
import { listOf, type NamedPolicy, type PolicyDocument } from './policy.ts';
import type { Reach } from './principals.ts';
import { type CompiledStatement, compilePolicy, type DocumentKind, type Request } from './statements.ts';

export interface EvaluationInput extends Request {
  /** Account that owns the resource. */
  readonly owner: string;
  readonly identity: readonly NamedPolicy[];
  /** For `sts:AssumeRole` the trust policy. */
  readonly resourcePolicy?: NamedPolicy | undefined;
  readonly boundary?: NamedPolicy | undefined;
  readonly session?: NamedPolicy | undefined;
  /** From the root down to the account: every level must allow. Empty for the management account. */
  readonly serviceControl: readonly (readonly NamedPolicy[])[];
  readonly resourceControl: readonly (readonly NamedPolicy[])[];
}

type PolicyType =
  | 'identity-based policy'
  | 'resource-based policy'
  | 'role trust policy'
  | 'permissions boundary'
  | 'session policy'
  | 'service control policy'
  | 'resource control policy';

/** A statement that applied to the request, whatever came of it. */
interface AppliedStatement {
  readonly type: PolicyType;
  readonly policy: NamedPolicy;
  readonly statement: CompiledStatement;
}

export type Decision =
  | { readonly allowed: true; readonly applied: readonly AppliedStatement[] }
  | {
      readonly allowed: false;
      /** What refused: by a Deny (`explicit`), or because nothing of that type allows. */
      readonly by: PolicyType;
      readonly explicit: boolean;
      readonly applied: readonly AppliedStatement[];
    };

const REACHES: readonly (Reach | undefined)[] = [undefined, 'account', 'itself', 'session'];

/** Throws `PolicyError` when a policy it meets is malformed. */
export function evaluate(input: EvaluationInput): Decision {
  const applied: AppliedStatement[] = [];
  const scan = (type: PolicyType, policies: readonly NamedPolicy[]) => scanPolicies(type, policies, { input, applied });
  const levels = (type: PolicyType, all: EvaluationInput['serviceControl']) =>
    all.map((level) => scan(type, level)).every((reach) => reach !== undefined);
  const limit = (type: PolicyType, policy: NamedPolicy | undefined) =>
    policy === undefined || scan(type, [policy]) !== undefined;

  const { kind } = input.principal;
  const resourceType = input.action === 'sts:AssumeRole' ? 'role trust policy' : 'resource-based policy';
  const resourceControl = levels('resource control policy', input.resourceControl);
  // RCPs bind service principals, SCPs do not (Organizations User Guide); they have no identity policies either.
  const serviceControl = kind === 'service' || levels('service control policy', input.serviceControl);
  const reach = input.resourcePolicy && scan(resourceType, [input.resourcePolicy]);
  const identity = kind !== 'role' || scan('identity-based policy', input.identity) !== undefined;
  const boundary = limit('permissions boundary', input.boundary);
  const session = limit('session policy', input.session);

  const deny = applied.find(({ statement }) => statement.effect === 'Deny');
  if (deny) return { allowed: false, explicit: true, by: deny.type, applied };

  const { granted, unlimited, required } = weightOf(input, reach);
  const missing = [
    { allows: resourceControl, by: 'resource control policy' as const },
    { allows: serviceControl, by: 'service control policy' as const },
    { allows: identity || granted, by: 'identity-based policy' as const },
    { allows: reach || !required, by: resourceType } as const,
    { allows: boundary || unlimited, by: 'permissions boundary' as const },
    { allows: session || unlimited, by: 'session policy' as const },
  ].find(({ allows }) => !allows);
  return missing ? { allowed: false, explicit: false, by: missing.by, applied } : { allowed: true, applied };
}

/** What the resource's policy counts for: alone enough (`granted`), not limited by boundary or session policy, or indispensable. */
function weightOf({ principal, owner, action }: EvaluationInput, reach: Reach | undefined) {
  const sameAccount = principal.kind !== 'service' && principal.account === owner;
  return {
    granted: sameAccount && (reach === 'itself' || reach === 'session'),
    unlimited: sameAccount && reach === 'session',
    // Trust and key policies must allow even inside one account ("Key policies in AWS KMS", "How to use trust policies").
    required: !sameAccount || action === 'sts:AssumeRole' || action.startsWith('kms:'),
  };
}

/** The same request as if one statement of one of its policies did not exist. */
export function withoutStatement(input: EvaluationInput, document: PolicyDocument, index: number): EvaluationInput {
  const replacement = { ...document, Statement: listOf(document.Statement).filter((_, at) => at !== index) };
  const swap = (policy: NamedPolicy) =>
    policy.document === document ? { name: policy.name, document: replacement } : policy;
  return {
    ...input,
    identity: input.identity.map(swap),
    resourcePolicy: input.resourcePolicy && swap(input.resourcePolicy),
    boundary: input.boundary && swap(input.boundary),
    session: input.session && swap(input.session),
    serviceControl: input.serviceControl.map((level) => level.map(swap)),
    resourceControl: input.resourceControl.map((level) => level.map(swap)),
  };
}

const DOCUMENT_KIND: Readonly<Partial<Record<PolicyType, DocumentKind>>> = {
  'resource-based policy': 'resource',
  'resource control policy': 'resource',
  'role trust policy': 'trust',
};

/** The furthest reach of an Allow, undefined without one; every statement that applies is noted. */
function scanPolicies(
  type: PolicyType,
  policies: readonly NamedPolicy[],
  { input, applied }: { input: EvaluationInput; applied: AppliedStatement[] },
): Reach | undefined {
  let best = 0;
  for (const policy of policies)
    for (const statement of compilePolicy(policy.document, DOCUMENT_KIND[type] ?? 'identity').forAction(input.action)) {
      const reach = statement.reach(input);
      if (!reach) continue;
      applied.push({ type, policy, statement });
      if (statement.effect === 'Allow') best = Math.max(best, REACHES.indexOf(reach));
    }
  return REACHES[best];
}
