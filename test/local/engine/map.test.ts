import { describe, expect, it } from 'vitest';
import { execute, LAMBDA, type TaskFake } from './execution-bench.ts';

const each = (state: object) => ({ StartAt: 'Each', States: { Each: { End: true, ...state } } });
const map = (more: object) => ({ Map: { Type: 'Map', End: true, ItemProcessor: each({ Type: 'Pass' }), ...more } });

describe('Map, inline ("Using Map state in Inline mode")', () => {
  it('iterates over its input by default and keeps the order of the items', async () => {
    const wait = each({ Type: 'Wait', Seconds: '{% $states.input %}' });
    const run = await execute(map({ ItemProcessor: wait }), { input: [30, 10, 20] });
    expect(run).toMatchObject({ output: [30, 10, 20], seconds: 30 });
  });

  it.each([
    [1, 70],
    [2, 40],
    ['{% 3 %}', 30],
  ])('runs MaxConcurrency %s iterations at once', async (MaxConcurrency, seconds) => {
    const wait = each({ Type: 'Wait', Seconds: '{% $states.input %}' });
    expect(await execute(map({ ItemProcessor: wait, MaxConcurrency }), { input: [30, 10, 30] })).toMatchObject({
      seconds,
    });
  });

  it('never runs more than 40 at once', async () => {
    const wait = each({ Type: 'Wait', Seconds: 10 });
    const run = await execute(map({ ItemProcessor: wait, Items: Array.from({ length: 41 }, (_, n) => n) }));
    expect(run.seconds).toBe(20);
  });

  it('lets ItemSelector see each item in the context and iterations the outer variables', async () => {
    const run = await execute({
      Set: { Type: 'Pass', Assign: { v: 'outer' }, Next: 'Map' },
      ...map({
        Items: ['a', 'b'],
        ItemSelector: { is: '{% $states.context.Map.Item.Value %}', at: '{% $states.context.Map.Item.Index %}' },
        ItemProcessor: each({ Type: 'Pass', Output: '{% [$states.input.is, $states.input.at, $v] %}' }),
      }),
    });
    expect(run.output).toEqual([
      ['a', 0, 'outer'],
      ['b', 1, 'outer'],
    ]);
  });

  it('chains the events of iterations that follow one another', async () => {
    const { events } = await execute(map({ Items: [1, 2], MaxConcurrency: 1 }));
    expect(events.slice(2).map(({ type, id, previousEventId }) => [type, id, previousEventId])).toEqual([
      ['MapStateStarted', 3, 2],
      ['MapIterationStarted', 4, 3],
      ['PassStateEntered', 5, 4],
      ['PassStateExited', 6, 5],
      ['MapIterationSucceeded', 7, 6],
      ['MapIterationStarted', 8, 6],
      ['PassStateEntered', 9, 8],
      ['PassStateExited', 10, 9],
      ['MapIterationSucceeded', 11, 10],
      ['MapStateSucceeded', 12, 11],
      ['MapStateExited', 13, 11],
      ['ExecutionSucceeded', 14, 13],
    ]);
  });

  it('fails with its first failing iteration and aborts the others', async () => {
    const choose = {
      StartAt: 'Choose',
      States: {
        Choose: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'Bad' }], Default: 'Wait' },
        Bad: { Type: 'Fail', Error: 'Bad' },
        Wait: { Type: 'Wait', Seconds: 100, End: true },
      },
    };
    const run = await execute(map({ Items: [0, 1], ItemProcessor: choose }));
    expect(run).toMatchObject({ status: 'FAILED', error: 'Bad', seconds: 0 });
    expect(run.types.slice(-4)).toEqual([
      'MapIterationFailed',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('ends a task under way when another iteration fails', async () => {
    const choose = {
      StartAt: 'Choose',
      States: {
        Choose: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'Bad' }], Default: 'Task' },
        Bad: { Type: 'Fail', Error: 'Bad' },
        Task: { Type: 'Task', Resource: LAMBDA, End: true },
      },
    };
    const slow: TaskFake = (_, __, clock) => clock.sleep(60_000);
    const run = await execute(map({ Items: [0, 1], ItemProcessor: choose }), { task: slow });
    expect(run).toMatchObject({ error: 'Bad', seconds: 0 });
  });

  it('retries as a whole', async () => {
    let calls = 0;
    const flaky = () => {
      if (calls++ === 0) throw new Error('first');
      return {};
    };
    const ItemProcessor = each({ Type: 'Task', Resource: LAMBDA });
    const Retry = [{ ErrorEquals: ['States.Runtime'], IntervalSeconds: 3 }];
    expect(await execute(map({ Items: [1], ItemProcessor, Retry }), { task: flaky })).toMatchObject({
      seconds: 3,
      output: [{}],
    });
  });
});
