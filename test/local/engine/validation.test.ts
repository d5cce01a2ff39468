import { describe, expect, it } from 'vitest';
import { readMachine } from '../../../local/engine/validation.ts';

const PASS = { Type: 'Pass', End: true };
const read = (machine: object) => readMachine(JSON.stringify(machine));
const jsonata = (States: Record<string, object>, more: object = {}) =>
  read({ QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States, ...more });
const inner = (States: object) => ({ StartAt: Object.keys(States)[0], States });

describe('readMachine', () => {
  it('takes a machine in JSONata, and one whose states all say so (ASL specification, QueryLanguage)', () => {
    expect(() => jsonata({ A: PASS })).not.toThrow();
    expect(() => read({ StartAt: 'A', States: { A: { ...PASS, QueryLanguage: 'JSONata' } } })).not.toThrow();
  });

  it.each([
    [
      'a machine in JSONPath, the default',
      () => read({ StartAt: 'A', States: { A: PASS } }),
      /runs JSONata only.*at \/States\/A$/,
    ],
    [
      'a JSONPath state',
      () => jsonata({ A: { ...PASS, QueryLanguage: 'JSONPath' } }),
      /runs JSONata only at \/States\/A/,
    ],
    [
      'a JSONPath field',
      () => jsonata({ A: { ...PASS, InputPath: '$.x' } }),
      /Unrecognized key: "InputPath" at \/States\/A$/,
    ],
    [
      'a JSONPath state in an item processor',
      () =>
        jsonata({ A: { Type: 'Map', End: true, ItemProcessor: inner({ B: { ...PASS, QueryLanguage: 'JSONPath' } }) } }),
      /runs JSONata only at \/States\/A\/ItemProcessor\/States\/B$/,
    ],
    [
      'credentials of another account',
      () => jsonata({ A: { Type: 'Task', Resource: 'r', End: true, Credentials: {} } }),
      /Credentials/,
    ],
    ['what is no JSON', () => readMachine('{'), /^INVALID_JSON_DESCRIPTION/],
    ['what is no machine', () => readMachine('{}'), /expected string, received undefined at \/StartAt$/],
    ['an unknown state type', () => jsonata({ A: { Type: 'Jump' } }), /at \/States\/A\/Type$/],
    [
      'a StartAt that is not there',
      () => jsonata({ A: PASS }, { StartAt: 'Z' }),
      /^MISSING_TRANSITION_TARGET: Missing 'StartAt' target: Z at \/StartAt$/,
    ],
    [
      'a Next that is not there',
      () => jsonata({ A: { Type: 'Pass', Next: 'Z' } }),
      /Missing 'Next' target: Z at \/States\/A\/Next$/,
    ],
    [
      'a catcher to nowhere',
      () => jsonata({ A: { Type: 'Task', Resource: 'r', End: true, Catch: [{ ErrorEquals: ['E'], Next: 'Z' }] } }),
      /Catch\[0\]\/Next$/,
    ],
    [
      'a rule to nowhere',
      () => jsonata({ A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Z' }] } }),
      /Choices\[0\]\/Next$/,
    ],
    [
      'a default to nowhere',
      () => jsonata({ A: { Type: 'Choice', Choices: [], Default: 'Z' } }),
      /Missing 'Default' target/,
    ],
    ['a state without a way on', () => jsonata({ A: { Type: 'Pass' } }), /Exactly one of Next and End/],
  ])('refuses %s', (_, reading, text) => {
    expect(reading).toThrow(text);
  });
});
