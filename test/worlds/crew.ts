/** Runs worlds side by side, each in a process of its own that is used again. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Assemblies } from './assemblies.ts';
import type { PlannedWorld } from './plan-worlds.ts';
import type { Order, Outcome } from './run-one.ts';

/** One for each core of a small machine; a world's functions have threads of their own. */
const AT_ONCE = 2;

/** `tell` hears of each world as it ends, in whatever order. */
export async function runWorlds(
  worlds: readonly PlannedWorld[],
  tell: (world: PlannedWorld, outcome: Outcome) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-worlds-'));
  const assemblies = new Assemblies(folder);
  const left = [...worlds];
  const work = async () => {
    const child = startProcess();
    try {
      for (let world = left.shift(); world; world = left.shift())
        tell(world, await ask(child, { file: world.file, assembly: await assemblies.of(world.file) }));
    } finally {
      child.kill();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, worlds.length) }, work));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startProcess(): ChildProcess {
  return fork(fileURLToPath(new URL('./run-one.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
}

/** Rejects when the process ends instead of answering. */
async function ask(child: ChildProcess, order: Order): Promise<Outcome> {
  const waiting = new AbortController();
  const { signal } = waiting;
  child.send(order);
  try {
    const [outcome] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`the process of the worlds ended with ${code}`);
      }),
    ]);
    return outcome;
  } finally {
    waiting.abort();
  }
}
