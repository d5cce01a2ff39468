/** A world from its first converge to its last assess. */
import type { StartExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { isoDuration } from '../world/duration.ts';
import type { Hub } from './hub.ts';

const HOUR_MS = 3_600_000;

/** Starts the first converge and lets the world's time pass; `say` hears where it is. */
export async function runWorld(hub: Hub, say: (progress: string) => void): Promise<void> {
  const { clock } = hub.embedded.cloud;
  const startMs = Date.parse(hub.world.start);
  const endMs = startMs + hub.world.duration;
  await start(hub, 'muster-converge');
  for (let atMs = Math.min(startMs + HOUR_MS, endMs); ; atMs = Math.min(atMs + HOUR_MS, endMs)) {
    await clock.advanceTo(atMs);
    say(
      `${isoDuration(atMs - startMs)} of ${isoDuration(hub.world.duration)}, ${hub.embedded.states.executions().length} executions`,
    );
    if (atMs === endMs) break;
  }
  await settle(hub);
}

/** The last assess belongs to the end of the world: one that is due then is that one, and executions in flight before it are waited for. */
async function settle(hub: Hub): Promise<void> {
  const { cloud, states } = hub.embedded;
  const end = cloud.clock.now().toISOString();
  await finish(hub);
  const isDone = states
    .executions()
    .some(({ stateMachine, startedAt }) => stateMachine === 'muster-assess' && startedAt === end);
  if (isDone) return;
  await start(hub, 'muster-assess');
  await finish(hub);
}

/** Lets time pass until nothing is under way. */
async function finish({ embedded: { cloud, states } }: Hub): Promise<void> {
  await cloud.clock.advanceTo(cloud.clock.nowMs());
  while (states.running() > 0) await cloud.clock.advanceTo(cloud.clock.nextMs() ?? cloud.clock.nowMs());
}

async function start({ world, embedded: { cloud } }: Hub, name: string): Promise<void> {
  const { hubAccountId: account, hubRegion: region } = world.organization;
  await cloud.ask<StartExecutionCommandOutput>({
    service: 'states',
    operation: 'StartExecution',
    region,
    caller: { kind: 'administrator', account, arn: `arn:${cloud.partition}:iam::${account}:root` },
    input: {
      stateMachineArn: `arn:${cloud.partition}:states:${region}:${account}:stateMachine:${name}`,
      name: `${cloud.clock.now().toISOString().replaceAll(/[:.]/g, '-')}-operator`,
      input: '{}',
    },
  });
}
