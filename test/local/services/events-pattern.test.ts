import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../local/services/events-pattern.ts';

const detail = (pattern: unknown) => JSON.stringify({ detail: { x: pattern } });
const event = (x: unknown) => ({ source: 'a', detail: x === undefined ? {} : { x } });

describe('event patterns ("Event pattern operators", EventBridge User Guide)', () => {
  it.each<[string, unknown[], unknown, boolean]>([
    ['a string', ['one', 'two'], 'two', true],
    ['a string of another case', ['one'], 'One', false],
    ['null', [null], null, true],
    ['null where the field is absent', [null], undefined, false],
    ['a boolean', [true], true, true],
    ['a number', [300], 300.0, true],
    ['any value of an array', ['b'], ['a', 'b'], true],
    ['prefix', [{ prefix: 'us-' }], 'us-east-1', true],
    ['prefix in any case', [{ prefix: { 'equals-ignore-case': 'US-' } }], 'us-east-1', true],
    ['suffix', [{ suffix: '.png' }], 'a.jpg', false],
    ['suffix in any case', [{ suffix: { 'equals-ignore-case': '.PNG' } }], 'a.png', true],
    ['equals-ignore-case', [{ 'equals-ignore-case': 'ALICE' }], 'alice', true],
    ['wildcard', [{ wildcard: 'dir/*.png' }], 'dir/a/b.png', true],
    ['wildcard with an escaped star', [{ wildcard: 'a\\*c' }], 'abc', false],
    ['wildcard with a literal star', [{ wildcard: 'a\\*c' }], 'a*c', true],
    ['exists', [{ exists: true }], 'a', true],
    ['exists on an object, which is no leaf', [{ exists: true }], { y: 1 }, false],
    ['absence', [{ exists: false }], undefined, true],
    ['numeric range', [{ numeric: ['>', 0, '<=', 5] }], 5, true],
    ['numeric lower bound', [{ numeric: ['>', 0, '<', 5] }], 0, false],
    ['numeric equality', [{ numeric: ['=', 5] }], 5, true],
    ['numeric equality missed', [{ numeric: ['=', 5] }], 6, false],
    ['numeric on a string', [{ numeric: ['>', 0] }], '5', false],
    ['cidr', [{ cidr: '10.0.0.0/24' }], '10.0.0.255', true],
    ['cidr missed', [{ cidr: '10.0.0.0/24' }], '10.0.1.0', false],
    ['cidr of version 6', [{ cidr: '2001:db8::/32' }], '2001:db8::1', true],
    ['cidr on what is no address', [{ cidr: '10.0.0.0/24' }], 'host', false],
    ['anything-but', [{ 'anything-but': 'a' }], 'b', true],
    ['anything-but a list', [{ 'anything-but': [1, 2] }], 2, false],
    ['anything-but on an absent field', [{ 'anything-but': 'a' }], undefined, false],
    ['anything-but prefix', [{ 'anything-but': { prefix: 'us-' } }], 'us-east-1', false],
    ['anything-but suffixes', [{ 'anything-but': { suffix: ['.a', '.b'] } }], 'x.c', true],
    ['anything-but wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], 'a/lib/b', false],
    ['anything-but equals-ignore-case', [{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }], 'b', false],
  ])('decides %s', (_case, pattern, value, expected) => {
    expect(compilePattern(detail(pattern))(event(value))).toBe(expected);
  });

  it('takes $or as alternatives, at any depth', () => {
    const matches = compilePattern(JSON.stringify({ detail: { $or: [{ a: [1] }, { b: { c: [2] } }] } }));
    expect(matches({ detail: { b: { c: 2 } } })).toBe(true);
    expect(matches({ detail: { a: 2 } })).toBe(false);
  });

  it('wants all fields from the same element of an array of objects', () => {
    const matches = compilePattern(JSON.stringify({ items: { kind: ['a'], size: [1] } }));
    expect(
      matches({
        items: [
          { kind: 'a', size: 2 },
          { kind: 'a', size: 1 },
        ],
      }),
    ).toBe(true);
    expect(
      matches({
        items: [
          { kind: 'a', size: 2 },
          { kind: 'b', size: 1 },
        ],
      }),
    ).toBe(false);
  });

  it('reads a dot in a name as a step', () => {
    const matches = compilePattern(JSON.stringify({ detail: { state: { status: ['ok'], 'more.deep': [1] } } }));
    expect(matches({ detail: { 'state.status': 'ok', 'state.more.deep': 1 } })).toBe(true);
  });
});

describe('refused patterns (aws/event-ruler, JsonRuleCompiler)', () => {
  it.each([
    ['[]', 'Filter is not an object', 2],
    ['{"a":"b"}', '"a" must be an object or an array', 7],
    ['{"a":[]}', 'Empty arrays are not allowed', 8],
    ['{"a":{}}', 'Empty objects are not allowed', 8],
    ['{"a":[[1]]}', 'Match value must be String, number, true, false, or null', 8],
    ['{"a":[{}]}', 'Match expression name not found', 9],
    ['{"a":[{"like":true}]}', 'Unrecognized match type like', 19],
    ['{"a":[{"prefix":1}]}', 'prefix match pattern must be a string', 18],
    ['{"a":[{"prefix":{"x":"y"}}]}', 'Unsupported prefix pattern: x', 23],
    ['{"a":[{"prefix":"x","suffix":"y"}]}', 'Only one key allowed in match expression', 31],
    ['{"a":[{"exists":1}]}', 'exists match pattern must be either true or false.', 18],
    ['{"a":[{"wildcard":"x**"}]}', 'Consecutive wildcard characters at pos 2', 24],
    ['{"a":[{"numeric":1}]}', 'Value of numeric must be an array.', 19],
    ['{"a":[{"numeric":["!",1]}]}', 'Unrecognized numeric range operator: !', 22],
    ['{"a":[{"numeric":["<",1,">",0]}]}', 'Unrecognized numeric range operator: >', 28],
    ['{"a":[{"numeric":[">","1"]}]}', 'Value of > must be numeric', 24],
    ['{"a":[{"anything-but":true}]}', 'Value of anything-but must be an array or single string/number value.', 27],
    ['{"a":[{"anything-but":{"like":1}}]}', 'Unsupported anything-but pattern: like', 32],
    ['{"a":[{"anything-but":{"prefix":""}}]}', 'Null prefix/suffix not allowed', 35],
    [
      '{"a":[{"anything-but":[1,"a"]}]}',
      'Inside anything but list, either all values are number or string, mixed type is not supported',
      30,
    ],
    ['{"$or":{"a":[1]}}', 'It must be an Array followed with $or.', 9],
    ['{"$or":[{"a":[1]}]}', 'There must have at least 2 Objects in $or relationship.', 19],
    ['{"$or":[1,2]}', 'Only JSON object is allowed in array of $or relationship.', 10],
  ])('refuses %s with its place', (text, reason, column) => {
    const message = `Event pattern is not valid. Reason: ${reason}\n at [Source: (String)"${text}"; line: 1, column: ${column}]`;
    expect(() => compilePattern(text)).toThrow(
      expect.objectContaining({ name: 'InvalidEventPatternException', message }),
    );
  });

  it('tells the place twice inside an anything-but list', () => {
    const place = ' at [Source: (String)"{"a":[{"anything-but":[null]}]}"; line: 1, column: 28]';
    expect(() => compilePattern('{"a":[{"anything-but":[null]}]}')).toThrow(
      `Inside anything but list, start|null|boolean is not supported.\n${place}\n${place}`,
    );
  });

  it.each([
    ['10.0.0.0', "Malformed CIDR, one '/' required"],
    ['10.0.0.0/x', 'Malformed CIDR, mask bits must be an integer'],
    ['host/8', 'Nonstandard IP address: host'],
    ['10.0.0.0/32', 'IPv4 mask bits must be < 32'],
    ['::1/128', 'IPv6 mask bits must be < 128'],
  ])('refuses the block %s', (cidr, reason) => {
    expect(() => compilePattern(detail([{ cidr }]))).toThrow(`Event pattern is not valid. Reason: ${reason}`);
  });

  it('refuses what is not JSON', () => {
    expect(() => compilePattern('{"a"')).toThrow('Event pattern is not valid. Reason: ');
  });
});
