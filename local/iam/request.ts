import type { Clock } from '../cloud/clock.ts';
import type { Call, Caller, ConditionContext, Need } from '../cloud/service.ts';
import { requestContext } from './conditions.ts';
import type { IamDirectory, Role } from './directory.ts';
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
  readonly clock: Clock;
  readonly directory: IamDirectory;
  readonly organization: OrganizationPolicies;
}

/** "List of AWS services that support RCPs" (Organizations User Guide), as far as they are served here. */
const RESOURCE_CONTROLLED = /^(s3|sts|kms|sqs|logs):/;

/** Everything the decision on one need of a call rests on. Administrators are not under test: no SCP or RCP binds them. */
export function evaluationInput(need: Need, call: Call, sources: AuthorizationSources): EvaluationInput {
  const { caller } = call;
  const { clock, directory, organization } = sources;
  const { action, resource, owner } = need;
  const role = caller.kind === 'role' ? directory.role(caller.roleArn) : undefined;
  const resourceControlled = caller.kind !== 'administrator' && RESOURCE_CONTROLLED.test(action);
  const common: ConditionContext = {
    'aws:requestedregion': call.region,
    'aws:securetransport': 'true',
    'aws:currenttime': clock.now().toISOString(),
    'aws:epochtime': String(Math.floor(clock.nowMs() / 1000)),
    'aws:resourceaccount': owner,
    ...membership('aws:resource', organization, owner),
  };
  return {
    principal: caller,
    action,
    resource,
    owner,
    context: requestContext(common, callerKeys(caller, role, organization), need.context, call.context),
    identity: role?.policies ?? [],
    boundary: role?.boundary,
    resourcePolicy: need.policy && { name: policyName(need), document: need.policy },
    serviceControl: caller.kind === 'role' ? organization.serviceControlPolicies(caller.account) : [],
    resourceControl: resourceControlled ? organization.resourceControlPolicies(owner) : [],
  };
}

/** The properties of the principal ("AWS global condition context keys", IAM User Guide). A service principal belongs to no organization: it has `aws:Source…` instead of `aws:Principal…`. */
function callerKeys(caller: Caller, role: Role | undefined, organization: OrganizationPolicies): ConditionContext {
  if (caller.kind !== 'service')
    return {
      'aws:principalarn': caller.kind === 'role' ? caller.roleArn : caller.arn,
      'aws:principalaccount': caller.account,
      'aws:principaltype': caller.kind === 'role' ? 'AssumedRole' : 'User',
      'aws:principalisawsservice': 'false',
      'aws:viaawsservice': 'false',
      ...membership('aws:principal', organization, caller.account),
      ...(caller.kind === 'role' && role && { 'aws:userid': `${role.id}:${caller.sessionName}` }),
    };
  const { principal, sourceAccount, sourceArn } = caller;
  return {
    'aws:principalisawsservice': 'true',
    'aws:principalservicename': principal,
    'aws:principalservicenameslist': [principal],
    ...(sourceArn && { 'aws:sourcearn': sourceArn }),
    ...(sourceAccount && {
      'aws:sourceaccount': sourceAccount,
      ...membership('aws:source', organization, sourceAccount),
    }),
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
