import { describe, expect, it } from 'vitest';
import { execute } from './execution-bench.ts';

const evaluate = async (Output: unknown, input: unknown = {}) =>
  execute({ Evaluate: { Type: 'Pass', Output, End: true } }, { input });

describe('JSONata in a state (developer guide, "Transforming data with JSONata in Step Functions")', () => {
  it.each([
    ['a literal stays what it is', { a: [1, null, 'x', '$.x'] }, { a: [1, null, 'x', '$.x'] }],
    [
      'expressions are replaced wherever they stand',
      { a: ['{% 1 + 1 %}', { b: '{% $states.input.n %}' }] },
      { a: [2, { b: 5 }] },
    ],
    ['a whole Output may be one expression', '{% $states.input.list %}', [0]],
    ['text around the delimiters is text', 'n is {% 1 %}', 'n is {% 1 %}'],
    ['the context object names the execution', '{% $states.context.Execution.Name %}', 'one'],
    ['the context object names the state', '{% $states.context.State.Name %}', 'Evaluate'],
    ['$parse reads JSON', `{% $parse('{"a":[1]}') %}`, { a: [1] }],
    ['$now is virtual time', '{% $now() %}', '2026-11-02T06:00:00.000Z'],
    ['$millis is virtual time', '{% $millis() %}', Date.parse('2026-11-02T06:00:00Z')],
  ])('%s', async (_, template, expected) => {
    const { output } = await evaluate(template, { n: 5, list: [0] });
    expect(output).toEqual(expected);
  });

  it.each([
    [
      { a: '{% $nothing %}' },
      'Output/a',
      "'$nothing' specified for the field 'Output/a' returned nothing (undefined).",
    ],
    [['{% $nothing %}'], 'Output/0', "'$nothing' specified for the field 'Output/0' returned nothing (undefined)."],
    ['{% $no() %}', 'Output', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ["{% $parse('{') %}", 'Output', 'threw an error during evaluation. '],
    ['{% $random() %}', 'Output', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ["{% $eval('1') %}", 'Output', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ['{% $f( %}', 'Output', 'threw an error during evaluation. S0203: Expected ")" before end'],
  ])('fails with States.QueryEvaluationError: %j', async (template, location, text) => {
    const { status, error, cause, events } = await evaluate(template);
    expect([status, error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
    expect(cause).toContain("An error occurred while executing the state 'Evaluate' (entered at the event id #2).");
    expect(cause).toContain(text);
    expect(events[2]?.evaluationFailedEventDetails).toEqual({ error, cause, location, state: 'Evaluate' });
  });

  it.each([
    [
      { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'End' }] },
      'Choices[0]/Condition',
      'boolean',
      'number',
      '1',
    ],
    [{ Type: 'Wait', Seconds: '{% "5" %}', End: true }, 'Seconds', 'number', 'string', '"5"'],
    [{ Type: 'Fail', Error: { a: 1 } }, 'Error', 'string', 'object', '{"a":1}'],
    [{ Type: 'Map', Items: '{% null %}', ItemProcessor: inner(), End: true }, 'Items', 'array', 'null', 'null'],
  ])('refuses a value of another type: %j', async (state, field, expected, actual, value) => {
    const { cause } = await execute({ Typed: state, End: { Type: 'Succeed' } });
    expect(cause).toContain(
      `specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${actual}' for value: ${value}`,
    );
  });
});

function inner() {
  return { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } };
}
