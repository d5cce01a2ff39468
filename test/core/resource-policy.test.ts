import { describe, expect, it } from 'vitest';
import type { Answer } from '../../core/answer.ts';
import { compileResourcePolicy, type ServiceRequest } from '../../core/resource-policy.ts';

const bucket = 'arn:aws:s3:::inventory-bucket';
const request: ServiceRequest = {
  principal: 'ssm.amazonaws.com',
  action: 's3:PutObject',
  resource: `${bucket}/inventory/AWS:Application/accountid=100000000010/region=eu-west-1/i-1.json`,
  context: new Map([
    ['aws:sourceaccount', ['100000000010']],
    ['aws:sourcearn', ['arn:aws:ssm:eu-west-1:100000000010:resource-data-sync/muster-1a2b3c4d']],
    ['aws:sourceorgid', ['o-a1b2c3d4e5']],
    ['aws:principalorgid', []],
    ['aws:principalisawsservice', ['true']],
    ['aws:securetransport', ['true']],
    ['s3:requestobjecttagkeys', ['OrgId', 'Team']],
  ]),
};

const allow = { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 's3:PutObject', Resource: '*' };
const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };
const when = (Condition: object) => ({ ...allow, Condition });
/** An Allow for everybody, and a Deny of what is given. */
const denied = (statement: object) => [allow, { ...deny, ...statement }];
const policy = (Statement: unknown, Version = '2012-10-17') => JSON.stringify({ Version, Statement });
const variable = (name: string) => `$\{${name}}`;
const sourceAccount = variable('aws:SourceAccount');
const folder = (account: string) => ({ ...allow, Resource: `${bucket}/inventory/*/accountid=${account}/*` });

const table: [string, unknown, Answer][] = [
  ['what nothing allows is denied', [], 'no'],
  ['one statement needs no list', allow, 'yes'],
  ['a Deny wins over an Allow', [allow, deny], 'no'],
  ['a Deny of something else does not', denied({ Action: 's3:DeleteObject' }), 'yes'],
  // principals
  ['another service is not meant', { ...allow, Principal: { Service: 'config.amazonaws.com' } }, 'no'],
  ['one service among others is', { ...allow, Principal: { Service: ['a.com', 'ssm.amazonaws.com'] } }, 'yes'],
  ['everybody is every service too', { ...allow, Principal: '*' }, 'yes'],
  ['so is every account', { ...allow, Principal: { AWS: '*' } }, 'yes'],
  ['an account is no service', { ...allow, Principal: { AWS: 'arn:aws:iam::100000000002:root' } }, 'no'],
  ['a canonical user is no service', { ...allow, Principal: { CanonicalUser: '79a59df900b949e5' } }, 'no'],
  ['whether a wildcard stands for services is unknown', { ...allow, Principal: { Service: '*' } }, 'unknown'],
  ['a type of principal that nobody knows may be anybody', { ...allow, Principal: { Planet: 'earth' } }, 'unknown'],
  ['NotPrincipal spares who is named', denied({ Principal: undefined, NotPrincipal: allow.Principal }), 'yes'],
  [
    'NotPrincipal hits everybody else',
    denied({ Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::100000000002:root' } }),
    'no',
  ],
  // actions
  ['an action is written in any case and with wildcards', { ...allow, Action: 'S3:put?bject*' }, 'yes'],
  ['an action of another name is another', { ...allow, Action: ['s3:PutObjectTagging', 's3:Put'] }, 'no'],
  ['NotAction denies all but what it names', denied({ Action: undefined, NotAction: 's3:Get*' }), 'no'],
  ['NotAction spares what it names', denied({ Action: undefined, NotAction: ['s3:GetObject', 's3:Put*'] }), 'yes'],
  // resources
  ['a path may name the account', folder('100000000010'), 'yes'],
  ['the path of another account is another', folder('100000000011'), 'no'],
  ['a list of paths is enough with one', [folder('100000000011'), folder('100000000010')], 'yes'],
  ['a variable stands for the account that writes', folder(sourceAccount), 'yes'],
  ['a wildcard in a path reaches over colons and slashes', { ...allow, Resource: `${bucket}*.json` }, 'yes'],
  ['a wildcard before the last colon does not', { ...allow, Resource: 'arn:*:inventory-bucket/*' }, 'unknown'],
  ['a wildcard for one part of an ARN does', { ...allow, Resource: 'arn:*:s3:*:*:inventory-bucket/*' }, 'yes'],
  ['a question mark is one letter', { ...allow, Resource: `${bucket}/inventory/*/i-?.json` }, 'yes'],
  ['a question mark is no more than one', { ...allow, Resource: `${bucket}/inventory/*accountid=?/*` }, 'no'],
  ['the bucket is not the objects in it', { ...allow, Resource: bucket }, 'no'],
  ['NotResource denies all but what it names', denied({ Resource: undefined, NotResource: `${bucket}/keep/*` }), 'no'],
  ['NotResource spares what it names', denied({ Resource: undefined, NotResource: `${bucket}/inventory/*` }), 'yes'],
  // conditions
  [
    'all conditions must hold',
    when({ StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5', 'aws:SourceAccount': '1' } }),
    'no',
  ],
  ['a condition key is written in any case', when({ StringEquals: { 'AWS:sourceorgid': 'o-a1b2c3d4e5' } }), 'yes'],
  ['one value of a list is enough', when({ StringEquals: { 'aws:SourceAccount': ['1', '100000000010'] } }), 'yes'],
  ['StringEquals knows no wildcard', when({ StringEquals: { 'aws:SourceOrgID': 'o-*' } }), 'no'],
  ['StringLike does', when({ StringLike: { 'aws:SourceOrgID': 'o-*' } }), 'yes'],
  ['StringEquals minds the case', when({ StringEquals: { 'aws:SourceOrgID': 'O-A1B2C3D4E5' } }), 'no'],
  ['StringEqualsIgnoreCase does not', when({ StringEqualsIgnoreCase: { 'aws:SourceOrgID': 'O-A1B2C3D4E5' } }), 'yes'],
  ['StringNotEquals is none of the list', when({ StringNotEquals: { 'aws:SourceAccount': ['1', '2'] } }), 'yes'],
  ['StringNotLike fails with one of the list', when({ StringNotLike: { 'aws:SourceAccount': ['1', '1*'] } }), 'no'],
  [
    'ArnLike matches part by part',
    when({ ArnLike: { 'aws:SourceArn': 'arn:aws:ssm:*:*:resource-data-sync/*' } }),
    'yes',
  ],
  ['ArnEquals does too', when({ ArnEquals: { 'aws:SourceArn': 'arn:aws:ssm:*:100000000011:*' } }), 'no'],
  ['ArnNotLike is its inverse', when({ ArnNotLike: { 'aws:SourceArn': 'arn:aws:ssm:*:100000000011:*' } }), 'yes'],
  ['a value that is no ARN is like none', when({ ArnLike: { 'aws:SourceOrgID': 'arn:aws:ssm:*:*:*' } }), 'no'],
  ['what is like no ARN is unknown', when({ ArnLike: { 'aws:SourceArn': 'muster-*' } }), 'unknown'],
  ['Bool compares texts and booleans alike', when({ Bool: { 'aws:SecureTransport': true } }), 'yes'],
  ['a Deny of plain HTTP spares HTTPS', denied({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }), 'yes'],
  ['a variable in a value is replaced', when({ StringEquals: { 'aws:SourceAccount': sourceAccount } }), 'yes'],
  [
    'a variable without a value is unknown',
    when({ StringLike: { 'aws:SourceAccount': variable('aws:PrincipalOrgID') } }),
    'unknown',
  ],
  [
    'so is one with several',
    when({ StringLike: { 'aws:SourceAccount': variable('s3:RequestObjectTagKeys') } }),
    'unknown',
  ],
  [
    'so is a default for a variable',
    when({ StringLike: { 'aws:SourceAccount': variable("aws:username, '*'") } }),
    'unknown',
  ],
  [
    'so is a variable where case is ignored',
    when({ StringEqualsIgnoreCase: { 'aws:SourceAccount': sourceAccount } }),
    'unknown',
  ],
  ['a wildcard in braces is a letter', when({ StringLike: { 'aws:SourceOrgID': `o-${variable('*')}` } }), 'no'],
  ['an absent key fails a comparison', when({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }), 'no'],
  ['unless it is made only if the key exists', when({ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }), 'yes'],
  ['an absent key passes a negated comparison', when({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }), 'yes'],
  [
    'a perimeter that forgets services shuts them out',
    denied({ Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } }),
    'no',
  ],
  [
    'a perimeter that exempts services does not',
    denied({
      Condition: {
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        NotIpAddressIfExists: { 'aws:SourceIp': '192.0.2.0/24' },
      },
    }),
    'yes',
  ],
  ['Null true asks for absence', when({ Null: { 'aws:PrincipalOrgID': 'true' } }), 'yes'],
  ['Null false asks for presence', when({ Null: { 'aws:SourceAccount': false } }), 'yes'],
  ['Null false fails without the key', when({ Null: { 'aws:PrincipalOrgID': 'false' } }), 'no'],
  ['ForAnyValue needs one value', when({ 'ForAnyValue:StringEquals': { 's3:RequestObjectTagKeys': 'Team' } }), 'yes'],
  ['ForAnyValue fails without any', when({ 'ForAnyValue:StringNotLike': { 'aws:PrincipalOrgID': 'o-1' } }), 'no'],
  ['ForAllValues needs all', when({ 'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['OrgId'] } }), 'no'],
  [
    'ForAllValues passes with all',
    when({ 'ForAllValues:StringLike': { 's3:RequestObjectTagKeys': ['O*', 'T*'] } }),
    'yes',
  ],
  ['ForAllValues passes without any', when({ 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-1' } }), 'yes'],
  [
    'several values without a set operator are unknown',
    when({ StringEquals: { 's3:RequestObjectTagKeys': 'OrgId' } }),
    'unknown',
  ],
  // what is not known
  [
    'a key of which nothing is known leaves it unknown',
    when({ StringEquals: { 'aws:SourceIp': '192.0.2.1' } }),
    'unknown',
  ],
  ['even whether it is there', when({ Null: { 'aws:SourceIp': 'true' } }), 'unknown'],
  ['an operator that nobody knows leaves it unknown', when({ NumericEquals: { 'aws:SourceAccount': 1 } }), 'unknown'],
  ['a negation that does not exist leaves it unknown', when({ BoolNot: { 'aws:SecureTransport': 'true' } }), 'unknown'],
  ['a Deny that may apply leaves an Allow unknown', denied({ Condition: { Odd: { 'aws:SourceIp': '1' } } }), 'unknown'],
  ['but not the want of an Allow', [{ ...deny, Condition: { Odd: { 'aws:SourceIp': '1' } } }], 'no'],
  [
    'an unknown condition beside one that fails is no matter',
    when({ Odd: { a: '1' }, Bool: { 'aws:SecureTransport': false } }),
    'no',
  ],
  [
    'an element that nobody knows may turn either way',
    [allow, { ...deny, Action: 'kms:*', Unless: 'sunday' }],
    'unknown',
  ],
  ['a statement without a resource is none', { ...allow, Resource: undefined }, 'unknown'],
  ['a statement with an element in both forms is none', { ...allow, NotAction: 's3:GetObject' }, 'unknown'],
];

describe('a policy of a resource', () => {
  it.each(table)('%s', (_, statement, expected) => {
    expect(compileResourcePolicy(policy(statement))(request)).toBe(expected);
  });

  it('knows variables in its version of 2012 only', () => {
    expect(compileResourcePolicy(policy(folder(sourceAccount), '2008-10-17'))(request)).toBe('no');
    expect(compileResourcePolicy(JSON.stringify({ Statement: folder(sourceAccount) }))(request)).toBe('no');
  });

  it.each(['', 'no JSON', '[]', '{"Version":"2012-10-17"}'])('is unknown when it is none: %j', (text) => {
    expect(compileResourcePolicy(text)(request)).toBe('unknown');
  });

  it('is decided quickly whatever its wildcards', () => {
    const Resource = `${bucket}/${'*a'.repeat(60)}*b`;
    const long = { ...request, resource: `${bucket}/${'a'.repeat(1_000)}` };
    expect(compileResourcePolicy(policy({ ...allow, Resource }))(long)).toBe('no');
  });
});
