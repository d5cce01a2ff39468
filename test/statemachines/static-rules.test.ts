import { readFileSync } from 'node:fs';
import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { stepErrorNames } from '../../core/step-error.ts';

/** Errors of Lambda's integration that a second attempt may cure (Step Functions developer guide, handling Lambda service exceptions). */
const lambdaErrors = [
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
];
const knownErrors = new Set<string>(['States.ALL', ...stepErrorNames, ...lambdaErrors]);

const shared = ['AccountsPerBatch', 'MaxConcurrency', 'Partition', 'StateBucketName'];
const functions = ['AssessDelivery', 'ConvergeAccounts', 'PublishHealth'].map((name) => `${name}FunctionArn`);
const placeholders = {
  converge: [...shared, ...functions, 'MaintainCatalogFunctionArn', 'ResolveTargetsFunctionArn'].sort(),
  assess: [...shared, ...functions].sort(),
};

const Rule = z.looseObject({ ErrorEquals: z.array(z.string()) });
const State = z.looseObject({ Type: z.string(), Retry: z.array(Rule).default([]), Catch: z.array(Rule).default([]) });
type State = z.infer<typeof State>;
const Machine = z.looseObject({ QueryLanguage: z.literal('JSONata'), States: z.record(z.string(), State) });
const Processor = z.looseObject({ ItemProcessor: z.looseObject({ States: z.record(z.string(), State) }) });

function statesOf(states: Record<string, State>): [string, State][] {
  return Object.entries(states).flatMap(([name, state]) => {
    const inner = Processor.safeParse(state);
    return [[name, state], ...(inner.success ? statesOf(inner.data.ItemProcessor.States) : [])];
  });
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(keysOf)];
}

const bound: Record<string, string> = { Partition: 'aws', StateBucketName: 'state' };
const bind = (text: string) =>
  text.replace(/\$\{(\w+)\}/g, (_, name: string) =>
    name.endsWith('Arn') ? 'arn:aws:lambda:us-east-1:123456789012:function:any' : (bound[name] ?? '10'),
  );

describe.each(['converge', 'assess'] as const)('%s.asl.json', (name) => {
  const text = readFileSync(`statemachines/${name}.asl.json`, 'utf8');
  const definition: unknown = JSON.parse(text);
  const machine = Machine.parse(definition);
  const states = statesOf(machine.States);
  const tasks = states.filter(([, { Type }]) => Type === 'Task');

  it('is valid Amazon States Language once its placeholders are bound', () => {
    expect(validate(JSON.parse(bind(text)))).toMatchObject({ isValid: true, errors: [] });
  });

  it('fits on the pages it may have', () => {
    expect(text.split('\n').length).toBeLessThanOrEqual(301);
  });

  it('has exactly the placeholders that the stack binds', () => {
    const used = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder);
    expect([...new Set(used)].sort()).toEqual(placeholders[name]);
  });

  it('speaks JSONata only and evaluates no text that it was given', () => {
    const jsonPath = ['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'ItemsPath', 'Variable'];
    expect(keysOf(definition).filter((key) => jsonPath.includes(key) || key.endsWith('.$'))).toEqual([]);
    expect(text).not.toContain('$eval');
    for (const value of stringsOf(definition)) expect(value).not.toMatch(/^\$\.|States\.(Format|Array|Json)/);
  });

  it('catches and retries only names that somebody throws', () => {
    const names = states.flatMap(([, { Retry, Catch }]) => [...Retry, ...Catch].flatMap((rule) => rule.ErrorEquals));
    expect(names.filter((error) => !knownErrors.has(error))).toEqual([]);
  });

  it.each(tasks)('%s has a timeout, a patient retry and a way on when it fails', (_state, task) => {
    expect(task['TimeoutSeconds']).toBe(910);
    expect(task.Retry).toEqual([
      {
        ErrorEquals: ['Throttled', 'Unavailable', 'Conflict', ...lambdaErrors],
        IntervalSeconds: 2,
        BackoffRate: 2,
        MaxAttempts: 5,
        MaxDelaySeconds: 60,
        JitterStrategy: 'FULL',
      },
    ]);
    expect(task.Catch.map((rule) => rule.ErrorEquals)).toEqual([['States.ALL']]);
  });

  it('maps a fleet in batches as executions of their own, of which any may fail', () => {
    const maps = states.filter(([, { Type }]) => Type === 'Map').map(([, map]) => map);
    expect(maps).toHaveLength(1);
    expect(maps[0]).toMatchObject({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the stack replaces this placeholder
      MaxConcurrency: '{% ${MaxConcurrency} %}',
      ToleratedFailurePercentage: 100,
      ItemReader: { ReaderConfig: { InputType: 'JSONL' } },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the stack replaces this placeholder
      ItemBatcher: { MaxItemsPerBatch: '{% ${AccountsPerBatch} %}', MaxInputBytesPerBatch: 131_072 },
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
    });
  });
});
