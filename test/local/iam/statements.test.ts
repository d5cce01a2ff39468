import { describe, expect, it } from 'vitest';
import { type DocumentKind, parsePolicy } from '../../../local/iam/statements.ts';

const text = (statement: object, version: unknown = '2012-10-17') =>
  JSON.stringify({
    Version: version,
    Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...statement },
  });

// IAM User Guide, "Grammar of the IAM JSON policy language".
describe('a malformed policy is refused by the element at fault:', () => {
  it.each<[string, DocumentKind, string]>([
    ['{', 'identity', 'This policy contains invalid Json'],
    [text({}, '2024-01-01'), 'identity', 'unknown policy version 2024-01-01'],
    [text({ Sid: 'Read', Effect: 'allow' }), 'identity', 'statement Read: invalid Effect allow'],
    [text({ Actions: 's3:*' }), 'identity', 'statement 0: unknown element Actions'],
    [text({ NotAction: 's3:*' }), 'identity', 'statement 0: needs exactly one of Action and NotAction'],
    [text({ Action: undefined }), 'identity', 'statement 0: needs exactly one of Action and NotAction'],
    [text({ Action: 'GetObject' }), 'identity', 'statement 0: invalid action "GetObject"'],
    [text({ Resource: undefined }), 'identity', 'statement 0: needs exactly one of Resource and NotResource'],
    [text({ Principal: '*' }), 'identity', 'statement 0: Principal is not allowed here'],
    [text({}), 'resource', 'statement 0: needs exactly one of Principal and NotPrincipal'],
    [text({ Principal: '*' }), 'trust', 'statement 0: Resource is not allowed here'],
    [text({ Principal: { Aws: '*' } }), 'resource', 'statement 0: unknown principal type Aws'],
    [text({ Condition: { StringIs: { 'aws:x': 'y' } } }), 'identity', 'unknown condition operator StringIs'],
  ])('%s as %s', (document, kind, message) => {
    expect(() => parsePolicy(document, kind)).toThrow(message);
  });

  it.each<[string, DocumentKind]>([
    [text({}), 'identity'],
    [text({ Action: ['s3:Get*', '*'] }, undefined), 'identity'],
    [text({ Principal: '*', Condition: {} }), 'resource'],
    [text({ Principal: { Service: 'lambda.amazonaws.com' }, Resource: undefined }), 'trust'],
  ])('but %s is a policy of kind %s', (document, kind) => {
    expect(parsePolicy(document, kind)).toEqual(JSON.parse(document));
  });
});
