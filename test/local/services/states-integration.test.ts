import { describe, expect, it } from 'vitest';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import type { Caller } from '../../../local/cloud/service.ts';
import { ADMIN, ARN, type Fake, PLACE, ROLE, world } from './states-world.ts';

const LAMBDA = 'arn:aws:states:::lambda:invoke';

describe('tasks', () => {
  it('invoke functions as the execution role, for the state machine (confused deputy keys)', async () => {
    const callers: Caller[] = [];
    const Invoke: Fake = ({ Payload }, { caller }) => {
      callers.push(caller);
      return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: Buffer.from(`{"got":${Payload}}`) };
    };
    const { run, assumed } = world({ lambda: { Invoke } });
    const Arguments = { FunctionName: 'f', Payload: { n: 1 } };
    const { output = '' } = await run({ Type: 'Task', Resource: LAMBDA, Arguments });
    expect(JSON.parse(output)).toEqual({ ExecutedVersion: '$LATEST', Payload: { got: { n: 1 } }, StatusCode: 200 });
    expect(callers).toMatchObject([{ kind: 'role', roleArn: ROLE }]);
    const caller = { kind: 'service', principal: 'states.amazonaws.com', sourceAccount: PLACE.account, sourceArn: ARN };
    expect(assumed).toMatchObject([{ caller }]);
  });

  it('share one role session within an execution', async () => {
    const { run, assumed } = world({ lambda: { Invoke: () => ({ Payload: Buffer.from('') }) } });
    const States = { Only: { Type: 'Task', Resource: LAMBDA, Arguments: { FunctionName: 'f' }, End: true } };
    await run({ Type: 'Map', Items: [1, 2], ItemProcessor: { StartAt: 'Only', States } });
    expect(assumed).toHaveLength(1);
  });

  const failure = (name: string, status?: number) => () => {
    throw new AwsFault(name, 'refused', status ? { status } : {});
  };
  it.each<[string, Fake, string, RegExp]>([
    [
      "a function's error",
      () => ({ FunctionError: 'Unhandled', Payload: Buffer.from('{"errorType":"Throttled","errorMessage":"m"}') }),
      'Throttled',
      /"errorMessage":"m"/,
    ],
    [
      'an error without a type',
      () => ({ FunctionError: 'Unhandled', Payload: Buffer.from('"lost"') }),
      'Lambda.Unknown',
      /lost/,
    ],
    [
      'a throttle',
      failure('TooManyRequestsException', 429),
      'Lambda.TooManyRequestsException',
      /^refused \(Service: Lambda, Status Code: 429, Request ID: /,
    ],
    ['a denial', failure('AccessDeniedException', 403), 'Lambda.AWSLambdaException', /^refused/],
  ])('name %s', async (_, Invoke, error, cause) => {
    const { run } = world({ lambda: { Invoke } });
    const ended = await run({ Type: 'Task', Resource: LAMBDA, Arguments: { FunctionName: 'f', Payload: 1 } });
    expect(ended).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(cause) });
  });

  it.each<[string, Fake, object]>([
    [
      'getObject',
      () => ({ Body: Buffer.from('text'), LastModified: new Date(0) }),
      { output: '{"Body":"text","LastModified":"1970-01-01T00:00:00.000Z"}' },
    ],
    [
      'getObject',
      failure('NoSuchKey', 404),
      { error: 'S3.NoSuchKeyException', cause: expect.stringContaining('Extended Request ID') },
    ],
    ['getObject', failure('AccessDenied', 403), { error: 'S3.S3Exception' }],
    ['putObject', ({ Body }) => ({ ETag: Body }), { output: '{"ETag":"{\\"a\\":1}"}' }],
  ])('call any API action of the SDK integration: %s', async (action, fake, expected) => {
    const { run } = world({ s3: { GetObject: fake, PutObject: fake } });
    const Arguments = { Bucket: 'b', Key: 'k', Body: { a: 1 } };
    expect(await run({ Type: 'Task', Resource: `arn:aws:states:::aws-sdk:s3:${action}`, Arguments })).toMatchObject(
      expected,
    );
  });

  it('call API actions of Athena and Glue, whose errors have their own prefixes', async () => {
    const glue = { UpdatePartition: failure('EntityNotFoundException'), GetPartition: () => ({ Partition: {} }) };
    const athena = { GetQueryExecution: failure('AccessDeniedException') };
    const call = (action: string) =>
      world({ glue, athena }).run({ Type: 'Task', Resource: `arn:aws:states:::${action}` });
    expect(await call('aws-sdk:glue:getPartition')).toMatchObject({ output: '{"Partition":{}}' });
    expect(await call('aws-sdk:glue:updatePartition')).toMatchObject({ error: 'Glue.EntityNotFoundException' });
    expect(await call('athena:getQueryExecution')).toMatchObject({ error: 'Athena.AmazonAthenaException' });
  });

  describe('that wait for a query (.sync, "Run Athena queries with Step Functions")', () => {
    const SYNC = 'arn:aws:states:::athena:startQueryExecution.sync';
    const athena = (...states: string[]) => ({
      StartQueryExecution: () => ({ QueryExecutionId: 'q' }),
      GetQueryExecution: ({ QueryExecutionId }: Record<string, unknown>) => ({
        QueryExecution: { QueryExecutionId, Status: { State: states.shift(), SubmissionDateTime: new Date(0) } },
      }),
    });

    it('give what became of it, on virtual time', async () => {
      const { run, cloud } = world({ athena: athena('QUEUED', 'RUNNING', 'SUCCEEDED') });
      const began = cloud.clock.nowMs();
      const { output = '', stopDate } = await run({
        Type: 'Task',
        Resource: SYNC,
        Arguments: { QueryString: 'SELECT 1' },
      });
      expect(JSON.parse(output)).toMatchObject({
        QueryExecution: { QueryExecutionId: 'q', Status: { State: 'SUCCEEDED' } },
      });
      expect(Number(stopDate) - began).toBe(3000);
    });

    it.each(['FAILED', 'CANCELLED'])('fail when it is %s, with the execution as cause', async (state) => {
      const { run } = world({ athena: athena(state) });
      const { error, cause = '' } = await run({ Type: 'Task', Resource: SYNC });
      expect(error).toBe('States.TaskFailed');
      expect(JSON.parse(cause)).toMatchObject({ QueryExecution: { Status: { State: state } } });
    });

    it('time out', async () => {
      const { run } = world({ athena: athena() });
      expect(await run({ Type: 'Task', Resource: SYNC, TimeoutSeconds: 5 })).toMatchObject({ error: 'States.Timeout' });
    });

    it.each([
      ['StartQueryExecution', 'AccessDeniedException', 'Athena.AmazonAthenaException'],
      ['StartQueryExecution', 'InvalidRequestException', 'Athena.InvalidRequestException'],
      ['GetQueryExecution', 'AccessDeniedException', 'Athena.AmazonAthenaException'],
    ])('need %s: %s is %s', async (operation, name, error) => {
      const { run } = world({ athena: { ...athena('SUCCEEDED'), [operation]: failure(name) } });
      expect(await run({ Type: 'Task', Resource: SYNC })).toMatchObject({ error });
    });
  });

  it.each([
    'arn:aws:states:::lambda:invoke.waitForTaskToken',
    'arn:aws:states:::athena:getQueryExecution.sync',
    'arn:aws:states:::glue:getPartition',
    'arn:aws:states:::sns:publish',
    'arn:aws:states:::aws-sdk:ec2:describeRegions',
  ])('are refused when there is no such integration: %s', async (Resource) => {
    expect(await world().run({ Type: 'Task', Resource })).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining(Resource),
    });
  });

  it('fail when the role does not trust Step Functions', async () => {
    const { run } = world({ trusted: false });
    expect(await run({ Type: 'Task', Resource: LAMBDA })).toMatchObject({
      error: 'States.Permissions',
      cause: expect.stringContaining('is authorized to assume the provided role'),
    });
  });

  it.each([
    ['may', 'SUCCEEDED', {}],
    ['may not', 'FAILED', { error: 'StepFunctions.AWSStepFunctionsException' }],
  ])('of a distributed map begin only if the role %s start executions of its machine', async (_may, status, more) => {
    const { run, cloud } = world();
    cloud.authorizeWith((needs, { caller }) => {
      if (status === 'FAILED' && caller.kind === 'role')
        throw new AwsFault(
          'AccessDeniedException',
          needs.map(({ action, resource }) => `${action} ${resource}`).join(),
        );
    });
    const ItemProcessor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Done',
      States: { Done: { Type: 'Succeed' } },
    };
    const ended = await run({ Type: 'Map', Items: [1, 2], ItemProcessor });
    expect(ended).toMatchObject({ status, ...more });
    if (status === 'FAILED') expect(ended.cause).toContain(`states:StartExecution ${ARN}`);
  });

  it('act as the administrator in an empty cloud, which has no roles', async () => {
    const { run, cloud, assumed } = world({ s3: { GetObject: (_, { caller }) => ({ by: caller.kind }) } });
    cloud.sessions.otherwise = ADMIN;
    const { output } = await run({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:getObject' });
    expect([output, assumed]).toEqual(['{"by":"administrator"}', []]);
  });
});
