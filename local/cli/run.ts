/** A world from its first converge to its last assess. */
import { isoDuration } from '../world/duration.ts';
import type { Hub } from './hub.ts';

const HOUR_MS = 3_600_000;

/** Starts the first converge and lets the world's time pass; `say` hears where it is. The last assess belongs to the end: one that is due then is that one. */
export async function runWorld(hub: Hub, say: (progress: string) => void): Promise<void> {
  const { cloud, states } = hub.embedded;
  const startMs = Date.parse(hub.world.start);
  const endMs = startMs + hub.world.duration;
  await start(hub, 'muster-converge');
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
  await start(hub, 'muster-assess');
  await finish(hub);
}

/** Lets time pass until nothing is under way. */
async function finish({ embedded: { cloud, states } }: Hub): Promise<void> {
  await cloud.clock.advanceTo(cloud.clock.nowMs());
  while (states.running() > 0) await cloud.clock.advanceTo(cloud.clock.nextMs() ?? cloud.clock.nowMs());
}

async function start({ ask, place: { account, region }, embedded: { cloud } }: Hub, machine: string): Promise<void> {
  await ask('states', 'StartExecution', {
    stateMachineArn: `arn:${cloud.partition}:states:${region}:${account}:stateMachine:${machine}`,
    name: `${cloud.clock.now().toISOString().replaceAll(/[:.]/g, '-')}-operator`,
    input: '{}',
  });
}
