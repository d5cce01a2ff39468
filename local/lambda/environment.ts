import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Clock } from '../cloud/clock.ts';
import type { Invocation, Report, Wake } from './worker.ts';

export interface EnvironmentSettings {
  /** Folder with the code; `handler` is `<file without .cjs>.<export>`. */
  readonly code: string;
  readonly handler: string;
  readonly memoryMb: number;
}

interface Outcome {
  readonly isError: boolean;
  readonly payload: string;
  /** What it wrote to stdout and stderr. */
  readonly lines: readonly string[];
}

/** One execution environment: a worker thread that serves one invocation at a time. */
export class Environment {
  readonly owner: EnvironmentSettings;
  readonly #worker: Worker;

  private constructor(owner: EnvironmentSettings, script: string) {
    const { code, handler, memoryMb } = owner;
    const resourceLimits = { maxOldGenerationSizeMb: memoryMb };
    const options = { eval: true, env: {}, workerData: { code, handler }, stdout: true, stderr: true, resourceLimits };
    this.owner = owner;
    this.#worker = new Worker(script, options);
    // An uncaught error ends the thread; the invocation learns of it by the exit.
    this.#worker.on('error', () => undefined);
  }

  static async start(owner: EnvironmentSettings): Promise<Environment> {
    built ??= buildWorker();
    return new Environment(owner, await built);
  }

  /** A thread that has ended has no id. */
  get isOver(): boolean {
    return this.#worker.threadId < 0;
  }

  /** Runs one invocation under the caller's hold of the clock. Texts of failures: "Troubleshoot execution issues in Lambda" (Lambda developer guide). */
  async invoke(clock: Clock, invocation: Invocation): Promise<Outcome> {
    const lines: string[] = [];
    const end = await this.#follow(clock, invocation, lines);
    if (typeof end === 'object') return { ...end, lines };
    await this.close();
    const { context, deadlineMs, nowMs } = invocation;
    const seconds = ((deadlineMs - nowMs) / 1000).toFixed(2);
    const [errorType, text] =
      end === 'exit'
        ? ['Runtime.ExitError', 'Runtime exited without providing a reason']
        : ['Sandbox.Timedout', `Task timed out after ${seconds} seconds`];
    const errorMessage = `RequestId: ${context.awsRequestId} Error: ${text}`;
    return { isError: true, payload: JSON.stringify({ errorType, errorMessage }), lines };
  }

  async #follow(clock: Clock, invocation: Invocation, lines: string[]) {
    const reports = on(this.#worker, 'message', { close: ['exit'] });
    this.#worker.postMessage(invocation);
    try {
      for await (const [report] of reports as AsyncIterable<[Report]>) {
        if (report.kind === 'done') return report;
        if (report.kind === 'line') lines.push(report.line);
        else if (!(await this.#sleep(clock, invocation, report.untilMs))) return 'timeout';
      }
    } catch (error) {
      lines.push(`Uncaught Exception ${inspect(error)}`);
    }
    return 'exit';
  }

  /** Lets time pass until the worker can go on; false when the deadline comes first. */
  async #sleep(clock: Clock, { deadlineMs, context }: Invocation, untilMs: number): Promise<boolean> {
    await clock.sleep(Math.min(untilMs, deadlineMs) - clock.nowMs(), context.awsRequestId);
    if (untilMs < deadlineMs) this.#worker.postMessage({ kind: 'wake', nowMs: clock.nowMs() } satisfies Wake);
    return untilMs < deadlineMs;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

let built: Promise<string> | undefined;

/** Threads know no loader for TypeScript, so what runs in them is compiled, once per process. */
async function buildWorker(): Promise<string> {
  const entry = fileURLToPath(new URL('./worker.ts', import.meta.url));
  const options = { bundle: true, format: 'cjs', platform: 'node', write: false } as const;
  const { outputFiles } = await build({ entryPoints: [entry], ...options });
  return outputFiles.map(({ text }) => text).join('');
}
