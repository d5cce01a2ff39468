import { createHash } from 'node:crypto';
import { AwsFault } from '../cloud/aws-fault.ts';
import { listOf, type NamedPolicy, type PolicyDocument } from './policy.ts';
import { compilePolicy } from './statements.ts';

interface RoleSettings {
  /** `arn:<partition>:iam::<account>:role/<path and name>` */
  readonly arn: string;
  readonly trust: PolicyDocument;
  /** Default 3600. */
  readonly maxSessionSeconds?: number;
  /** Default: those it has. */
  readonly policies?: readonly NamedPolicy[];
}

export interface Role extends RoleSettings {
  /** `AROA…`; another one when the role is deleted and made again. */
  readonly id: string;
  readonly account: string;
  /** Without the path. */
  readonly name: string;
  readonly maxSessionSeconds: number;
  readonly policies: readonly NamedPolicy[];
}

const ARN = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]{1,64})$/;

/** The IAM roles of all accounts. Throws `PolicyError` or the fault IAM answers for what IAM would not accept. */
export class IamDirectory {
  readonly #roles = new Map<string, Role>();
  #made = 0;

  /** Makes a role, or changes it. */
  putRole({ arn, trust, maxSessionSeconds = 3600, ...given }: RoleSettings): Role {
    const [, account, name] = ARN.exec(arn) ?? [];
    if (!account || !name) throw new AwsFault('ValidationError', `${arn} is not the ARN of a role`);
    compilePolicy(trust, 'trust');
    this.#checkTrustedRoles(trust);
    const known = this.#roles.get(arn);
    const id = known?.id ?? roleId(arn, this.#made++);
    const policies = given.policies ?? known?.policies ?? [];
    const role = { arn, trust, maxSessionSeconds, id, account, name, policies };
    this.#roles.set(arn, role);
    return role;
  }

  /** Adds an inline policy or replaces the one of that name. */
  putRolePolicy(roleArn: string, policyName: string, document: PolicyDocument): void {
    compilePolicy(document, 'identity');
    const role = this.#roles.get(roleArn);
    if (!role) throw new AwsFault('NoSuchEntity', `The role ${roleArn} cannot be found.`, { status: 404 });
    const policy = { name: `${role.account}:${role.name}/${policyName}`, document };
    const others = role.policies.filter(({ name }) => name !== policy.name);
    this.#roles.set(roleArn, { ...role, policies: [...others, policy] });
  }

  /** Sessions of the role stay but may do nothing any more. */
  deleteRole(arn: string): void {
    this.#roles.delete(arn);
  }

  role(arn: string): Role | undefined {
    return this.#roles.get(arn);
  }

  /** IAM refuses a trust policy that names a role which does not exist. */
  #checkTrustedRoles(trust: PolicyDocument): void {
    const trusted = listOf(trust.Statement).flatMap(({ Principal = '*' }) =>
      Principal === '*' ? [] : listOf(Principal['AWS']),
    );
    const missing = trusted.find((arn) => ARN.test(arn) && !this.#roles.has(arn));
    if (missing) throw new AwsFault('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${missing}"`);
  }
}

function roleId(arn: string, count: number): string {
  return `AROA${createHash('sha256').update(`${arn} ${count}`).digest('hex').slice(0, 17).toUpperCase()}`;
}
