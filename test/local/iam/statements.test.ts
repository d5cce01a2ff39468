import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../local/cloud/service.ts';
import type { PolicyDocument, PrincipalElement } from '../../../local/iam/policy.ts';
import { compilePolicy, type DocumentKind } from '../../../local/iam/statements.ts';

const policy = (statement: object, version = '2012-10-17') =>
  ({
    Version: version,
    Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...statement },
  }) as PolicyDocument;
const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } } as const;

// IAM User Guide, "Grammar of the IAM JSON policy language".
describe('a policy is refused by the element at fault:', () => {
  it.each<[PolicyDocument, DocumentKind, string]>([
    [policy({}, '2024-01-01'), 'identity', 'unknown policy version 2024-01-01'],
    [policy({ Sid: 'Read', Effect: 'allow' }), 'identity', 'statement Read: invalid Effect allow'],
    [policy({ Actions: 's3:*' }), 'identity', 'statement 0: Actions is not supported here'],
    [policy({ NotAction: 's3:*' }), 'identity', 'statement 0: NotAction is not supported here'],
    [{ Statement: { Effect: 'Allow', Resource: '*' } as never }, 'identity', 'statement 0: Action is missing'],
    [policy({ Action: 'GetObject' }), 'identity', 'statement 0: invalid action "GetObject"'],
    [{ Statement: { Effect: 'Allow', Action: '*' } }, 'identity', 'statement 0: Resource is missing'],
    [policy({ Principal: '*' }), 'identity', 'statement 0: Principal is not supported here'],
    [policy({}), 'resource', 'statement 0: Principal is missing'],
    [policy({ Principal: '*' }), 'trust', 'statement 0: Resource is not supported here'],
    [policy({ Principal: { Aws: '*' } }), 'resource', 'statement 0: unknown principal type Aws'],
    [policy({ Condition: { StringIs: { 'aws:x': 'y' } } }), 'identity', 'unknown condition operator StringIs'],
  ])('%j as %s', (document, kind, message) => {
    expect(() => compilePolicy(document, kind)).toThrow(message);
  });

  it.each<[PolicyDocument, DocumentKind]>([
    [policy({}), 'identity'],
    [policy({ Action: ['s3:Get*', '*'] }, '2008-10-17'), 'identity'],
    [policy({ Principal: '*', Condition: {} }), 'resource'],
    [{ Statement: trust }, 'trust'],
  ])('but %j is a policy of kind %s', (document, kind) => {
    expect(compilePolicy(document, kind)).toMatchObject([{ index: 0, effect: 'Allow' }]);
  });
});

const account = '100000000010';
const roleArn = `arn:aws:iam::${account}:role/path/Reader`;
const arn = `arn:aws:sts::${account}:assumed-role/Reader/one`;
const role: Caller = { kind: 'role', account, arn, roleArn, sessionName: 'one' };
const ssm: Caller = { kind: 'service', principal: 'ssm.amazonaws.com' };
const operator: Caller = { kind: 'administrator', account, arn: `arn:aws:iam::${account}:user/operator` };
const root = `arn:aws:iam::${account}:root`;

// IAM User Guide, "IAM JSON policy elements: Principal".
describe('Principal', () => {
  it.each<[PrincipalElement, Caller, string | undefined]>([
    ['*', role, 'itself'],
    ['*', ssm, 'itself'],
    [{ AWS: '*' }, ssm, 'itself'],
    [{ AWS: arn }, role, 'itself'],
    [{ AWS: [root, roleArn] }, role, 'itself'],
    [{ AWS: root }, role, 'account'],
    [{ AWS: account }, role, 'account'],
    [{ AWS: 'arn:aws:iam::100000000011:root' }, role, undefined],
    [{ AWS: operator.arn }, operator, 'itself'],
    [{ AWS: account }, operator, 'account'],
    [{ Service: ['lambda.amazonaws.com', 'ssm.amazonaws.com'] }, ssm, 'itself'],
    [{ Service: 'lambda.amazonaws.com' }, ssm, undefined],
    [{ Service: 'ssm.amazonaws.com' }, role, undefined],
  ])('%j reaches %o as %s', (element, caller, expected) => {
    const [statement] = compilePolicy({ Statement: { ...trust, Principal: element } }, 'trust');
    const request = { principal: caller, action: 'sts:AssumeRole', resource: roleArn, context: new Map() };
    expect(statement?.reach(request)).toBe(expected);
  });

  it.each<[unknown, string]>([
    [{ Aws: account }, 'unknown principal type Aws'],
    [
      { AWS: 'arn:aws:iam::100000000010:role/*' },
      'Invalid principal in policy: "AWS":"arn:aws:iam::100000000010:role/*"',
    ],
    [{ AWS: 'nobody' }, 'Invalid principal in policy: "AWS":"nobody"'],
  ])('%j is refused', (element, message) => {
    const statement = { ...trust, Principal: element as PrincipalElement };
    expect(() => compilePolicy({ Statement: statement }, 'trust')).toThrow(message);
  });
});
