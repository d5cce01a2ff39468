// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM's policy variables are written so
import { describe, expect, it } from 'vitest';
import { compileConditions, requestContext } from '../../../local/iam/conditions.ts';

const context = requestContext({
  'aws:RequestedRegion': 'eu-west-1',
  'aws:SourceOrgID': 'o-a1b2c3d4e5',
  'aws:SourceArn': 'arn:aws:ssm:eu-west-1:100000000010:resource-data-sync/muster-1a2b3c4d',
  'aws:SourceIp': '10.1.2.3',
  'aws:CurrentTime': '2026-11-20T06:00:00Z',
  'aws:EpochTime': '1795154400',
  'aws:SecureTransport': 'true',
  'aws:TagKeys': ['a', 'b'],
  'aws:Six': ['2001:db8::1'],
  's3:max-keys': '10',
});

const holds = (operator: string, key: string, value: string | string[] | number | boolean) =>
  compileConditions({ [operator]: { [key]: value } }, true)(context);

// IAM User Guide: "Condition operators", "Multivalued context keys".
describe('a condition operator', () => {
  it.each<[string, string, string | string[] | number | boolean, boolean]>([
    ['StringEquals', 'AWS:requestedregion', ['us-east-1', 'eu-west-1'], true],
    ['StringEquals', 'aws:RequestedRegion', 'EU-WEST-1', false],
    ['StringEqualsIgnoreCase', 'aws:RequestedRegion', 'EU-WEST-1', true],
    ['StringNotEquals', 'aws:RequestedRegion', ['us-east-1', 'eu-west-1'], false],
    ['StringNotEquals', 'aws:RequestedRegion', 'us-east-1', true],
    ['StringNotEqualsIgnoreCase', 'aws:RequestedRegion', 'EU-west-1', false],
    ['StringLike', 'aws:RequestedRegion', 'eu-*', true],
    ['StringNotLike', 'aws:RequestedRegion', 'eu-*', false],
    ['StringEquals', 'aws:Absent', 'x', false],
    ['StringNotEquals', 'aws:Absent', 'x', true],
    ['StringEqualsIfExists', 'aws:Absent', 'x', true],
    ['StringEqualsIfExists', 'aws:RequestedRegion', 'x', false],
    ['Null', 'aws:Absent', 'true', true],
    ['Null', 'aws:Absent', false, false],
    ['Null', 'aws:SourceOrgID', 'false', true],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:ssm:*:*:resource-data-sync/*', true],
    ['ArnEquals', 'aws:SourceArn', 'arn:aws:ssm:*:100000000011:resource-data-sync/*', false],
    ['ArnNotLike', 'aws:SourceArn', 'arn:aws:ssm:*:*:document/*', true],
    ['ArnNotEquals', 'aws:SourceArn', 'arn:aws:ssm:*:*:resource-data-sync/*', false],
    ['NumericEquals', 's3:max-keys', 10, true],
    ['NumericNotEquals', 's3:max-keys', '10', false],
    ['NumericLessThan', 's3:max-keys', '10', false],
    ['NumericLessThanEquals', 's3:max-keys', '10', true],
    ['NumericGreaterThan', 's3:max-keys', '9.5', true],
    ['NumericGreaterThanEquals', 's3:max-keys', '11', false],
    ['DateGreaterThan', 'aws:CurrentTime', '2026-11-20T05:59:59Z', true],
    ['DateLessThan', 'aws:EpochTime', '2026-11-20T05:59:59Z', false],
    ['DateEquals', 'aws:EpochTime', '2026-11-20T06:00:00Z', true],
    ['DateNotEquals', 'aws:CurrentTime', '1795154400', false],
    ['Bool', 'aws:SecureTransport', 'False', false],
    ['Bool', 'aws:SecureTransport', true, true],
    ['BinaryEquals', 'aws:RequestedRegion', 'eu-west-1', true],
    ['IpAddress', 'aws:SourceIp', '10.1.0.0/16', true],
    ['NotIpAddress', 'aws:SourceIp', '10.1.0.0/16', false],
    ['IpAddress', 'aws:SourceIp', '10.1.2.4', false],
    ['IpAddress', 'aws:Six', '2001:db8::/32', true],
    ['IpAddress', 'aws:Six', '2001:db8::2', false],
    ['IpAddress', 'aws:RequestedRegion', '10.0.0.0/8', false],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b', 'c'], true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', 'a', false],
    ['ForAllValues:StringEquals', 'aws:Absent', 'a', true],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', 'b', true],
    ['ForAnyValue:StringEquals', 'aws:Absent', 'b', false],
    ['ForAnyValue:StringNotEquals', 'aws:Absent', 'b', false],
    ['ForAnyValue:StringNotEquals', 'aws:TagKeys', 'a', true],
    ['ForAnyValue:StringNotEquals', 'aws:TagKeys', ['a', 'b'], false],
    ['ForAllValues:StringNotEquals', 'aws:TagKeys', 'c', true],
    ['ForAnyValue:StringEqualsIfExists', 'aws:Absent', 'b', true],
    ['StringEquals', 'aws:SourceOrgID', '${aws:Absent}', false],
    ['StringEquals', 'aws:SourceOrgID', "${aws:Absent, 'o-a1b2c3d4e5'}", true],
  ])('%s {%s: %j} is %s', (operator, key, value, expected) => {
    expect(holds(operator, key, value)).toBe(expected);
  });

  it('must hold together with all the others', () => {
    const both = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:SourceOrgID': 'o-other' } };
    expect(compileConditions(both, true)(context)).toBe(false);
  });

  it.each([
    ['StringMatches', 'x'],
    ['NotBool', 'true'],
    ['BinaryNotEquals', 'x'],
    ['NumericNotLessThan', '1'],
    ['NullIfExists', 'true'],
    ['ForSomeValues:StringEquals', 'x'],
    ['toString', 'x'],
  ])('that IAM does not know is named: %s', (operator, value) => {
    expect(() => holds(operator, 'aws:x', value)).toThrow(`unknown condition operator ${operator}`);
  });

  it.each([
    ['Bool', 'yes', '"yes" is neither true nor false'],
    ['NumericLessThan', 'ten', '"ten" is no numeric value'],
    ['DateLessThan', '', '"" is no date value'],
    ['IpAddress', '10.0.0', '"10.0.0" is no IP address range'],
  ])('%s with the value "%s" is refused', (operator, value, message) => {
    expect(() => holds(operator, 'aws:x', value)).toThrow(message);
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
