/** Whether one request is allowed: "Policy evaluation logic" and "Cross-account policy evaluation logic" (IAM User Guide). Pure. */
import { listOf, type NamedPolicy, type PolicyDocument } from './policy.ts';
import { type CompiledStatement, compilePolicy, type Reach, type Request } from './statements.ts';

export interface EvaluationInput extends Request {
  /** Account that owns the resource. */
  readonly owner: string;
  readonly identity: readonly NamedPolicy[];
  /** For `sts:AssumeRole` the trust policy. */
  readonly resourcePolicy?: NamedPolicy | undefined;
  /** From the root down to the account: every level must allow. Empty for the management account. */
  readonly serviceControl: readonly (readonly NamedPolicy[])[];
  readonly resourceControl: readonly (readonly NamedPolicy[])[];
}

const KINDS = {
  'identity-based policy': 'identity',
  'resource-based policy': 'resource',
  'role trust policy': 'trust',
  'service control policy': 'identity',
  'resource control policy': 'resource',
} as const;

type PolicyType = keyof typeof KINDS;

/** A statement that applied to the request, whatever came of it. */
interface AppliedStatement {
  readonly type: PolicyType;
  readonly policy: NamedPolicy;
  readonly statement: CompiledStatement;
  readonly reach: Reach;
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

/** Throws `PolicyError` when a policy it meets is malformed. */
export function evaluate(input: EvaluationInput): Decision {
  const { principal, action, owner } = input;
  const applied: AppliedStatement[] = [];
  /** How far what allows reaches; every statement that applies is noted. */
  const scan = (type: PolicyType, policies: readonly NamedPolicy[]) => {
    const found = policies.flatMap((policy) =>
      compilePolicy(policy.document, KINDS[type]).flatMap((statement) => {
        const reach = statement.reach(input);
        return reach ? [{ type, policy, statement, reach }] : [];
      }),
    );
    applied.push(...found);
    return found.flatMap(({ statement, reach }) => (statement.effect === 'Allow' ? [reach] : []));
  };
  const allLevels = (type: PolicyType, levels: EvaluationInput['serviceControl']) =>
    levels.map((level) => scan(type, level)).every(({ length }) => length > 0);

  const resourceType = action === 'sts:AssumeRole' ? 'role trust policy' : 'resource-based policy';
  const resourceControl = allLevels('resource control policy', input.resourceControl);
  const serviceControl = allLevels('service control policy', input.serviceControl);
  const resource = scan(resourceType, input.resourcePolicy ? [input.resourcePolicy] : []);
  const identity = scan('identity-based policy', input.identity);

  const deny = applied.find(({ statement }) => statement.effect === 'Deny');
  if (deny) return { allowed: false, explicit: true, by: deny.type, applied };

  const sameAccount = principal.kind !== 'service' && principal.account === owner;
  // Trust and key policies must allow even inside one account ("Key policies in AWS KMS", "How to use trust policies").
  const needsResource = !sameAccount || action === 'sts:AssumeRole' || action.startsWith('kms:');
  const needsIdentity = principal.kind === 'role' && !(sameAccount && resource.includes('itself'));
  const missing: readonly (readonly [isMissing: boolean, by: PolicyType])[] = [
    [!resourceControl, 'resource control policy'],
    [!serviceControl, 'service control policy'],
    [needsIdentity && identity.length === 0, 'identity-based policy'],
    [needsResource && resource.length === 0, resourceType],
  ];
  const by = missing.find(([isMissing]) => isMissing)?.[1];
  return by ? { allowed: false, explicit: false, by, applied } : { allowed: true, applied };
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
    serviceControl: input.serviceControl.map((level) => level.map(swap)),
    resourceControl: input.resourceControl.map((level) => level.map(swap)),
  };
}
