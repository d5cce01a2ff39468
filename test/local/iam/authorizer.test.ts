import { describe, expect, it } from 'vitest';
import type { Call, Caller, Need, RoleCaller } from '../../../local/cloud/service.ts';
import { createAuthorizer } from '../../../local/iam/authorizer.ts';
import { IamDirectory } from '../../../local/iam/directory.ts';
import { evaluate, withoutStatement } from '../../../local/iam/evaluate.ts';
import { OrganizationTree } from '../../../local/services/organization-tree.ts';

const MANAGEMENT = '100000000001';
const HUB = '100000000002';
const MEMBER = '100000000010';
const OUTSIDER = '100000000099';
const start = new Date('2026-11-20T06:00:00Z');
const ROLE = `arn:aws:iam::${MEMBER}:role/MusterMember`;
const role: RoleCaller = {
  kind: 'role',
  account: MEMBER,
  arn: `arn:aws:sts::${MEMBER}:assumed-role/MusterMember/run`,
  roleArn: ROLE,
  sessionName: 'run',
};
const ssm: Caller = {
  kind: 'service',
  principal: 'ssm.amazonaws.com',
  sourceAccount: MEMBER,
  sourceArn: `arn:aws:ssm:eu-west-1:${MEMBER}:resource-data-sync/muster-1`,
};
const operator: Caller = { kind: 'administrator', account: MEMBER, arn: `arn:aws:iam::${MEMBER}:user/operator` };
const list: Need = { action: 'ssm:ListResourceDataSync', resource: '*', owner: MEMBER };
const put: Need = {
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::inventory/AWS:Application/x.json',
  owner: HUB,
  policy: {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'ssm.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::inventory/*',
      Condition: { StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } },
    },
  },
};

function world() {
  const directory = new IamDirectory();
  const organization = new OrganizationTree({ id: 'o-a1b2c3d4e5', rootId: 'r-ab12', managementAccountId: MANAGEMENT });
  organization.addUnit({ id: 'ou-ab12-11111111', name: 'prod' });
  for (const id of [MANAGEMENT, HUB]) organization.putAccount({ id, joinedAt: start });
  organization.putAccount({ id: MEMBER, parent: 'ou-ab12-11111111', joinedAt: start });
  directory.putRole({
    arn: ROLE,
    trust: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: HUB } } },
  });
  directory.putRolePolicy(ROLE, 'syncs', {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'ssm:*', Resource: '*' },
  });
  return { organization, directory, ...createAuthorizer({ directory, organization }) };
}

const call = (caller: Caller, more: Partial<Call> = {}): Call => ({
  service: 'ssm',
  operation: 'Any',
  region: 'eu-west-1',
  caller,
  input: {},
  ...more,
});

/** The context a request is judged in. */
function contextOf(caller: Caller, need: Need, more: Partial<Call> = {}) {
  const { authorize, onDecision } = world();
  const contexts: ReadonlyMap<string, readonly string[]>[] = [];
  onDecision(({ context }) => contexts.push(context));
  try {
    authorize([need], call(caller, more));
  } catch {
    // Whether it is allowed is not asked here.
  }
  return Object.fromEntries(contexts[0] ?? []);
}

// IAM User Guide, "AWS global condition context keys".
describe('the request context', () => {
  it('of a role has its principal and organization', () => {
    expect(contextOf(role, list)).toMatchObject({
      'aws:principalarn': [ROLE],
      'aws:principalaccount': [MEMBER],
      'aws:principalorgid': ['o-a1b2c3d4e5'],
      'aws:principalorgpaths': ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/'],
      'aws:principalisawsservice': ['false'],
      'aws:requestedregion': ['eu-west-1'],
      'aws:securetransport': ['true'],
      'aws:resourceaccount': [MEMBER],
      'aws:resourceorgid': ['o-a1b2c3d4e5'],
    });
  });

  it('of a service has its source and, as "AWS global condition context keys" says, no aws:PrincipalOrg…', () => {
    const context = contextOf(ssm, put);
    expect(context).toMatchObject({
      'aws:principalisawsservice': ['true'],
      'aws:principalservicename': ['ssm.amazonaws.com'],
      'aws:sourceaccount': [MEMBER],
      'aws:sourcearn': [`arn:aws:ssm:eu-west-1:${MEMBER}:resource-data-sync/muster-1`],
      'aws:sourceorgid': ['o-a1b2c3d4e5'],
      'aws:sourceorgpaths': ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/'],
    });
    expect(Object.keys(context).filter((key) => /principal(org|arn|account)/.test(key))).toEqual([]);
  });

  it('of an account outside the organization names none', () => {
    const context = contextOf({ ...ssm, sourceAccount: OUTSIDER }, { ...put, owner: OUTSIDER });
    expect(Object.keys(context).filter((key) => key.includes('org'))).toEqual([]);
    expect(contextOf({ kind: 'service', principal: 'events.amazonaws.com' }, put)).not.toHaveProperty(
      'aws:sourceaccount',
    );
  });

  it('takes the keys of the need, and those of the call before all', () => {
    const context = contextOf(
      ssm,
      { ...put, context: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
      { context: { 'aws:SourceOrgID': [], 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
    );
    expect(context).toMatchObject({
      's3:x-amz-acl': ['bucket-owner-full-control'],
      'kms:viaservice': [expect.any(String)],
    });
    expect(context).not.toHaveProperty('aws:sourceorgid');
  });
});

describe('a refusal', () => {
  const explicit = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: '*', Resource: '*' } } as const;

  it('is worded as in "Troubleshoot access denied error messages" (IAM User Guide)', () => {
    const { authorize, organization } = world();
    const refused = (needs: Need[], by: Call) => expect(() => authorize(needs, by));
    refused([{ ...list, action: 'sqs:ListQueues' }], call(role)).toThrow(
      `User: ${role.arn} is not authorized to perform: sqs:ListQueues on resource: * because no identity-based policy allows the sqs:ListQueues action`,
    );
    refused([put], call({ ...ssm, sourceAccount: OUTSIDER }, { service: 's3' })).toThrow(
      'User: ssm.amazonaws.com is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::inventory/AWS:Application/x.json" because no resource-based policy allows the s3:PutObject action',
    );
    organization.attach('SERVICE_CONTROL_POLICY', 'ou-ab12-11111111', { name: 'guard', document: explicit });
    refused([list], call(role)).toThrow('with an explicit deny in a service control policy');
    organization.detach('SERVICE_CONTROL_POLICY', 'ou-ab12-11111111', 'guard');
    refused([list], call(role)).not.toThrow();
  });

  it.each([
    ['s3', 'AccessDenied', 403],
    ['sts', 'AccessDenied', 403],
    ['sns', 'AuthorizationError', 403],
    ['ssm', 'AccessDeniedException', 400],
  ] as const)('of %s is named %s', (service, name, status) => {
    const { authorize } = world();
    const refuse = () => authorize([{ ...list, action: 'sqs:X' }], call(role, { service }));
    expect(refuse).toThrow(expect.objectContaining({ name, status }));
  });

  it('is kept for roles and ssm.amazonaws.com only', () => {
    const { authorize, denials } = world();
    const elsewhere: Need = { ...put, owner: OUTSIDER, policy: { Statement: [] } };
    for (const caller of [role, ssm, operator, { ...ssm, principal: 'events.amazonaws.com' }])
      expect(() => authorize([elsewhere], call(caller))).toThrow('not authorized');
    expect(denials).toEqual([
      {
        principal: ROLE,
        action: 's3:PutObject',
        resource: put.resource,
        why: 'because no identity-based policy allows the s3:PutObject action',
      },
      {
        principal: 'ssm.amazonaws.com',
        action: 's3:PutObject',
        resource: put.resource,
        why: 'because no resource-based policy allows the s3:PutObject action',
      },
    ]);
  });

  it('by the RCP of the owner reaches SSM, which GetBucketPolicy does not show; an operator it does not', () => {
    const { authorize, organization } = world();
    const document = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': MEMBER } },
      },
    } as const;
    expect(() => authorize([put], call(ssm))).not.toThrow();
    organization.attach('RESOURCE_CONTROL_POLICY', HUB, { name: 'perimeter', document });
    expect(() => authorize([put], call(ssm))).toThrow('with an explicit deny in a resource control policy');
    organization.attach('RESOURCE_CONTROL_POLICY', MEMBER, {
      name: 'all',
      document: { ...document, Statement: { ...document.Statement, Action: '*', Condition: {} } },
    });
    // ssm is not among the services that support RCPs.
    expect(() => authorize([list], call(role))).not.toThrow();
    expect(() => authorize([{ ...put, owner: MEMBER }], call(operator))).not.toThrow();
  });

  it('meets every session of a role that was deleted', () => {
    const { authorize, directory } = world();
    directory.deleteRole(ROLE);
    expect(() => authorize([list], call(role))).toThrow('because no identity-based policy allows');
  });
});

describe('a recorded decision', () => {
  it('is told once for all requests to which the same statements apply, and flips without its statement', () => {
    const { authorize, onDecision, directory } = world();
    const flips: boolean[] = [];
    const [policy] = directory.role(ROLE)?.policies ?? [];
    onDecision((input, { allowed }) => {
      if (policy) flips.push(allowed && !evaluate(withoutStatement(input, policy.document, 0)).allowed);
    });
    for (const region of ['eu-west-1', 'us-east-1']) authorize([list], call(role, { region }));
    authorize([list], call(operator));
    authorize([{ ...list, action: 'ssm:GetInventory' }], call(role));
    expect(flips).toEqual([true, true]);
  });
});
