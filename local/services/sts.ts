import type * as Api from '@aws-sdk/client-sts';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type Caller, type Need, operation, type RoleCaller, type Service } from '../cloud/service.ts';
import type { IamDirectory, Role } from '../iam/directory.ts';

/** One role assuming another gets an hour at most ("Role chaining", IAM User Guide). */
const CHAINED_SECONDS = 3600;
const MIN_SECONDS = 900;
const ROLE_ARN = /^arn:[\w-]+:iam::(\d{12}):role\/.+$/;

/** Assumed roles; the trust policy of a role is authorized like any resource's policy, and a role that does not exist has none, so it is refused alike. */
export function createSts(cloud: Cloud, directory: IamDirectory): Service {
  return {
    name: 'sts',
    operations: {
      AssumeRole: operation<Api.AssumeRoleCommandInput, Api.AssumeRoleCommandOutput>({
        needs: (input) => [assumeRoleNeed(input, directory)],
        run(input, { caller }) {
          const role = directory.role(input.RoleArn ?? '');
          if (!role) throw new AwsFault('AccessDenied', 'Access denied', { status: 403 });
          const session = sessionOf(role, input.RoleSessionName ?? '', cloud.partition);
          return {
            Credentials: cloud.sessions.issue(session, sessionSeconds(role, caller, input.DurationSeconds)),
            AssumedRoleUser: { AssumedRoleId: `${role.id}:${session.sessionName}`, Arn: session.arn },
            PackedPolicySize: 0,
          };
        },
      }),

      GetCallerIdentity: operation<Api.GetCallerIdentityCommandInput, Api.GetCallerIdentityCommandOutput>({
        needs: () => [],
        run: (_input, { caller }) => identityOf(caller, directory),
      }),
    },
  };
}

function assumeRoleNeed(input: Api.AssumeRoleCommandInput, directory: IamDirectory): Need {
  const { RoleArn = '', RoleSessionName = '', ExternalId, Policy, PolicyArns, Tags } = input;
  const owner = ROLE_ARN.exec(RoleArn)?.[1];
  if (!owner) throw new AwsFault('ValidationError', `${RoleArn} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName))
    throw new AwsFault(
      'ValidationError',
      `Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint`,
    );
  if (Policy || PolicyArns?.length || Tags?.length)
    throw new AwsFault('NotImplemented', 'session policies and tags are not served', { status: 501 });
  const trust = directory.role(RoleArn)?.trust;
  return {
    action: 'sts:AssumeRole',
    resource: RoleArn,
    owner,
    context: { 'sts:RoleSessionName': RoleSessionName, ...(ExternalId && { 'sts:ExternalId': ExternalId }) },
    ...(trust && { policy: trust }),
  };
}

function sessionOf({ arn: roleArn, account, name }: Role, sessionName: string, partition: string): RoleCaller {
  const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`;
  return { kind: 'role', account, arn, roleArn, sessionName };
}

function sessionSeconds({ maxSessionSeconds }: Role, caller: Caller, seconds = CHAINED_SECONDS): number {
  if (seconds < MIN_SECONDS || seconds > maxSessionSeconds)
    throw new AwsFault(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  if (caller.kind === 'role' && seconds > CHAINED_SECONDS)
    throw new AwsFault(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  return seconds;
}

function identityOf(caller: Caller, directory: IamDirectory) {
  if (caller.kind === 'service') return { Arn: caller.principal, UserId: caller.principal };
  const { account: Account, arn: Arn } = caller;
  const id = caller.kind === 'role' ? directory.role(caller.roleArn)?.id : undefined;
  return { Account, Arn, UserId: caller.kind === 'role' ? `${id ?? 'AROA'}:${caller.sessionName}` : Account };
}
