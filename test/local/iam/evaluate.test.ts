import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../local/cloud/service.ts';
import { requestContext } from '../../../local/iam/conditions.ts';
import { type Decision, type EvaluationInput, evaluate, withoutStatement } from '../../../local/iam/evaluate.ts';
import type { NamedPolicy, PolicyStatement } from '../../../local/iam/policy.ts';

const MEMBER = '100000000010';
const HUB = '100000000002';
const role: Caller = {
  kind: 'role',
  account: MEMBER,
  arn: `arn:aws:sts::${MEMBER}:assumed-role/Reader/one`,
  roleArn: `arn:aws:iam::${MEMBER}:role/Reader`,
  sessionName: 'one',
};
const ssm: Caller = { kind: 'service', principal: 'ssm.amazonaws.com', sourceAccount: MEMBER };
const administrator: Caller = { kind: 'administrator', account: MEMBER, arn: `arn:aws:iam::${MEMBER}:user/operator` };

const policy = (...Statement: PolicyStatement[]): NamedPolicy => ({
  name: 'p',
  document: { Version: '2012-10-17', Statement },
});
const allow = (Action: string, more: Partial<PolicyStatement> = {}) =>
  policy({ Effect: 'Allow', Action, Resource: '*', ...more });
const deny = (Action: string, more: Partial<PolicyStatement> = {}) =>
  policy({ Effect: 'Deny', Action, Resource: '*', ...more });
const trust = (Principal: PolicyStatement['Principal'] & {}) =>
  policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal });
const full = allow('*');
const fullRcp = allow('*', { Principal: '*' });

const get: EvaluationInput = {
  principal: role,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  owner: MEMBER,
  context: requestContext({}),
  identity: [allow('s3:GetObject')],
  serviceControl: [[full], [full]],
  resourceControl: [[fullRcp], [fullRcp]],
};
const assume: EvaluationInput = {
  ...get,
  action: 'sts:AssumeRole',
  resource: `arn:aws:iam::${HUB}:role/MusterMember`,
  owner: HUB,
  identity: [allow('sts:AssumeRole')],
};
const put: EvaluationInput = {
  ...get,
  principal: ssm,
  action: 's3:PutObject',
  owner: HUB,
  identity: [],
  serviceControl: [],
};
const putAllowed = allow('s3:PutObject', { Principal: { Service: 'ssm.amazonaws.com' } });
const key: EvaluationInput = {
  ...get,
  action: 'kms:Decrypt',
  resource: `arn:aws:kms:us-east-1:${MEMBER}:key/1`,
  identity: [allow('kms:Decrypt')],
};

const outcome = (decision: Decision) =>
  decision.allowed ? 'allowed' : `${decision.explicit ? 'explicit' : 'missing'}: ${decision.by}`;
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
const itself = { AWS: role.roleArn };
const session = { AWS: role.arn };

describe('a request is judged by IAM User Guide, "Policy evaluation logic":', () => {
  it.each<[string, EvaluationInput, string]>([
    ['an identity policy allows inside the account', get, 'allowed'],
    ['nothing allows', { ...get, identity: [] }, 'missing: identity-based policy'],
    ['a Deny wins over an Allow', { ...get, identity: [full, deny('s3:Get*')] }, 'explicit: identity-based policy'],
    [
      'the bucket names the role, inside the account',
      { ...get, identity: [], resourcePolicy: allow('s3:*', { Principal: itself }) },
      'allowed',
    ],
    [
      'the bucket names only the account',
      { ...get, identity: [], resourcePolicy: allow('s3:*', { Principal: root(MEMBER) }) },
      'missing: identity-based policy',
    ],
    [
      'the bucket denies',
      { ...get, resourcePolicy: deny('s3:*', { Principal: '*' }) },
      'explicit: resource-based policy',
    ],
    ['the bucket of another account says nothing', { ...get, owner: HUB }, 'missing: resource-based policy'],
    [
      'the bucket of another account names the account',
      { ...get, owner: HUB, resourcePolicy: allow('s3:*', { Principal: root(MEMBER) }) },
      'allowed',
    ],
    [
      'the bucket of another account alone',
      { ...get, owner: HUB, identity: [], resourcePolicy: allow('s3:*', { Principal: itself }) },
      'missing: identity-based policy',
    ],
    [
      'one SCP level does not allow',
      { ...get, serviceControl: [[full], [allow('ec2:*')]] },
      'missing: service control policy',
    ],
    ['an SCP denies', { ...get, serviceControl: [[full], [full, deny('s3:*')]] }, 'explicit: service control policy'],
    [
      'an RCP denies',
      { ...get, resourceControl: [[fullRcp, deny('s3:*', { Principal: '*' })]] },
      'explicit: resource control policy',
    ],
    ['no RCP allows', { ...get, resourceControl: [[]] }, 'missing: resource control policy'],
    ['the management account has no SCPs', { ...get, serviceControl: [], resourceControl: [] }, 'allowed'],
    [
      'the bucket names the session, inside the account',
      { ...get, identity: [], resourcePolicy: allow('s3:*', { Principal: session }) },
      'allowed',
    ],
    [
      'without resource-level permission only * counts',
      { ...get, resource: '*', identity: [allow('s3:*', { Resource: 'arn:aws:s3:::*' })] },
      'missing: identity-based policy',
    ],
    ['an operator administers', { ...get, principal: administrator, identity: [] }, 'allowed'],
    [
      'an operator in another account',
      { ...get, principal: administrator, identity: [], owner: HUB },
      'missing: resource-based policy',
    ],
    [
      'the bucket of another account names the operator',
      { ...get, principal: administrator, owner: HUB, resourcePolicy: allow('s3:*', { Principal: root(MEMBER) }) },
      'allowed',
    ],
  ])('%s', (_, input, expected) => {
    expect(outcome(evaluate(input))).toBe(expected);
  });
});

describe('a trust or key policy must allow, also inside the account:', () => {
  const here = { ...assume, owner: MEMBER };
  it.each<[string, EvaluationInput, string]>([
    ['cross-account trust in the account root', { ...assume, resourcePolicy: trust(root(MEMBER)) }, 'allowed'],
    [
      'cross-account trust without identity policy',
      { ...assume, identity: [], resourcePolicy: trust(itself) },
      'missing: identity-based policy',
    ],
    ['a role without trust, as one that does not exist', assume, 'missing: role trust policy'],
    ['trust in another account', { ...assume, resourcePolicy: trust(root(HUB)) }, 'missing: role trust policy'],
    [
      'trust in a service only',
      { ...assume, resourcePolicy: trust({ Service: 'lambda.amazonaws.com' }) },
      'missing: role trust policy',
    ],
    ['same account, trust names the role', { ...here, identity: [], resourcePolicy: trust(itself) }, 'allowed'],
    [
      'same account, trust in the root, no identity policy',
      { ...here, identity: [], resourcePolicy: trust(root(MEMBER)) },
      'missing: identity-based policy',
    ],
    ['same account, no trust', here, 'missing: role trust policy'],
    [
      'key policy in the account root',
      { ...key, resourcePolicy: allow('kms:*', { Principal: root(MEMBER) }) },
      'allowed',
    ],
    [
      'key policy names somebody else',
      { ...key, resourcePolicy: allow('kms:*', { Principal: { AWS: HUB } }) },
      'missing: resource-based policy',
    ],
  ])('%s', (_, input, expected) => {
    expect(outcome(evaluate(input))).toBe(expected);
  });
});

// Organizations User Guide: RCPs apply to AWS service principals, SCPs do not.
describe('a service principal', () => {
  const rcp = (operator: string, name: string) =>
    deny('s3:*', { Principal: '*', Condition: { [operator]: { [name]: 'true' } } });
  it.each<[string, EvaluationInput, string]>([
    ['is allowed by the resource alone', { ...put, resourcePolicy: putAllowed }, 'allowed'],
    ['needs the resource', put, 'missing: resource-based policy'],
    ['is everyone, too', { ...put, resourcePolicy: allow('s3:*', { Principal: { AWS: '*' } }) }, 'allowed'],
    [
      'is not another service',
      { ...put, resourcePolicy: allow('s3:*', { Principal: { Service: ['s3.amazonaws.com'] } }) },
      'missing: resource-based policy',
    ],
    [
      'does not pass the Deny of an RCP',
      {
        ...put,
        resourcePolicy: putAllowed,
        resourceControl: [[fullRcp, rcp('BoolIfExists', 'aws:PrincipalIsAWSService')]],
      },
      'explicit: resource control policy',
    ],
    [
      'passes an RCP that exempts services',
      {
        ...put,
        context: requestContext({ 'aws:PrincipalIsAWSService': 'true' }),
        resourcePolicy: putAllowed,
        resourceControl: [[fullRcp, rcp('StringNotEquals', 'aws:PrincipalIsAWSService')]],
      },
      'allowed',
    ],
  ])('%s', (_, input, expected) => {
    expect(outcome(evaluate(input))).toBe(expected);
  });
});

describe('withoutStatement', () => {
  it('gives the same request without one statement, wherever its document is', () => {
    const two = policy(...[allow('s3:*'), deny('s3:GetObject')].flatMap(({ document }) => document.Statement));
    const everywhere: EvaluationInput = {
      ...get,
      identity: [two],
      serviceControl: [[two]],
    };
    const rcp = policy(...[fullRcp, deny('s3:*', { Principal: '*' })].flatMap(({ document }) => document.Statement));
    const guarded: EvaluationInput = { ...get, resourcePolicy: rcp, resourceControl: [[rcp]] };
    const outcomes = [
      everywhere,
      withoutStatement(everywhere, two.document, 0),
      withoutStatement(everywhere, two.document, 1),
      guarded,
      withoutStatement(guarded, rcp.document, 1),
    ].map((input) => evaluate(input).allowed);
    expect(outcomes).toEqual([false, false, true, false, true]);
  });

  it('finds the statements that applied by their index', () => {
    const { applied } = evaluate({
      ...get,
      identity: [policy(...[allow('ec2:*'), allow('s3:*')].flatMap(({ document }) => document.Statement))],
    });
    const identity = applied.filter(({ type }) => type === 'identity-based policy');
    expect(identity.map(({ statement }) => statement.index)).toEqual([1]);
  });
});
