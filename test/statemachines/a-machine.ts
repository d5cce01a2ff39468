import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { StatesError } from '../../local/engine/errors.ts';
import { execute } from '../local/engine/execution-bench.ts';

const Definition = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), z.looseObject({})) });
const Invocation = z.object({ FunctionName: z.string(), Payload: z.looseObject({}) });

export type FakeFunction = (payload: Record<string, unknown>) => unknown;

const bound: Record<string, string> = {
  Partition: 'aws',
  StateBucketName: 'state',
  AccountsPerBatch: '2',
  MaxConcurrency: '5',
};

/** Runs a state machine's own file on the engine, with functions that answer as told and a state bucket that holds `files`. */
export async function runMachine(
  name: 'converge' | 'assess',
  functions: Record<string, FakeFunction>,
  { input = {}, files = {} }: { input?: unknown; files?: Record<string, string> } = {},
) {
  const text = readFileSync(`statemachines/${name}.asl.json`, 'utf8').replace(
    /\$\{(\w+)\}/g,
    (_, placeholder: string) =>
      placeholder.replace(/FunctionArn$/, '') === placeholder ? (bound[placeholder] ?? '') : placeholder,
  );
  const definition = Definition.parse(JSON.parse(text));
  const calls: [string, Record<string, unknown>][] = [];
  const task = (resource: string, args: unknown) => {
    if (!resource.endsWith('lambda:invoke')) return { Body: files[z.looseObject({ Key: z.string() }).parse(args).Key] };
    const { FunctionName, Payload } = Invocation.parse(args);
    const called = FunctionName.replace('FunctionArn', '');
    calls.push([called, Payload]);
    return { StatusCode: 200, Payload: functions[called]?.(Payload) };
  };
  const { States, ...machine } = definition;
  const run = await execute(States, { input, task, machine });
  return { ...run, calls, called: calls.map(([called]) => called) };
}

export function throwsOnce(error: string, then: FakeFunction): FakeFunction {
  let thrown = false;
  return (payload) => {
    if (thrown) return then(payload);
    thrown = true;
    throw new StatesError(error, 'told so');
  };
}

export const fails: FakeFunction = () => {
  throw new StatesError('TypeError', 'a bug');
};
