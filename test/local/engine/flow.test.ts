import { describe, expect, it } from 'vitest';
import { execute, LAMBDA } from './execution-bench.ts';

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

describe('Parallel', () => {
  it('runs branches side by side, with outer variables readable and inner ones gone afterwards (variable scope)', async () => {
    const branch = (seconds: number) => ({
      StartAt: `Wait${seconds}`,
      States: {
        [`Wait${seconds}`]: { Type: 'Wait', Seconds: seconds, Assign: { mine: seconds }, Next: `Tell${seconds}` },
        [`Tell${seconds}`]: pass({ Output: '{% [$outer, $mine, $states.input.arg] %}' }),
      },
    });
    const { output, seconds, types } = await execute({
      Set: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Arguments: { arg: 'a' },
        Branches: [branch(30), branch(10)],
        Assign: { all: '{% $states.result %}' },
        Next: 'End',
      },
      End: pass({ Output: { all: '{% $all %}', mine: '{% $exists($mine) %}' } }),
    });
    expect(output).toEqual({
      all: [
        ['o', 30, 'a'],
        ['o', 10, 'a'],
      ],
      mine: false,
    });
    expect(seconds).toBe(30);
    expect(types.slice(4, 6)).toEqual(['ParallelStateStarted', 'WaitStateEntered']);
    expect(types).toContain('ParallelStateSucceeded');
  });

  it('ends all branches at once when one fails ("Parallel workflow state": if any branch fails the entire state fails)', async () => {
    const { status, error, seconds, types } = await execute({
      Both: {
        Type: 'Parallel',
        End: true,
        Branches: [
          { StartAt: 'Long', States: { Long: { Type: 'Wait', Seconds: 9999, End: true } } },
          {
            StartAt: 'Short',
            States: { Short: { Type: 'Wait', Seconds: 5, Next: 'Bad' }, Bad: { Type: 'Fail', Error: 'Bad' } },
          },
        ],
      },
    });
    expect([status, error, seconds]).toEqual(['FAILED', 'Bad', 5]);
    expect(types.slice(-2)).toEqual(['ParallelStateFailed', 'ExecutionFailed']);
  });

  it('ends a task under way when another branch fails', async () => {
    const { seconds } = await execute(
      {
        Both: {
          Type: 'Parallel',
          End: true,
          Branches: [
            { StartAt: 'Task', States: { Task: { Type: 'Task', Resource: LAMBDA, End: true } } },
            { StartAt: 'Bad', States: { Bad: { Type: 'Fail' } } },
          ],
        },
      },
      { task: (_, __, clock) => clock.sleep(60_000) },
    );
    expect(seconds).toBe(0);
  });
});
