import { describe, expect, it } from 'vitest';
import { StatesError } from '../../../local/engine/errors.ts';
import { execute, type TaskFake } from './execution-bench.ts';

const READ = 'arn:aws:states:::s3:getObject';
const LIST = 'arn:aws:states:::s3:listObjectsV2';
const WRITE = 'arn:aws:states:::s3:putObject';
const PICKY = {
  Choose: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.bad = true %}', Next: 'Bad' }], Default: 'Good' },
  Bad: { Type: 'Fail', Error: 'Bad', Cause: 'item' },
  Good: { Type: 'Pass', End: true },
};

function processor(ExecutionType = 'STANDARD', States: object = PICKY) {
  return { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType }, StartAt: Object.keys(States)[0], States };
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
  const read = async (ReaderConfig: object, text: string) => {
    const run = await execute(
      map({ ItemReader: { Resource: READ, ReaderConfig, Arguments: { Bucket: 'b', Key: 'k' } } }),
      {
        task: store(text).task,
      },
    );
    return run.error ? [run.error, run.cause] : run.output;
  };

  it.each([
    [{ InputType: 'JSON' }, '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    [{ InputType: 'JSON', MaxItems: '{% 1 %}' }, '[{"a":1},{"a":2}]', [{ a: 1 }]],
    [{ InputType: 'JSONL' }, '{"a":1}\n\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    [{ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' }, 'a,b\n1,"x,y"\n', [{ a: '1', b: 'x,y' }]],
    [
      { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b'], CSVDelimiter: 'PIPE' },
      '1|2',
      [{ a: '1', b: '2' }],
    ],
    [{ InputType: 'JSON' }, '{"a":1}', ['States.ItemReaderFailed', 'Attempting to map over non-iterable node.']],
    [{ InputType: 'JSONL' }, 'no json', ['States.ItemReaderFailed', expect.stringContaining('JSON')]],
  ])('reads %j', async (config, text, expected) => {
    expect(await read(config, text)).toEqual(expected);
  });

  it('lists objects page by page', async () => {
    const task: TaskFake = (_, input) => {
      const second = Object(input).ContinuationToken === 'next';
      const Contents = [
        { ETag: '"e"', Key: second ? 'two' : 'one', LastModified: '2026-11-02T00:00:00.000Z', Size: 3 },
      ];
      return second ? { Contents } : { Contents, NextContinuationToken: 'next' };
    };
    const run = await execute(map({ ItemReader: { Resource: LIST, Arguments: { Bucket: 'b' } } }), { task });
    const listed = { Etag: '"e"', LastModified: 1_793_577_600, Size: 3 };
    expect(run.output).toEqual([
      { ...listed, Key: 'one' },
      { ...listed, Key: 'two' },
    ]);
  });

  it('fails the map run when the dataset cannot be read', async () => {
    const task = () => {
      throw new StatesError('S3.NoSuchKeyException', 'The specified key does not exist.');
    };
    const run = await execute(map({ ItemReader: { Resource: READ, Arguments: { Bucket: 'b', Key: 'k' } } }), { task });
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
      ...map({ Label: 'Fleet', Items: ['a'], ItemProcessor: processor('STANDARD', look) }),
    });
    expect(run.output).toEqual([['a', false, 'a']]);
    expect(run.children[0]?.arn).toMatch(/:execution:bench\/Fleet:[0-9a-f-]{36}$/);
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

  it('of type EXPRESS keep no history and end after five minutes', async () => {
    const wait = { Wait: { Type: 'Wait', Seconds: 301, End: true } };
    const run = await execute(map({ Items: [1], ItemProcessor: processor('EXPRESS', wait) }));
    expect(run).toMatchObject({ status: 'FAILED', seconds: 300 });
    expect(run.children[0]).toMatchObject({ status: 'TIMED_OUT', express: true, recorded: 0 });
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
    const run = await execute(map({ Items: [1, 2], ItemProcessor: processor('STANDARD', wait) }), { abortAfter: 5 });
    expect(run).toMatchObject({ status: 'ABORTED', seconds: 5 });
    expect(run.children.map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
  });
});

describe('ResultWriter ("ResultWriter (Map)", developer guide)', () => {
  const write = async (WriterConfig: object | undefined, more: object = {}) => {
    const { task, written } = store('');
    const ResultWriter = { Resource: WRITE, WriterConfig, Arguments: { Bucket: 'out', Prefix: 'runs/' } };
    const run = await execute(map({ Items: [[1, 2], [3]], ResultWriter, ...more }), { task });
    const named = [...written].map(([key, body]) => [key.replace(/[0-9a-f-]{36}/, 'ID'), body] as const);
    return { run, files: Object.fromEntries(named) };
  };

  it.each([
    [{ Transformation: 'COMPACT', OutputType: 'JSON' }, 'SUCCEEDED_0.json', '[[1,2],[3]]'],
    [{ Transformation: 'FLATTEN', OutputType: 'JSON' }, 'SUCCEEDED_0.json', '[1,2,3]'],
    [{ Transformation: 'COMPACT', OutputType: 'JSONL' }, 'SUCCEEDED_0.jsonl', '[1,2]\n[3]\n'],
  ])('writes %j', async (config, file, body) => {
    const { run, files } = await write(config);
    expect(files[`runs/ID/${file}`]).toBe(body);
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

  it('writes executions with their metadata by default, failures in a file of their own', async () => {
    const { files } = await write(undefined, { Items: [{ bad: true }, 1], ToleratedFailurePercentage: 50 });
    expect(JSON.parse(files['runs/ID/SUCCEEDED_0.json'] ?? '')).toMatchObject([
      { Input: '1', Output: '1', Status: 'SUCCEEDED' },
    ]);
    expect(JSON.parse(files['runs/ID/FAILED_0.json'] ?? '')).toMatchObject([
      { Error: 'Bad', Cause: 'item', Status: 'FAILED' },
    ]);
  });

  it('writes what never began as pending when the tolerance is exceeded', async () => {
    const { run, files } = await write(undefined, { Items: [{ bad: true }, 1], MaxConcurrency: 1 });
    expect(run.error).toBe('States.ExceedToleratedFailureThreshold');
    expect(JSON.parse(files['runs/ID/PENDING_0.json'] ?? '')).toEqual([{ Input: '1', Status: 'PENDING' }]);
  });

  it('only transforms when it has no Resource', async () => {
    const ResultWriter = { WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSON' } };
    expect(await execute(map({ Items: [[1, 2], [3]], ResultWriter }))).toMatchObject({ output: [1, 2, 3] });
  });

  it('fails with States.ResultWriterFailed when S3 refuses', async () => {
    const task = () => {
      throw new StatesError('S3.S3Exception', 'Access Denied');
    };
    const ResultWriter = { Resource: WRITE, Arguments: { Bucket: 'out' } };
    const run = await execute(map({ Items: [1], ResultWriter }), { task });
    expect(run).toMatchObject({ error: 'States.ResultWriterFailed', cause: 'Access Denied' });
  });
});
