import { describe, expect, it } from 'vitest';
import { deploymentOrder, type Json, Resolver, type Template } from '../../../local/provision/intrinsics.ts';

/** A placeholder of Fn::Sub. */
const hole = (name: string) => `\${${name}}`;

const template: Template = {
  Parameters: {
    Stage: { Type: 'String', Default: 'live' },
    Zones: { Type: 'CommaDelimitedList', Default: 'a,b' },
    Given: { Type: 'String' },
  },
  Mappings: { Sizes: { small: { memory: '128' } } },
  Conditions: {
    IsLive: { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] },
    IsNot: { 'Fn::Not': [{ Condition: 'IsLive' }] },
    Both: { 'Fn::And': [{ Condition: 'IsLive' }, { 'Fn::Contains': [{ Ref: 'Zones' }, 'b'] }] },
    Either: { 'Fn::Or': [{ Condition: 'IsNot' }, { Condition: 'Both' }] },
  },
  Resources: { Bucket: { Type: 'AWS::S3::Bucket' } },
};

const resolver = new Resolver(template, {
  pseudo: { 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '100000000002' },
  parameters: { Stage: 'live' },
  ref: (id) => (id === 'Bucket' ? 'the-bucket' : undefined),
  attribute: (id, name) => (id === 'Bucket' && name === 'Arn' ? 'arn:aws:s3:::the-bucket' : undefined),
  exported: (name) => (name === 'KeyArn' ? 'arn:key' : undefined),
});

describe('intrinsic functions ("Intrinsic function reference", CloudFormation)', () => {
  it.each<[string, Json, Json | undefined]>([
    ['Ref of a resource', { Ref: 'Bucket' }, 'the-bucket'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'live'],
    ['Ref of a list parameter', { Ref: 'Zones' }, ['a', 'b']],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['GetAtt', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::the-bucket'],
    ['GetAtt with a dot', { 'Fn::GetAtt': 'Bucket.Arn' }, 'arn:aws:s3:::the-bucket'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Bucket' }, { Ref: 'AWS::NoValue' }]] }, 'a-the-bucket'],
    [
      'Sub',
      { 'Fn::Sub': ['Bucket', 'Bucket.Arn', '!Literal', 'AWS::Region'].map(hole).join('/') },
      `the-bucket/arn:aws:s3:::the-bucket/${hole('Literal')}/eu-west-1`,
    ],
    [
      'Sub with variables',
      { 'Fn::Sub': [`${hole('x')}-${hole('Stage')}`, { x: { Ref: 'Bucket' } }] },
      'the-bucket-live',
    ],
    ['Select and Split', { 'Fn::Select': [1, { 'Fn::Split': ['|', 'a|b'] }] }, 'b'],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', 'small', 'memory'] }, '128'],
    ['FindInMap with a default', { 'Fn::FindInMap': ['Sizes', 'big', 'memory', { DefaultValue: '1' }] }, '1'],
    ['If', { 'Fn::If': ['Either', { a: { Ref: 'AWS::NoValue' }, b: 1 }, 'no'] }, { b: 1 }],
    ['If not', { 'Fn::If': ['IsNot', 'yes', { Ref: 'AWS::NoValue' }] }, undefined],
    ['ImportValue', { 'Fn::ImportValue': 'KeyArn' }, 'arn:key'],
    ['Base64', { 'Fn::Base64': 'abc' }, 'YWJj'],
    ['GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['ToJsonString', { 'Fn::ToJsonString': { a: [{ Ref: 'Stage' }] } }, '{"a":["live"]}'],
    ['Length', { 'Fn::Length': { Ref: 'Zones' } }, 2],
    [
      'a policy statement, whose Condition is none',
      { Condition: { Bool: { x: 'true' } } },
      { Condition: { Bool: { x: 'true' } } },
    ],
  ])('resolves %s', (_case, node, expected) => {
    expect(resolver.value(node)).toEqual(expected);
  });

  it.each<[string, Json, string, string]>([
    ['an unknown Ref', { Ref: 'Nobody' }, 'UnknownReference', 'Ref to Nobody, which does not exist'],
    ['an unknown attribute', { 'Fn::GetAtt': ['Bucket', 'Size'] }, 'UnknownReference', 'Fn::GetAtt of Bucket.Size'],
    ['an unknown export', { 'Fn::ImportValue': 'Nothing' }, 'UnknownReference', 'no export named Nothing'],
    ['an unknown mapping', { 'Fn::FindInMap': ['Sizes', 'big', 'memory'] }, 'UnknownReference', 'Sizes.big.memory'],
    ['an unknown condition', { 'Fn::If': ['Never', 1, 2] }, 'UnknownReference', 'no condition Never'],
    ['a parameter without a value', { Ref: 'Given' }, 'MissingParameter', 'Given has no value'],
    ['an unknown function', { 'Fn::Transform': {} }, 'InvalidIntrinsic', 'Fn::Transform is not supported'],
    ['a Select beyond the end', { 'Fn::Select': [4, ['a']] }, 'InvalidIntrinsic', 'there is no item 4'],
    ['a Join of no list', { 'Fn::Join': ['-', 'a'] }, 'InvalidIntrinsic', 'Fn::Join takes a list, not "a"'],
    ['a Base64 of no string', { 'Fn::Base64': 1 }, 'InvalidIntrinsic', 'Fn::Base64 takes a string, not 1'],
  ])('refuses %s by name', (_case, node, name, message) => {
    expect(() => resolver.value(node)).toThrow(
      expect.objectContaining({ name, message: expect.stringContaining(message) }),
    );
  });
});

describe('deploymentOrder', () => {
  const resource = (Properties: Record<string, Json>, DependsOn: string[] = []) => ({
    Type: 'X',
    Properties,
    DependsOn,
  });

  it('puts each resource after all it refers to or depends on', () => {
    const Resources = {
      Function: resource({ Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Name: { Ref: 'AWS::Region' } }, ['Policy']),
      Policy: resource({ Roles: [{ Ref: 'Role' }], Text: { 'Fn::Sub': `${hole('Bucket.Arn')}/*${hole('!Role')}` } }),
      Role: resource({}),
      Bucket: resource({ Key: { 'Fn::GetAtt': 'Key.Arn' } }),
      Key: resource({}),
    };
    expect(deploymentOrder({ Resources })).toEqual(['Role', 'Key', 'Bucket', 'Policy', 'Function']);
  });

  it('names a circle', () => {
    const Resources = { A: resource({ x: { Ref: 'B' } }), B: resource({ x: { Ref: 'A' } }) };
    expect(() => deploymentOrder({ Resources })).toThrow(
      expect.objectContaining({ name: 'CircularDependency', message: 'A -> B -> A' }),
    );
  });

  it('refuses a dependency on nothing', () => {
    expect(() => deploymentOrder({ Resources: { A: resource({}, ['B']) } })).toThrow(
      'A depends on B, which does not exist',
    );
  });
});
