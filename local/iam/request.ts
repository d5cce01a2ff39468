import type { Call, Caller, ConditionContext, Need } from '../cloud/service.ts';
import { requestContext } from './conditions.ts';
import type { IamDirectory } from './directory.ts';
import type { EvaluationInput } from './evaluate.ts';
import type { NamedPolicy } from './policy.ts';

/** What authorization asks of the organization. An account outside it has no path and no policies. */
export interface OrganizationPolicies {
  readonly id: string;
  /** `o-…/r-…/ou-…/` */
  pathOf(account: string): string | undefined;
  /** Levels from the root to the account; none where none bind. */
  serviceControlPolicies(account: string): readonly (readonly NamedPolicy[])[];
  resourceControlPolicies(account: string): readonly (readonly NamedPolicy[])[];
}

export interface AuthorizationSources {
  readonly directory: IamDirectory;
  readonly organization: OrganizationPolicies;
}

/** "List of AWS services that support RCPs" (Organizations User Guide), as far as they are served here. */
const RESOURCE_CONTROLLED = /^(s3|sts|kms|sqs|logs):/;

/** Everything the decision on one need of a call rests on. SCPs bind roles only, RCPs service principals too (Organizations User Guide); administrators are not under test. */
export function evaluationInput(need: Need, call: Call, sources: AuthorizationSources): EvaluationInput {
  const { caller } = call;
  const { directory, organization } = sources;
  const { action, resource, owner } = need;
  const isControlled = caller.kind !== 'administrator' && RESOURCE_CONTROLLED.test(action);
  const common = {
    'aws:requestedregion': call.region,
    'aws:securetransport': 'true',
    'aws:resourceaccount': owner,
    ...membership('aws:resource', organization, owner),
  };
  return {
    principal: caller,
    action,
    resource,
    owner,
    context: requestContext(common, callerKeys(caller, organization), need.context, call.context),
    identity: (caller.kind === 'role' && directory.role(caller.roleArn)?.policies) || [],
    resourcePolicy: need.policy && { name: policyName(need), document: need.policy },
    serviceControl: caller.kind === 'role' ? organization.serviceControlPolicies(caller.account) : [],
    resourceControl: isControlled ? organization.resourceControlPolicies(owner) : [],
  };
}

/** The properties of the principal ("AWS global condition context keys", IAM User Guide). A service principal belongs to no organization: it has `aws:Source…` instead of `aws:Principal…`. */
function callerKeys(caller: Caller, organization: OrganizationPolicies): ConditionContext {
  if (caller.kind !== 'service')
    return {
      'aws:principalarn': caller.kind === 'role' ? caller.roleArn : caller.arn,
      'aws:principalaccount': caller.account,
      'aws:principalisawsservice': 'false',
      ...membership('aws:principal', organization, caller.account),
    };
  const { principal, sourceAccount = [], sourceArn = [] } = caller;
  return {
    'aws:principalisawsservice': 'true',
    'aws:principalservicename': principal,
    'aws:sourcearn': sourceArn,
    'aws:sourceaccount': sourceAccount,
    ...(typeof sourceAccount === 'string' && membership('aws:source', organization, sourceAccount)),
  };
}

function membership(prefix: string, organization: OrganizationPolicies, account: string): ConditionContext {
  const path = organization.pathOf(account);
  return path === undefined ? {} : { [`${prefix}orgid`]: organization.id, [`${prefix}orgpaths`]: [path] };
}

function policyName({ action, resource }: Need): string {
  if (action === 'sts:AssumeRole') return `trust of ${resource}`;
  return `policy of ${action.startsWith('s3:') ? resource.split('/')[0] : resource}`;
}
