import { createRequire } from 'node:module';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import { ADMINISTRATOR, createFunctionCloud, type FunctionCloud, type Invoked } from './function-cloud.ts';

const sdk = JSON.stringify(createRequire(import.meta.url).resolve('@aws-sdk/client-ssm'));
const CALLS_SSM = `
  const { SSMClient, GetInventoryCommand } = require(${sdk});
  const client = new SSMClient({ retryMode: 'standard', maxAttempts: 8 });
  exports.handler = async ({ calls = 1 }) => {
    const before = Date.now();
    const all = Array.from({ length: calls }, (_, index) => client.send(new GetInventoryCommand({ NextToken: String(index) })));
    const answers = await Promise.all(all);
    return { attempts: answers.map(({ $metadata }) => $metadata.attempts), tookMs: Date.now() - before };
  };`;

let world: FunctionCloud;
beforeEach(async () => {
  world = await createFunctionCloud();
});
afterEach(async () => {
  expect(world.bugs).toEqual([]);
  await world.close();
});

async function outcome(
  source: string,
  payload: unknown = {},
  more: { timeoutSeconds?: number; memoryMb?: number } = {},
) {
  const arn = world.create('subject', source, more);
  const [invoked] = await world.run(() => world.invoke(arn, payload));
  return invoked;
}

function answerOf<Answer>(invoked: Invoked | undefined): Answer {
  return (invoked?.answer ?? {}) as Answer;
}

describe('an invocation', () => {
  it('gives what the handler returns, null for nothing', async () => {
    expect(await outcome('exports.handler = async (event) => ({ twice: event.n * 2 });', { n: 21 })).toMatchObject({
      error: undefined,
      answer: { twice: 42 },
    });
    expect(await outcome('exports.handler = async () => {};')).toMatchObject({ answer: null });
  });

  it("knows itself by context and environment, and nothing of the host's", async () => {
    process.env['LEAKED'] = 'from the host';
    const invoked = await outcome(`exports.handler = async (event, context) =>
      ({ env: process.env, context, left: context.getRemainingTimeInMillis() });`);
    delete process.env['LEAKED'];
    const { env, context, left } = answerOf<{ env: object; context: object; left: number }>(invoked);
    expect(env).toMatchObject({
      STATE_BUCKET: 'state',
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'subject',
      AWS_ENDPOINT_URL: world.lambda.endpoint,
      AWS_CONFIG_FILE: '/dev/null',
      _HANDLER: 'index.handler',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
    });
    expect(env).not.toHaveProperty('LEAKED');
    expect(env).not.toHaveProperty('PATH');
    expect(context).toMatchObject({
      functionName: 'subject',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:subject',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(left).toBe(60_000);
  });

  it('calls AWS as a session of its role, through the SDK', async () => {
    expect(await outcome(CALLS_SSM)).toMatchObject({ answer: { attempts: [1] } });
    expect(world.calls.find(({ service }) => service === 'ssm')?.caller).toMatchObject({
      arn: 'arn:aws:sts::111122223333:assumed-role/subject/subject',
    });
  });

  it('is had over the wire by name or ARN, also through the SDK', async () => {
    const arn = world.create('subject', 'exports.handler = async (event) => event ?? null;');
    const { AccessKeyId: accessKeyId } = world.cloud.sessions.issue(ADMINISTRATOR);
    const credentials = { accessKeyId, secretAccessKey: 'secret' };
    const client = new LambdaClient({ endpoint: world.lambda.endpoint, region: 'eu-west-1', credentials });
    for (const FunctionName of ['subject', `${arn}:$LATEST`]) {
      const command = new InvokeCommand({ FunctionName, Payload: '{"a":1}' });
      const { Payload, StatusCode } = await client.send(command);
      expect([StatusCode, Payload?.transformToString()]).toEqual([200, '{"a":1}']);
    }
  });

  it('leaves its lines, whole and all of them', async () => {
    await outcome(`exports.handler = async () => {
      console.log('first'); console.error('second'); process.stdout.write(Buffer.from('third\\nfourth')); };`);
    const [record] = world.records;
    expect(record?.lines).toEqual(['first', 'second', 'third', 'fourth']);
    expect(record).toMatchObject({ settings: { name: 'subject' }, caller: { sessionName: 'subject' } });
    expect(record?.stream).toMatch(/^2026\/11\/02\/\[\$LATEST\][0-9a-f]{32}$/);
    expect(world.lambda.invocations).toEqual({ subject: 1 });
  });
});

/** Texts: "Troubleshoot execution issues in Lambda" (Lambda developer guide). */
describe('failures are told as Lambda tells them', () => {
  it('an error by its name, without paths of this machine', async () => {
    const invoked = await outcome('exports.handler = async () => { throw new RangeError("too far"); };');
    expect(invoked).toMatchObject({ error: 'Unhandled', answer: { errorType: 'RangeError', errorMessage: 'too far' } });
    expect(JSON.stringify(invoked?.answer)).toContain('/var/task/index.cjs');
  });

  it.each([
    ['something else thrown', 'exports.handler = async () => { throw "text"; };', 'string', 'text'],
    ['no such export', 'exports.other = 1;', 'TypeError', 'run is not a function'],
    [
      'an exit',
      'exports.handler = async () => { process.exit(3); };',
      'Runtime.ExitError',
      /Runtime exited without providing a reason$/,
    ],
    [
      'an uncaught error',
      'exports.handler = () => new Promise(() => setTimeout(() => { throw new Error("late"); }, 10));',
      'Runtime.ExitError',
      /Runtime exited without providing a reason$/,
    ],
    [
      'too much memory',
      'exports.handler = async () => { const all = []; for (;;) all.push(new Array(1e6).fill(all)); };',
      'Runtime.ExitError',
      /Runtime exited without providing a reason$/,
    ],
    [
      'an interval',
      'exports.handler = async () => setInterval(() => {}, 1);',
      'TypeError',
      /setInterval is not a function/,
    ],
    [
      'waiting beyond the timeout',
      'exports.handler = () => new Promise((done) => setTimeout(done, 7000));',
      'Sandbox.Timedout',
      /Task timed out after 3.00 seconds$/,
    ],
    [
      'waiting for nothing',
      'exports.handler = () => new Promise(() => {});',
      'Sandbox.Timedout',
      /Task timed out after 3.00 seconds$/,
    ],
  ])('%s', async (_, source, errorType, errorMessage) => {
    const invoked = await outcome(source, {}, { timeoutSeconds: 3, memoryMb: 64 });
    const text = typeof errorMessage === 'string' ? errorMessage : expect.stringMatching(errorMessage);
    expect(invoked).toMatchObject({ error: 'Unhandled', answer: { errorType, errorMessage: text } });
    expect(invoked?.tookMs).toBe(errorType === 'Sandbox.Timedout' ? 3000 : (invoked?.tookMs ?? 0));
  });

  it('a function that died runs again in a new environment', async () => {
    const arn = world.create(
      'subject',
      'exports.handler = async ({ exit }) => { if (exit) process.exit(1); return "well"; };',
    );
    const [first, second] = await world
      .run(async () => [await world.invoke(arn, { exit: true }), await world.invoke(arn)])
      .then(([both = []]) => both);
    expect([first?.error, second?.answer]).toEqual(['Unhandled', 'well']);
  });

  it.each([
    ['an unknown function', 'nobody', {}, 'ResourceNotFoundException'],
    ['an invocation that nobody waits for', 'subject', { InvocationType: 'Event' }, 'NotImplemented'],
  ])('%s', async (_, FunctionName, more, name) => {
    world.create('subject', 'exports.handler = async () => {};');
    const call = {
      service: 'lambda',
      operation: 'Invoke',
      region: 'eu-west-1',
      caller: ADMINISTRATOR,
      input: { FunctionName, ...more },
    } as const;
    await expect(world.cloud.dispatch(call)).rejects.toMatchObject({ name });
  });
});

describe('time', () => {
  it('passes by back-off only: a throttled call costs virtual seconds and no real ones', async () => {
    await world.close();
    let asked = 0;
    world = await createFunctionCloud(() =>
      ++asked <= 5 ? new AwsFault('ThrottlingException', 'Rate exceeded') : undefined,
    );
    const arn = world.create('subject', CALLS_SSM);
    await world.run(() => world.invoke(world.create('warm', 'exports.handler = async () => {};')));
    const began = performance.now();
    const [invoked] = await world.run(() => world.invoke(arn));
    expect(performance.now() - began).toBeLessThan(1000);
    const { attempts, tookMs } = answerOf<{ attempts: number[]; tookMs: number }>(invoked);
    expect(attempts).toEqual([6]);
    expect(tookMs).toBeGreaterThan(500);
    expect(invoked?.tookMs).toBe(tookMs);
  });

  it('stands still while a call is in flight, also when its connection drops', async () => {
    await world.close();
    let asked = 0;
    world = await createFunctionCloud(() => (++asked === 1 ? 'drop' : undefined));
    const arn = world.create('subject', CALLS_SSM);
    const [invoked] = await world.run(() => world.invoke(arn));
    const { attempts, tookMs } = answerOf<{ attempts: number[]; tookMs: number }>(invoked);
    expect(attempts).toEqual([2]);
    expect(invoked?.tookMs).toBe(tookMs);
    const [calm] = await world.run(() => world.invoke(arn, { calls: 20 }));
    expect(calm?.tookMs).toBe(0);
  });

  it('is the same again in the same world, with calls side by side and functions side by side', async () => {
    const histories: unknown[] = [];
    for (let time = 0; time < 2; time++) {
      await world.close();
      const seen = new Map<unknown, number>();
      world = await createFunctionCloud(({ input, caller }) => {
        const { NextToken } = input as { NextToken: string };
        const key = `${JSON.stringify(caller)} ${NextToken}`;
        const nth = (seen.get(key) ?? 0) + 1;
        seen.set(key, nth);
        return nth <= Number(NextToken) % 4 ? new AwsFault('ThrottlingException', 'Rate exceeded') : undefined;
      });
      const arns = ['a', 'b'].map((name) => world.create(name, CALLS_SSM));
      histories.push(await world.run(...arns.flatMap((arn) => [() => world.invoke(arn, { calls: 9 })])));
    }
    expect(histories[1]).toEqual(histories[0]);
  });

  it('runs more invocations than there are environments, even while all of them wait', async () => {
    const arns = ['a', 'b'].map((name) =>
      world.create(name, 'exports.handler = ({ n }) => new Promise((done) => setTimeout(() => done(n), 1000 * n));'),
    );
    const tasks = Array.from({ length: 20 }, (_, n) => () => world.invoke(arns[n % 2] ?? '', { n }));
    const all = await world.run(...tasks);
    expect(all.map(({ answer }) => answer)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });
});

describe('chance', () => {
  const DRAWS = `const crypto = require('crypto');
    exports.handler = async () => ({ random: Math.random(), again: Math.random(), ids: [crypto.randomUUID(), globalThis.crypto.randomUUID()],
      bytes: crypto.randomBytes(4).toString('hex'), values: [...crypto.getRandomValues(new Uint16Array(2))] });`;

  it("follows from the world's seed and the invocation", async () => {
    const draws: unknown[] = [];
    for (let time = 0; time < 2; time++) {
      await world.close();
      world = await createFunctionCloud();
      const arn = world.create('subject', DRAWS);
      const [both] = await world.run(async () => [await world.invoke(arn), await world.invoke(arn)]);
      draws.push(both?.map(({ answer }) => answer));
    }
    expect(draws[1]).toEqual(draws[0]);
    const [first, second] = draws[0] as { random: number; again: number; ids: string[] }[];
    expect(first).not.toEqual(second);
    expect(first?.random).toBe(first?.again);
    expect(new Set([...(first?.ids ?? []), ...(second?.ids ?? [])]).size).toBe(4);
  });
});
