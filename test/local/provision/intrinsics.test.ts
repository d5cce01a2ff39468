import { describe, expect, it } from 'vitest';
import { deploymentOrder, type Json, resolve, TemplateError } from '../../../local/provision/intrinsics.ts';

/** A placeholder of Fn::Sub. */
const hole = (name: string) => `\${${name}}`;

const scope = {
  ref: (name: string) => ({ Bucket: 'the-bucket', Stage: 'live', 'AWS::Region': 'eu-west-1' })[name],
  attribute: (id: string, name: string) => (id === 'Bucket' && name === 'Arn' ? 'arn:aws:s3:::the-bucket' : undefined),
  exported: (name: string) => (name === 'KeyArn' ? 'arn:key' : undefined),
};

describe('intrinsic functions ("Intrinsic function reference", CloudFormation)', () => {
  it.each<[string, Json, Json | undefined]>([
    ['Ref', [{ Ref: 'Bucket' }, { Ref: 'AWS::Region' }], ['the-bucket', 'eu-west-1']],
    ['Ref of no value', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['GetAtt', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::the-bucket'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Bucket' }, { Ref: 'AWS::NoValue' }]] }, 'a-the-bucket'],
    [
      'Sub',
      { 'Fn::Sub': ['Bucket', 'Bucket.Arn', '!Literal', 'AWS::Region'].map(hole).join('/') },
      `the-bucket/arn:aws:s3:::the-bucket/${hole('Literal')}/eu-west-1`,
    ],
    ['ImportValue', { 'Fn::ImportValue': 'KeyArn' }, 'arn:key'],
    [
      'anything else as it is',
      { Condition: { Bool: { x: true } }, y: null },
      { Condition: { Bool: { x: true } }, y: null },
    ],
  ])('resolves %s', (_case, node, expected) => {
    expect(resolve(node, scope)).toEqual(expected);
  });

  it.each<[string, Json, string]>([
    ['an unknown Ref', { Ref: 'Nobody' }, 'Ref to Nobody, which does not exist'],
    ['an unknown attribute', { 'Fn::GetAtt': ['Bucket', 'Size'] }, 'Fn::GetAtt of Bucket.Size, which does not exist'],
    ['an unknown export', { 'Fn::ImportValue': 'Nothing' }, 'the export Nothing, which does not exist'],
    ['a function that no template of ours uses', { 'Fn::Select': [0, ['a']] }, 'Fn::Select is not supported'],
    ['a Join of no list', { 'Fn::Join': ['-', 'a'] }, 'Fn::Join of ["-","a"]: '],
  ])('refuses %s by name', (_case, node, message) => {
    expect(() => resolve(node, scope)).toThrow(TemplateError);
    expect(() => resolve(node, scope)).toThrow(message);
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
      Bucket: resource({ Key: { 'Fn::GetAtt': ['Key', 'Arn'] } }),
      Key: { Type: 'X' },
    };
    expect([...deploymentOrder({ Resources }).keys()]).toEqual(['Role', 'Key', 'Bucket', 'Policy', 'Function']);
  });

  it('names a circle', () => {
    const Resources = { A: resource({ x: { Ref: 'B' } }), B: resource({ x: { Ref: 'A' } }) };
    expect(() => deploymentOrder({ Resources })).toThrow('A -> B -> A');
  });

  it('refuses a dependency on nothing', () => {
    expect(() => deploymentOrder({ Resources: { A: resource({}, ['B']) } })).toThrow(
      'A depends on B, which does not exist',
    );
  });
});
