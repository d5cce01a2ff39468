import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { EventBridgeClient, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { environmentOf, keepPace, openBare } from '../../../local/cli/serve.ts';

const root = new URL('../../..', import.meta.url).pathname;
const account = '123456789012';

let bare: Awaited<ReturnType<typeof openBare>>;
/** What a client of whoever has these keys is made of. */
const as = (accessKeyId: string, region = 'us-east-1') => ({
  endpoint: bare.url,
  region,
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey: 'any' },
});
beforeAll(async () => {
  bare = await openBare(0);
});
afterAll(() => bare.close());

/** The variables of `export` lines. */
function variablesOf(lines: string): Record<string, string> {
  return Object.fromEntries([...lines.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]));
}

async function runToItsEnd(seconds: number): Promise<DescribeExecutionOutput> {
  const states = new SFNClient(as('AKIAWAITS'));
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: seconds, Output: { done: '{% $states.input.go %}' }, End: true } },
  };
  const { stateMachineArn } = await states.send(
    new CreateStateMachineCommand({
      name: 'waits',
      roleArn: `arn:aws:iam::${account}:role/any`,
      definition: JSON.stringify(definition),
    }),
  );
  const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn, input: '{"go":true}' }));
  for (;;) {
    const execution = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
  }
}

describe('npm start -- --serve --bare', () => {
  it.each(['AKIAIOSFODNN7EXAMPLE', 'x'])(
    'takes the access key %s for the administrator of the account',
    async (key) => {
      const { Account, Arn } = await new STSClient(as(key)).send(new GetCallerIdentityCommand({}));
      expect([Account, Arn]).toEqual([account, `arn:aws:iam::${account}:root`]);
    },
  );

  it('keeps objects in buckets that its user creates', async () => {
    const s3 = new S3Client(as('AKIAONE'));
    await s3.send(new CreateBucketCommand({ Bucket: 'new-bucket' }));
    await s3.send(new PutObjectCommand({ Bucket: 'new-bucket', Key: 'a/b', Body: 'hello' }));
    const { Body } = await new S3Client(as('AKIATWO')).send(new GetObjectCommand({ Bucket: 'new-bucket', Key: 'a/b' }));
    expect(await Body?.transformToString()).toBe('hello');
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['new-bucket']);
  });

  it.each([
    ['{"source":["mine"]}', true],
    ['{"source":[{"anything-but":"mine"}]}', false],
  ])('tests the pattern %s', async (EventPattern, matches) => {
    const event = { id: '1', account, source: 'mine', time: '2026-11-02T06:00:00Z', region: 'us-east-1' };
    const Event = JSON.stringify({ ...event, resources: [], 'detail-type': 'x', detail: {} });
    const { Result } = await new EventBridgeClient(as('AKIAONE')).send(
      new TestEventPatternCommand({ EventPattern, Event }),
    );
    expect(Result).toBe(matches);
  });

  it('lets time pass as the wall clock does, so that a Wait of a second takes one, until it is interrupted', async () => {
    const startedMs = performance.now();
    const pace = keepPace(bare.embedded.cloud.clock);
    const { status, output, startDate, stopDate } = await runToItsEnd(1);
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: '{"done":true}' });
    expect(Number(stopDate) - Number(startDate)).toBe(1000);
    expect(performance.now() - startedMs).toBeGreaterThan(950);
    process.emit('SIGINT');
    await pace;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal);
  });

  it('says of an operation that it does not have NotImplemented, to the client and on stderr', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const answer = new S3Client(as('AKIAONE')).send(new DeleteBucketCommand({ Bucket: 'new-bucket' }));
    await expect(answer).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    expect(stderr).toHaveBeenCalledWith('s3:DeleteBucket is not served\n');
    stderr.mockRestore();
  });
});

describe('the printed variables', () => {
  it('are all that an SDK, the AWS CLI and Terraform look for', async () => {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, ...others } = variablesOf(environmentOf(bare));
    expect(others).toEqual({
      AWS_ENDPOINT_URL: bare.url,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_SESSION_TOKEN: expect.stringMatching(/./),
    });
    expect([id, secret]).toEqual([expect.stringMatching(/^ASIA[0-9A-F]{16}$/), expect.stringMatching(/./)]);
  });

  it('make a client the administrator of the place that is served, for longer than anybody waits', async () => {
    const place = { account: '100000000002', region: 'eu-north-1' };
    const { AWS_ACCESS_KEY_ID: id = '' } = variablesOf(environmentOf({ ...bare, place }));
    const { clock } = bare.embedded.cloud;
    await clock.advanceTo(clock.nowMs() + 30 * 86_400_000);
    const { Account } = await new STSClient(as(id, place.region)).send(new GetCallerIdentityCommand({}));
    expect(Account).toBe(place.account);
  });
});

describe('the process', () => {
  const children: ChildProcess[] = [];
  const start = (...options: string[]) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'local/cli/main.ts', '--serve', '--bare', ...options], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const [ended, errors] = [once(child, 'close'), text(child.stderr)];
    return { child, ended, errors };
  };
  afterAll(() => children.forEach((child) => void child.kill('SIGKILL')));

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 0 at %s, however often it comes', async (signal) => {
    const { child, ended } = start('--port', '0');
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += chunk;
      if (/SESSION_TOKEN=.*\n/.test(printed)) break;
    }
    child.kill(signal);
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect(variablesOf(printed)).toHaveProperty('AWS_ENDPOINT_URL');
  });

  it('says with 2 and without a stack that the port is taken', async () => {
    const { port } = new URL(bare.url);
    const { ended, errors } = start('--port', port);
    expect(await ended).toEqual([2, null]);
    expect(await errors).toBe(`Port ${port} is taken by another program: give a free one with --port P.\n`);
  });
});
