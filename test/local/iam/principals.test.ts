import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../local/cloud/service.ts';
import type { PrincipalElement } from '../../../local/iam/policy.ts';
import { compileNotPrincipal, compilePrincipal } from '../../../local/iam/principals.ts';

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
    [{ AWS: arn }, role, 'session'],
    [{ AWS: ['*', arn] }, role, 'session'],
    [{ AWS: [root, roleArn] }, role, 'itself'],
    [{ AWS: root }, role, 'account'],
    [{ AWS: account }, role, 'account'],
    [{ AWS: 'arn:aws:iam::100000000011:root' }, role, undefined],
    [{ AWS: operator.arn }, operator, 'itself'],
    [{ AWS: account }, operator, 'account'],
    [{ Service: ['lambda.amazonaws.com', 'ssm.amazonaws.com'] }, ssm, 'itself'],
    [{ Service: 'lambda.amazonaws.com' }, ssm, undefined],
    [{ Service: 'ssm.amazonaws.com' }, role, undefined],
    [{ Federated: 'cognito-identity.amazonaws.com' }, role, undefined],
  ])('%j reaches %o as %s', (element, caller, expected) => {
    expect(compilePrincipal(element)(caller)).toBe(expected);
  });

  it.each<[unknown, string]>([
    [{ Aws: account }, 'unknown principal type Aws'],
    [
      { AWS: 'arn:aws:iam::100000000010:role/*' },
      'Invalid principal in policy: "AWS":"arn:aws:iam::100000000010:role/*"',
    ],
    [{ AWS: 'nobody' }, 'Invalid principal in policy: "AWS":"nobody"'],
    ['nobody', 'invalid principal "nobody"'],
  ])('%j is refused', (element, message) => {
    expect(() => compilePrincipal(element as PrincipalElement)).toThrow(message);
  });
});

// IAM User Guide, "IAM JSON policy elements: NotPrincipal": list the session, its role and its account.
describe('NotPrincipal', () => {
  it.each<['Allow' | 'Deny', PrincipalElement, Caller, string | undefined]>([
    ['Deny', { AWS: [arn, roleArn, root] }, role, undefined],
    ['Deny', { AWS: [arn, roleArn] }, role, 'itself'],
    ['Deny', { AWS: root }, role, 'itself'],
    ['Deny', { AWS: root }, ssm, 'itself'],
    ['Deny', { Service: 'ssm.amazonaws.com' }, ssm, undefined],
    ['Deny', '*', role, undefined],
    ['Deny', { AWS: [operator.arn, root] }, operator, undefined],
    ['Allow', { AWS: roleArn }, role, undefined],
    ['Allow', { AWS: '100000000011' }, role, 'itself'],
  ])('of a %s with %j reaches %o as %s', (effect, element, caller, expected) => {
    expect(compileNotPrincipal(element, effect)(caller)).toBe(expected);
  });
});
