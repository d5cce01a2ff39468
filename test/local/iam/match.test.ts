// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM's policy variables are written so
import { describe, expect, it } from 'vitest';
import { requestContext } from '../../../local/iam/conditions.ts';
import { compileText, type TextOptions } from '../../../local/iam/match.ts';

const context = requestContext({
  'aws:SourceAccount': '100000000010',
  'aws:PrincipalOrgPaths': ['a', 'b'],
  'aws:username': 'a*',
});
const arn = { arn: true, variables: true };

describe('a pattern', () => {
  it.each<[string, TextOptions, string, boolean]>([
    ['s3:Put*', { wildcards: true, ignoreCase: true }, 's3:putobject', true],
    ['s3:PutObject', { wildcards: true }, 's3:putobject', false],
    ['a?c', { wildcards: true }, 'abc', true],
    ['a?c', { wildcards: true }, 'ac', false],
    ['a*', {}, 'abc', false],
    ['a.c', { wildcards: true }, 'abc', false],
    // IAM User Guide, "Resource": `*` in the last part reaches over `/` and `:`
    ['arn:aws:s3:::b/p/*', arn, 'arn:aws:s3:::b/p/AWS:Application/accountid=1/x.json', true],
    ['arn:aws:ssm:*:*:resource-data-sync/*', arn, 'arn:aws:ssm:eu-west-1:1:resource-data-sync/muster-1', true],
    ['arn:aws:ssm:*:resource-data-sync/*:x:y', arn, 'arn:aws:ssm:eu-west-1:resource-data-sync/a:b:x:y', false],
    ['arn:aws:ssm:*', arn, 'arn:aws:ssm:eu-west-1:1:document/x', true],
    ['arn:aws:s3:::b', arn, 'arn:aws:s3:::bb', false],
    // IAM User Guide, "Policy variables"
    ['arn:aws:s3:::b/accountid=${aws:SourceAccount}/*', arn, 'arn:aws:s3:::b/accountid=100000000010/x', true],
    ['arn:aws:s3:::b/accountid=${AWS:sourceaccount}/*', arn, 'arn:aws:s3:::b/accountid=100000000011/x', false],
    [
      'arn:aws:s3:::b/accountid=${aws:SourceAccount}/*',
      { arn: true },
      'arn:aws:s3:::b/accountid=100000000010/x',
      false,
    ],
    ['${aws:PrincipalTag/team}/*', { variables: true, wildcards: true }, '/x', false],
    ['${aws:PrincipalOrgPaths}', { variables: true }, 'a', false],
    ['${aws:username}', { variables: true, wildcards: true }, 'ab', false],
    ['${aws:username}', { variables: true, wildcards: true }, 'a*', true],
    ['$x', { variables: true }, '$x', true],
  ])('%s %o on %s: %s', (pattern, options, value, expected) => {
    const matcher = compileText(pattern, options);
    expect([matcher(value, context), matcher(value, context)]).toEqual([expected, expected]);
  });

  it("with a variable's default is refused", () => {
    expect(() => compileText("${aws:PrincipalTag/team, 'none'}", arn)).toThrow('is not supported');
  });
});
