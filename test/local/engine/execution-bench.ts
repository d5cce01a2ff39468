import { Clock } from '../../../local/cloud/clock.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import { Execution } from '../../../local/engine/execution.ts';
import type { Host, Launch } from '../../../local/engine/run.ts';
import { readMachine } from '../../../local/engine/validation.ts';

const START = new Date('2026-11-02T06:00:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;
const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:bench';
export const LAMBDA = 'arn:aws:states:::lambda:invoke';

export type TaskFake = (resource: string, input: unknown, clock: Clock) => unknown;

interface Bench {
  input?: unknown;
  task?: TaskFake;
  machine?: object;
}

/** Runs states (the first one is StartAt) to the end, up to a day of virtual time. */
export async function execute(states: Record<string, object>, bench: Bench = {}) {
  const clock = new Clock(START);
  const { task = () => ({}), input = {} } = bench;
  const children: Execution[] = [];
  const host: Host = {
    clock,
    draw: new Draw(7),
    task: async (resource, args) => task(resource, args, clock),
    child: (launch: Launch, signal: AbortSignal) => {
      const child = new Execution(host, launch, signal);
      children.push(child);
      return child.run();
    },
  };
  const StartAt = Object.keys(states)[0] ?? '';
  const definition = readMachine(
    JSON.stringify({ QueryLanguage: 'JSONata', StartAt, States: states, ...bench.machine }),
  );
  const name = 'one';
  const arn = `${MACHINE.replace('stateMachine', 'execution')}:${name}`;
  const roleArn = 'arn:aws:iam::111122223333:role/bench';
  const launch = { arn, name, stateMachineArn: MACHINE, roleArn, definition, input: JSON.stringify(input) };
  const execution = new Execution(host, launch);
  const ended = clock.run(() => execution.run());
  await clock.advanceTo(START.getTime() + DAY_MS);
  await ended;
  return {
    ...facts(execution),
    seconds: ((execution.stopMs ?? Number.NaN) - execution.startMs) / 1000,
    events: execution.events,
    types: execution.events.map(({ type }) => type),
    children: children.map(facts),
    transitions: execution.transitions,
  };
}

function facts({ status, output, error, cause, launch, events }: Execution) {
  const { arn, input } = launch;
  const parsed = output === undefined ? undefined : JSON.parse(output);
  return { status, output: parsed, error, cause, arn, input: JSON.parse(input), recorded: events.length };
}
