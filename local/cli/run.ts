/** A world from its first converge to its last assess. */
import type * as Api from '@aws-sdk/client-sfn';
import { isoDuration } from '../world/duration.ts';
import type { Hub } from './hub.ts';

const HOUR_MS = 3_600_000;

/** Starts the first converge and lets the world's time pass; `say` hears where it is. The last assess belongs to the end: one that is due then is that one. */
export async function runWorld(hub: Hub, say: (progress: string) => void): Promise<void> {
  const { cloud, states } = hub.embedded;
  const startMs = Date.parse(hub.world.start);
  const endMs = startMs + hub.world.duration;
  await start(hub, 'muster-converge', {});
  let atMs = startMs;
  do {
    atMs = Math.min(atMs + HOUR_MS, endMs);
    await cloud.clock.advanceTo(atMs);
    const length = `${isoDuration(atMs - startMs)} of ${isoDuration(hub.world.duration)}`;
    say(`${length}, ${states.executions().length} executions`);
  } while (atMs < endMs);
  const end = cloud.clock.now().toISOString();
  await finish(hub);
  if (states.executions().some((one) => one.stateMachine === 'muster-assess' && one.startedAt === end)) return;
  await runMachine(hub, 'muster-assess');
}

/** One execution that the operator starts, to its end. */
export async function runMachine(hub: Hub, machine: string): Promise<void> {
  await start(hub, machine, {});
  await finish(hub);
}

/** Lets time pass until nothing is under way. */
export async function finish({ embedded: { cloud, states } }: Hub): Promise<void> {
  await cloud.clock.advanceTo(cloud.clock.nowMs());
  while (states.running() > 0) await cloud.clock.advanceTo(cloud.clock.nextMs() ?? cloud.clock.nowMs());
}

/** Starts an execution as the operator. */
export async function start(hub: Hub, machine: string, input: object): Promise<{ name: string; executionArn: string }> {
  const { ask, place, embedded } = hub;
  const { clock, partition } = embedded.cloud;
  const name = `${clock.now().toISOString().replaceAll(/[:.]/g, '-')}-operator`;
  const { executionArn = '' } = await ask<Api.StartExecutionCommandOutput>('states', 'StartExecution', {
    stateMachineArn: `arn:${partition}:states:${place.region}:${place.account}:stateMachine:${machine}`,
    name,
    input: JSON.stringify(input),
  });
  return { name, executionArn };
}
