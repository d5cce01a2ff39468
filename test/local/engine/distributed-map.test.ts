import { describe, expect, it } from 'vitest';
import { StatesError } from '../../../local/engine/errors.ts';
import { execute, type TaskFake } from './execution-bench.ts';

const READ = 'arn:aws:states:::s3:getObject';
const WRITE = 'arn:aws:states:::s3:putObject';
const PICKY = {
  Choose: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.bad = true %}', Next: 'Bad' }], Default: 'Good' },
  Bad: { Type: 'Fail', Error: 'Bad', Cause: 'item' },
  Good: { Type: 'Pass', End: true },
};

function processor(States: object = PICKY) {
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  return { ProcessorConfig, StartAt: Object.keys(States)[0], States };
}
const map = (more: object) => ({ Map: { Type: 'Map', End: true, ItemProcessor: processor(), ...more } });

/** An S3 with one object to read; what is written is kept. */
function store(text: string) {
  const written = new Map<string, string>();
  const task: TaskFake = (resource, input) => {
    const { Key, Body } = Object(input);
    if (resource !== WRITE) return { Body: text };
    written.set(Key, Body);
    return {};
  };
  return { task, written };
}

describe('ItemReader ("ItemReader (Map)", developer guide)', () => {
  const read = async (text: string) => {
    const ReaderConfig = { InputType: 'JSONL' };
    const ItemReader = { Resource: READ, ReaderConfig, Arguments: { Bucket: 'b', Key: 'k' } };
    const run = await execute(map({ ItemReader }), { task: store(text).task });
    return run.error ? [run.error, run.cause] : run.output;
  };

  it.each([
    ['{"a":1}\n\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['no json', ['States.ItemReaderFailed', expect.stringContaining('JSON')]],
  ])('reads JSON lines: %j', async (text, expected) => {
    expect(await read(text)).toEqual(expected);
  });

  it('fails the map run when the dataset cannot be read', async () => {
    const task = () => {
      throw new StatesError('S3.NoSuchKeyException', 'The specified key does not exist.');
    };
    const ItemReader = { Resource: READ, ReaderConfig: { InputType: 'JSONL' }, Arguments: { Bucket: 'b', Key: 'k' } };
    const run = await execute(map({ ItemReader }), { task });
    expect(run).toMatchObject({ error: 'States.ItemReaderFailed', cause: 'The specified key does not exist.' });
    expect(run.types.slice(2)).toEqual([
      'MapStateStarted',
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });
});

describe('children ("Using Map state in Distributed mode")', () => {
  it('are executions of their own that see no outer variables', async () => {
    const look = {
      Look: { Type: 'Pass', Output: '{% [$states.input, $exists($v), $states.context.Execution.Input] %}', End: true },
    };
    const run = await execute({
      Set: { Type: 'Pass', Assign: { v: 1 }, Next: 'Map' },
      ...map({ Items: ['a'], ItemProcessor: processor(look) }),
    });
    expect(run.output).toEqual([['a', false, 'a']]);
    expect(run.children[0]?.arn).toMatch(/:execution:bench\/Map:[0-9a-f-]{36}$/);
    expect(run.children[0]?.recorded).toBe(4);
    expect(run.types.slice(3)).toEqual([
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('get what ItemSelector and ItemBatcher make of the items', async () => {
    const run = await execute(
      map({
        Items: [1, 2, 3],
        ItemSelector: { n: '{% $states.context.Map.Item.Value * 10 %}' },
        ItemBatcher: { MaxItemsPerBatch: '{% 2 %}', BatchInput: { run: '{% $states.context.Execution.Name %}' } },
      }),
    );
    expect(run.children.map(({ input }) => input)).toEqual([
      { Items: [{ n: 10 }, { n: 20 }], BatchInput: { run: 'one' } },
      { Items: [{ n: 30 }], BatchInput: { run: 'one' } },
    ]);
  });

  it('get batches of at most MaxInputBytesPerBatch', async () => {
    const run = await execute(map({ Items: ['aaaa', 'bbbb', 'cccc'], ItemBatcher: { MaxInputBytesPerBatch: 30 } }));
    expect(run.children.map(({ input }) => input.Items)).toEqual([['aaaa', 'bbbb'], ['cccc']]);
  });

  it.each([
    [{}, 'States.ExceedToleratedFailureThreshold'],
    [{ ToleratedFailureCount: 1 }, undefined],
    [{ ToleratedFailurePercentage: 25 }, undefined],
    [{ ToleratedFailurePercentage: '{% 24 %}' }, 'States.ExceedToleratedFailureThreshold'],
    [{ ToleratedFailurePercentage: 100, ToleratedFailureCount: 0 }, 'States.ExceedToleratedFailureThreshold'],
  ])('may fail within the tolerance: %j', async (tolerance, error) => {
    const run = await execute(map({ Items: [{ n: 1 }, { bad: true }, { n: 3 }, { n: 4 }], ...tolerance }));
    expect(run.error).toBe(error);
    if (!error) expect(run.output).toEqual([{ n: 1 }, { n: 3 }, { n: 4 }]);
  });

  it('end with their parent', async () => {
    const wait = { Wait: { Type: 'Wait', Seconds: 3600, End: true } };
    const states = map({ Items: [1, 2], ItemProcessor: processor(wait) });
    const run = await execute(states, { machine: { TimeoutSeconds: 5 } });
    expect(run).toMatchObject({ status: 'TIMED_OUT', seconds: 5 });
    expect(run.children.map(({ status }) => status)).toEqual(['TIMED_OUT', 'TIMED_OUT']);
  });
});

describe('ResultWriter ("ResultWriter (Map)", developer guide)', () => {
  const write = async (more: object = {}) => {
    const { task, written } = store('');
    const WriterConfig = { Transformation: 'COMPACT', OutputType: 'JSON' };
    const ResultWriter = { Resource: WRITE, WriterConfig, Arguments: { Bucket: 'out', Prefix: 'runs/' } };
    const run = await execute(map({ Items: [[1, 2], [3]], ResultWriter, ...more }), { task });
    const named = [...written].map(([key, body]) => [key.replace(/[0-9a-f-]{36}/, 'ID'), body] as const);
    return { run, files: Object.fromEntries(named) };
  };

  it('writes the outputs and a manifest', async () => {
    const { run, files } = await write();
    const body = '[[1,2],[3]]';
    expect(files['runs/ID/SUCCEEDED_0.json']).toBe(body);
    const manifest = JSON.parse(files['runs/ID/manifest.json'] ?? '');
    expect(manifest).toMatchObject({
      DestinationBucket: 'out',
      ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [{ Size: body.length }] },
    });
    expect(run.output).toEqual({
      MapRunArn: manifest.MapRunArn,
      ResultWriterDetails: { Bucket: 'out', Key: expect.stringMatching(/^runs\/.*\/manifest.json$/) },
    });
  });

  it('writes failures with their metadata in a file of their own', async () => {
    const { files } = await write({ Items: [{ bad: true }, 1], ToleratedFailurePercentage: 50 });
    expect(files['runs/ID/SUCCEEDED_0.json']).toBe('[1]');
    expect(JSON.parse(files['runs/ID/FAILED_0.json'] ?? '')).toMatchObject([
      { Error: 'Bad', Cause: 'item', Status: 'FAILED' },
    ]);
  });

  it('writes what never began as pending when the tolerance is exceeded', async () => {
    const { run, files } = await write({ Items: [{ bad: true }, 1], MaxConcurrency: 1 });
    expect(run.error).toBe('States.ExceedToleratedFailureThreshold');
    expect(JSON.parse(files['runs/ID/PENDING_0.json'] ?? '')).toEqual([{ Input: '1', Status: 'PENDING' }]);
  });

  it('fails with States.ResultWriterFailed when S3 refuses', async () => {
    const task = () => {
      throw new StatesError('S3.S3Exception', 'Access Denied');
    };
    const WriterConfig = { Transformation: 'COMPACT', OutputType: 'JSON' };
    const ResultWriter = { Resource: WRITE, WriterConfig, Arguments: { Bucket: 'out' } };
    const run = await execute(map({ Items: [1], ResultWriter }), { task });
    expect(run).toMatchObject({ error: 'States.ResultWriterFailed', cause: 'Access Denied' });
  });
});
