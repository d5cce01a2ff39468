import type * as sdk from '@aws-sdk/client-sts';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { type Caller, type Need, operations, type RoleCaller, type Service } from '../cloud/service.ts';
import type { IamDirectory, Role } from '../iam/directory.ts';

/** One role assuming another gets an hour at most ("Role chaining", IAM User Guide), which is also every role's own limit here. */
const MOST_SECONDS = 3600;
const LEAST_SECONDS = 900;
const ROLE_ARN = /^arn:[\w-]+:iam::(\d{12}):role\/.+$/;

/** Assumed roles; the trust policy of a role is authorized like any resource's policy, and a role that does not exist has none, so it is refused alike. */
export function createSts(cloud: Cloud, directory: IamDirectory): Service {
  return {
    name: 'sts',
    operations: operations<typeof sdk>({
      AssumeRole: {
        needs: (input) => [assumeRoleNeed(input, directory)],
        run(input) {
          const role = directory.role(input.RoleArn ?? '');
          if (!role) throw new AwsFault('AccessDenied', 'Access denied', { status: 403 });
          const session = sessionOf(role, input.RoleSessionName ?? '', cloud.partition);
          return {
            Credentials: cloud.sessions.issue(session, sessionSeconds(input.DurationSeconds)),
            AssumedRoleUser: { AssumedRoleId: `${role.id}:${session.sessionName}`, Arn: session.arn },
            PackedPolicySize: 0,
          };
        },
      },
      GetCallerIdentity: {
        needs: () => [],
        run: (_input, { caller }) => identityOf(caller, directory),
      },
    }),
  };
}

function assumeRoleNeed(input: sdk.AssumeRoleCommandInput, directory: IamDirectory): Need {
  const { RoleArn: resource = '', RoleSessionName: name = '', ExternalId, Policy, PolicyArns, Tags } = input;
  const owner = ROLE_ARN.exec(resource)?.[1];
  if (!owner) throw invalid(`${resource} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(name))
    throw invalid(`Value '${name}' at 'roleSessionName' failed to satisfy constraint`);
  if (Policy || PolicyArns?.length || Tags?.length)
    throw new AwsFault('NotImplemented', 'session policies and tags are not served', { status: 501 });
  const context = { 'sts:RoleSessionName': name, ...(ExternalId && { 'sts:ExternalId': ExternalId }) };
  return { action: 'sts:AssumeRole', resource, owner, context, policy: directory.role(resource)?.trust };
}

function sessionOf({ arn: roleArn, account, name }: Role, sessionName: string, partition: string): RoleCaller {
  const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`;
  return { kind: 'role', account, arn, roleArn, sessionName };
}

function sessionSeconds(seconds = MOST_SECONDS): number {
  if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) return seconds;
  throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.');
}

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationError', message);
}

function identityOf(caller: Caller, directory: IamDirectory) {
  if (caller.kind === 'service') return { Arn: caller.principal, UserId: caller.principal };
  const { account: Account, arn: Arn } = caller;
  if (caller.kind === 'administrator') return { Account, Arn, UserId: Account };
  return { Account, Arn, UserId: `${directory.role(caller.roleArn)?.id ?? 'AROA'}:${caller.sessionName}` };
}
