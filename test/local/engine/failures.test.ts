import { describe, expect, it } from 'vitest';
import { covers, StatesError } from '../../../local/engine/errors.ts';
import { execute, LAMBDA, type TaskFake } from './execution-bench.ts';

const task = (more: object = {}) => ({ Task: { Type: 'Task', Resource: LAMBDA, End: true, ...more } });
const failing = (times: number, error = 'Throttled'): TaskFake => {
  let calls = 0;
  return () => {
    if (calls++ < times) throw new StatesError(error, 'why');
    return { calls };
  };
};

describe('error names (developer guide, "Handling errors in Step Functions workflows")', () => {
  it.each([
    [['Throttled'], 'Throttled', true],
    [['Throttled'], 'Other', false],
    [['States.ALL'], 'Other', true],
    [['States.ALL'], undefined, true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.ALL'], 'States.Runtime', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.TaskFailed'], 'Other', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.TaskFailed'], 'States.Runtime', false],
  ])('%j covers %s: %s', (names, error, expected) => {
    expect(covers(names, error)).toBe(expected);
  });
});

describe('Retry', () => {
  it.each([
    [{ IntervalSeconds: 2, BackoffRate: 3 }, 3, 2 + 6 + 18],
    [{ IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 5 }, 3, 2 + 5 + 5],
    [{}, 2, 1 + 2],
  ])('backs off in virtual time: %j', async (retrier, failures, seconds) => {
    const run = await execute(task({ Retry: [{ ErrorEquals: ['Throttled'], ...retrier }] }), {
      task: failing(failures),
    });
    expect(run).toMatchObject({ status: 'SUCCEEDED', seconds, transitions: 1 + failures });
    expect(run.types.filter((type) => type === 'TaskScheduled')).toHaveLength(1 + failures);
  });

  it('gives up after MaxAttempts, three by default', async () => {
    expect(await execute(task({ Retry: [{ ErrorEquals: ['States.ALL'] }] }), { task: failing(9) })).toMatchObject({
      status: 'FAILED',
      error: 'Throttled',
      seconds: 7,
    });
  });

  it('never retries with MaxAttempts 0, and keeps a count of tries in the context', async () => {
    const never = [{ ErrorEquals: ['Throttled'], MaxAttempts: 0 }];
    expect(await execute(task({ Retry: never }), { task: failing(1) })).toMatchObject({ status: 'FAILED', seconds: 0 });
    const counted = { Retry: [{ ErrorEquals: ['Throttled'] }], Output: '{% $states.context.State.RetryCount %}' };
    expect(await execute(task(counted), { task: failing(2) })).toMatchObject({ output: 2 });
  });

  it('shortens every delay by a seeded share with JitterStrategy FULL', async () => {
    const jittered = { Retry: [{ ErrorEquals: ['Throttled'], IntervalSeconds: 100, JitterStrategy: 'FULL' }] };
    const first = await execute(task(jittered), { task: failing(2) });
    const second = await execute(task(jittered), { task: failing(2) });
    expect(first.seconds).toBe(second.seconds);
    expect(first.seconds).toBeGreaterThan(0);
    expect(first.seconds).toBeLessThan(300);
  });
});

describe('Catch', () => {
  it('goes on with what the catcher says', async () => {
    const Catch = [
      {
        ErrorEquals: ['Throttled'],
        Next: 'After',
        Output: '{% $states.errorOutput.Cause %}',
        Assign: { name: '{% $states.errorOutput.Error %}' },
      },
    ];
    const After = { Type: 'Pass', Output: ['{% $states.input %}', '{% $name %}'], End: true };
    const run = await execute({ ...task({ Catch }), After }, { task: failing(1) });
    expect(run.output).toEqual(['why', 'Throttled']);
    expect(run.types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskFailed', 'TaskStateExited']);
  });

  it('hands on the error output when the catcher has no Output', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'After' }];
    const { output } = await execute({ ...task({ Catch }), After: { Type: 'Succeed' } }, { task: failing(1) });
    expect(output).toEqual({ Error: 'Throttled', Cause: 'why' });
  });

  it('fails when the catcher itself cannot be evaluated', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'After', Output: '{% $nothing %}' }];
    const run = await execute({ ...task({ Catch }), After: { Type: 'Succeed' } }, { task: failing(1) });
    expect(run).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });
});

describe('limits', () => {
  const slow: TaskFake = (_, __, clock) => clock.sleep(600_000);

  it.each([
    [{ TimeoutSeconds: 60 }, 'States.Timeout', 60],
    [{ TimeoutSeconds: '{% 30 %}' }, 'States.Timeout', 30],
  ])('a task that takes too long fails: %j', async (fields, error, seconds) => {
    const run = await execute(task(fields), { task: slow });
    expect(run).toMatchObject({ status: 'FAILED', error, seconds });
    expect(run.types).toContain('TaskTimedOut');
  });

  it('an execution that takes longer than TimeoutSeconds of its machine times out, whatever it catches', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'After' }];
    const run = await execute(
      { ...task({ Catch }), After: { Type: 'Succeed' } },
      { task: slow, machine: { TimeoutSeconds: 45 } },
    );
    expect(run).toMatchObject({ status: 'TIMED_OUT', seconds: 45 });
    expect(run.types.at(-1)).toBe('ExecutionTimedOut');
    const asleep = { Wait: { Type: 'Wait', Seconds: 3600, End: true } };
    expect(await execute(asleep, { machine: { TimeoutSeconds: 7 } })).toMatchObject({
      status: 'TIMED_OUT',
      seconds: 7,
    });
  });

  it('data of more than 256 KiB ends the execution with States.DataLimitExceeded', async () => {
    const big = () => ({ text: 'é'.repeat(131_072) });
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'After' }];
    const run = await execute({ ...task({ Catch }), After: { Type: 'Succeed' } }, { task: big });
    expect(run).toMatchObject({
      error: 'States.DataLimitExceeded',
      cause: `The state/task '${LAMBDA}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    });
  });

  it('a history of 25,000 events ends the execution', async () => {
    const run = await execute({ Round: { Type: 'Pass', Next: 'Again' }, Again: { Type: 'Pass', Next: 'Round' } });
    expect(run).toMatchObject({ status: 'FAILED', cause: expect.stringContaining('25000') });
    expect(run.events).toHaveLength(25_000);
  });

  it('a Fail state may say nothing, and a bug of an integration is States.Runtime', async () => {
    expect(await execute({ Fail: { Type: 'Fail' } })).toMatchObject({ status: 'FAILED', error: undefined });
    const bug = () => {
      throw new Error('bug');
    };
    expect(await execute(task(), { task: bug })).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining('bug'),
    });
  });
});
