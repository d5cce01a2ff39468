import { describe, expect, it } from 'vitest';
import { execute } from './execution-bench.ts';

const pass = (more: object = {}) => ({ Type: 'Pass', End: true, ...more });

describe('states in a row', () => {
  it('records what happened as GetExecutionHistory gives it', async () => {
    const { events } = await execute({
      First: { Type: 'Pass', Assign: { n: 1 }, Next: 'Last' },
      Last: { Type: 'Succeed' },
    });
    expect(events.map(({ type, id, previousEventId }) => [type, id, previousEventId])).toEqual([
      ['ExecutionStarted', 1, 0],
      ['PassStateEntered', 2, 0],
      ['PassStateExited', 3, 2],
      ['SucceedStateEntered', 4, 3],
      ['SucceedStateExited', 5, 4],
      ['ExecutionSucceeded', 6, 5],
    ]);
    expect(events[2]?.stateExitedEventDetails).toMatchObject({
      assignedVariables: { n: '1' },
      assignedVariablesDetails: { truncated: false },
      output: '{}',
    });
  });

  it('evaluates Assign and Output with the variables as they were ("Variables in Step Functions": evaluation order)', async () => {
    const { output } = await execute({
      One: { Type: 'Pass', Assign: { x: 1 }, Next: 'Two' },
      Two: { Type: 'Pass', Assign: { x: '{% $x + 1 %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'Three' },
      Three: pass({ Output: ['{% $states.input %}', '{% $x %}', '{% $y %}'] }),
    });
    expect(output).toEqual([1, 2, 1]);
  });

  it.each([
    [{ n: 1 }, 'rule'],
    [{ n: 2 }, 'default'],
  ])('leaves a Choice by the Output and Assign of what was chosen: %j', async (input, expected) => {
    const { output } = await execute(
      {
        Choose: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input.n = 1 %}', Next: 'End', Output: 'rule', Assign: { by: 'rule' } }],
          Default: 'End',
          Output: 'default',
          Assign: { by: 'default' },
        },
        End: pass({ Output: ['{% $states.input %}', '{% $by %}'] }),
      },
      { input },
    );
    expect(output).toEqual([expected, expected]);
  });

  it('fails with States.NoChoiceMatched when no rule holds and there is no Default', async () => {
    const { error, cause } = await execute({
      Choose: { Type: 'Choice', Choices: [{ Condition: false, Next: 'End' }] },
      End: pass(),
    });
    expect(error).toBe('States.NoChoiceMatched');
    expect(cause).toMatch(/Failed to transition out of the state. The state does not point to a next state.$/);
  });

  it.each([
    [{ Seconds: 90 }, 90],
    [{ Seconds: '{% $states.input.pause %}' }, 20],
    [{ Timestamp: '2026-11-02T07:00:00Z' }, 3600],
    [{ Timestamp: '{% $states.input.at %}' }, 0],
  ])('waits in virtual time: %j', async (fields, seconds) => {
    const input = { pause: 20, at: '2020-01-01T00:00:00+01:00' };
    expect(await execute({ Wait: { Type: 'Wait', ...fields, End: true } }, { input })).toMatchObject({
      status: 'SUCCEEDED',
      seconds,
    });
  });

  it('refuses a Timestamp that is not ISO 8601, and says so after the state was entered', async () => {
    const { events } = await execute({ Wait: { Type: 'Wait', Timestamp: "{% '02-11-2026T00:00:00Z' %}", End: true } });
    expect(events[2]).toMatchObject({
      type: 'EvaluationFailed',
      previousEventId: 2,
      evaluationFailedEventDetails: { location: 'Timestamp', cause: expect.stringMatching(/: 02-11-2026T00:00:00Z$/) },
    });
  });
});
