import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { StepError } from '../../../core/step-error.ts';
import { contract } from '../../../functions/runtime/contract.ts';
import { type Invocation, lambda } from '../../../functions/runtime/lambda.ts';

const doubling = contract({
  name: 'doubling',
  env: z.object({ DOUBLING_FACTOR: z.coerce.number<string>().int() }),
  input: z.strictObject({ runId: z.string(), value: z.int() }),
  output: z.strictObject({ result: z.int() }),
});

const context = {
  functionName: 'doubling',
  invokedFunctionArn: 'arn:aws-cn:lambda:cn-north-1:123456789012:function:doubling',
} as Context;

type Work = (input: { runId: string; value: number }, invocation: Invocation) => Promise<{ result: number }>;

const handlerOf = (work: Work) => lambda(doubling, () => work);

function sdkError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(`${name} told`), { name, $metadata: { httpStatusCode } });
}

describe('a function and its contract', () => {
  beforeEach(() => {
    process.env['DOUBLING_FACTOR'] = '2';
    process.env['POWERTOOLS_DEV'] = 'true';
    process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
    vi.spyOn(console, 'info').mockImplementation(() => undefined);
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    delete process.env['DOUBLING_FACTOR'];
    delete process.env['POWERTOOLS_DEV'];
    delete process.env['POWERTOOLS_METRICS_DISABLED'];
  });

  it('reads its environment once, when it is loaded', async () => {
    const handler = lambda(doubling, ({ DOUBLING_FACTOR }) => async ({ value }) => ({
      result: value * DOUBLING_FACTOR,
    }));
    process.env['DOUBLING_FACTOR'] = '5';
    expect(await handler({ runId: 'r', value: 4 }, context)).toEqual({ result: 8 });
  });

  it('refuses to load with a variable missing, and names it', () => {
    delete process.env['DOUBLING_FACTOR'];
    expect(() => handlerOf(async () => ({ result: 1 }))).toThrow(/environment of doubling: .*\n.*DOUBLING_FACTOR/);
  });

  it('throws InvalidInput with the path of the field that is wrong', async () => {
    const call = handlerOf(async () => ({ result: 1 }))({ runId: 'r', value: 'four' }, context);
    await expect(call).rejects.toMatchObject({ name: 'InvalidInput', message: expect.stringContaining('at value') });
    await expect(call).rejects.toMatchObject({ cause: expect.any(z.ZodError) });
  });

  it('tells the work where it runs and what time it is', async () => {
    const seen: unknown[] = [];
    const handler = handlerOf(async (_input, { self, now }) => {
      seen.push(self, now());
      return { result: 1 };
    });
    await handler({ runId: 'r', value: 4 }, context);
    expect(seen).toEqual([{ partition: 'aws-cn', accountId: '123456789012' }, expect.any(Date)]);
  });

  it.each([
    ['ThrottlingException', 400, 'Throttled'],
    ['InternalServerError', 500, 'Unavailable'],
    ['PreconditionFailed', 412, 'Conflict'],
    ['ValidationException', 400, 'ValidationException'],
  ])('an SDK error %s (%i) leaves it as %s', async (name, status, expected) => {
    const handler = handlerOf(() => Promise.reject(sdkError(name, status)));
    await expect(handler({ runId: 'r', value: 4 }, context)).rejects.toMatchObject({ name: expected });
  });

  it('lets an error of its own pass as it is', async () => {
    const conflict = new StepError('Conflict', 'two runs at once');
    const handler = handlerOf(() => Promise.reject(conflict));
    await expect(handler({ runId: 'r', value: 4 }, context)).rejects.toBe(conflict);
  });

  it('writes the run id on every line, at every level', async () => {
    const lines: string[] = [];
    for (const level of ['info', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((line) => lines.push(String(line)));
    }
    const handler = handlerOf(async (_input, { log }) => {
      log.debug('not at this level');
      log.info('nothing else to say');
      log.warn('sync refused', { accountId: '111111111111' });
      log.error('line malformed', { line: 3 });
      return { result: 1 };
    });
    await handler({ runId: 'run-7', value: 4 }, context);
    const entries = lines.map((line): unknown => JSON.parse(line));
    expect(entries).toMatchObject([
      { runId: 'run-7', message: 'nothing else to say' },
      { runId: 'run-7', message: 'sync refused', accountId: '111111111111' },
      { runId: 'run-7', message: 'line malformed', line: 3 },
    ]);
  });

  it('publishes its metrics also when it fails', async () => {
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const handler = handlerOf((_input, { metrics }) => {
      metrics.addMetric('MalformedLines', 'Count', 2);
      return Promise.reject(new StepError('Unavailable', 'gone'));
    });
    await expect(handler({ runId: 'r', value: 4 }, context)).rejects.toThrow('gone');
    const embedded: unknown = JSON.parse(String(printed.mock.calls[0]?.[0]));
    expect(embedded).toMatchObject({ MalformedLines: 2, service: 'muster' });
  });
});
