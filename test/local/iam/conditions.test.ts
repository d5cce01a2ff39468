// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM's policy variables are written so
import { describe, expect, it } from 'vitest';
import { compileConditions, requestContext } from '../../../local/iam/conditions.ts';

const context = requestContext({
  'aws:RequestedRegion': 'eu-west-1',
  'aws:SourceOrgID': 'o-a1b2c3d4e5',
  'aws:SourceArn': 'arn:aws:ssm:eu-west-1:100000000010:resource-data-sync/muster-1a2b3c4d',
  'aws:SecureTransport': 'true',
  'aws:TagKeys': ['a', 'b'],
});

const holds = (operator: string, key: string, value: string | string[] | boolean) =>
  compileConditions({ [operator]: { [key]: value } }, true)(context);

// IAM User Guide: "Condition operators".
describe('a condition operator', () => {
  it.each<[string, string, string | string[] | boolean, boolean]>([
    ['StringEquals', 'AWS:requestedregion', ['us-east-1', 'eu-west-1'], true],
    ['StringEquals', 'aws:RequestedRegion', 'EU-WEST-1', false],
    ['StringNotEquals', 'aws:RequestedRegion', ['us-east-1', 'eu-west-1'], false],
    ['StringNotEquals', 'aws:RequestedRegion', 'us-east-1', true],
    ['StringLike', 'aws:RequestedRegion', 'eu-*', true],
    ['StringNotLike', 'aws:RequestedRegion', 'eu-*', false],
    ['StringEquals', 'aws:Absent', 'x', false],
    ['StringLike', 'aws:TagKeys', 'b*', true],
    ['StringNotEquals', 'aws:Absent', 'x', true],
    ['StringEqualsIfExists', 'aws:Absent', 'x', true],
    ['StringEqualsIfExists', 'aws:RequestedRegion', 'x', false],
    ['Null', 'aws:Absent', 'true', true],
    ['Null', 'aws:SourceOrgID', 'false', true],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:ssm:*:*:resource-data-sync/*', true],
    ['ArnEquals', 'aws:SourceArn', 'arn:aws:ssm:*:100000000011:resource-data-sync/*', false],
    ['ArnNotLike', 'aws:SourceArn', 'arn:aws:ssm:*:*:document/*', true],
    ['ArnNotEquals', 'aws:SourceArn', 'arn:aws:ssm:*:*:resource-data-sync/*', false],
    ['Bool', 'aws:SecureTransport', 'False', false],
    ['Bool', 'aws:SecureTransport', true, true],
    ['StringEquals', 'aws:SourceOrgID', '${aws:Absent}', false],
    ['ForAllValues:StringEquals', 'AWS:tagkeys', ['a', 'b', 'c'], true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', 'a', false],
    ['ForAllValues:StringNotEquals', 'aws:TagKeys', 'a', false],
    ['ForAllValues:StringEquals', 'aws:Absent', 'a', true],
  ])('%s {%s: %j} is %s', (operator, key, value, expected) => {
    expect(holds(operator, key, value)).toBe(expected);
  });

  it('must hold together with all the others', () => {
    const both = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:SourceOrgID': 'o-other' } };
    expect(compileConditions(both, true)(context)).toBe(false);
  });

  it.each([
    ['StringMatches', 'x'],
    ['BoolNot', 'true'],
    ['NullIfExists', 'true'],
    ['ForAnyValue:StringEquals', 'x'],
    ['toString', 'x'],
  ])('that is not known is named: %s', (operator, value) => {
    expect(() => holds(operator, 'aws:x', value)).toThrow(`unknown condition operator ${operator}`);
  });
});

describe('a request context', () => {
  it('lets later parts override and empty lists take away', () => {
    const merged = requestContext({ 'aws:SourceOrgID': 'o-1', b: '1' }, undefined, {
      'AWS:SourceOrgID': [],
      B: ['2', '3'],
    });
    expect([...merged]).toEqual([['b', ['2', '3']]]);
  });
});
