import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Clock } from '../cloud/clock.ts';
import type { Order, Report } from './worker.ts';

export interface EnvironmentSettings {
  /** Folder with the code; `handler` is `<file without .cjs>.<export>`. */
  readonly code: string;
  readonly handler: string;
  readonly memoryMb: number;
}

type Invocation = Order & { readonly kind: 'invoke' };

type Done = Omit<Outcome, 'lines'>;

export interface Outcome {
  readonly isError: boolean;
  readonly payload: string;
  /** What it wrote to stdout and stderr. */
  readonly lines: readonly string[];
}

/** Against code that never gives up the thread, which virtual time cannot end. */
const REAL_TIME_GUARD_MS = 300_000;

/** One execution environment: a worker thread that serves one invocation at a time. */
export class Environment {
  readonly #worker: Worker;
  #exitCode: number | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.once('exit', (code) => {
      this.#exitCode = code;
    });
    // An uncaught error ends the thread; the invocation learns of it by the exit.
    worker.on('error', () => undefined);
  }

  static async start({ code, handler, memoryMb }: EnvironmentSettings): Promise<Environment> {
    const worker = new Worker(await bootstrap(), {
      eval: true,
      env: {},
      workerData: { code, handler },
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    return new Environment(worker);
  }

  get isOver(): boolean {
    return this.#exitCode !== undefined;
  }

  /** Runs one invocation under the caller's hold of the clock. */
  async invoke(clock: Clock, order: Invocation): Promise<Outcome> {
    const lines: string[] = [];
    const failed = (errorType: string, text: string): Outcome => {
      const errorMessage = `RequestId: ${order.context.awsRequestId} Error: ${text}`;
      return { isError: true, payload: JSON.stringify({ errorType, errorMessage }), lines };
    };
    const end = await this.#follow(clock, order, lines);
    if (typeof end === 'object') return { ...end, lines };
    await this.close();
    if (end === 'exit') return failed('Runtime.ExitError', exitText(this.#exitCode));
    const seconds = (order.deadlineMs - order.nowMs) / 1000;
    return failed('Sandbox.Timedout', `Task timed out after ${seconds.toFixed(2)} seconds`);
  }

  async #follow(clock: Clock, order: Invocation, lines: string[]): Promise<Done | 'exit' | 'timeout'> {
    const signal = AbortSignal.timeout(REAL_TIME_GUARD_MS);
    const reports = on(this.#worker, 'message', { close: ['exit'], signal });
    this.#worker.postMessage(order);
    try {
      for await (const [report] of reports as AsyncIterable<[Report]>) {
        if (report.kind === 'done') return report;
        if (report.kind === 'line') lines.push(report.line);
        else if (!(await this.#sleep(clock, order, report.untilMs))) return 'timeout';
      }
    } catch (error) {
      if (signal.aborted) return 'timeout';
      lines.push(`Uncaught Exception ${inspect(error)}`);
    }
    return 'exit';
  }

  /** Lets time pass until the worker can go on; false when the deadline comes first. */
  async #sleep(clock: Clock, { deadlineMs, context }: Invocation, untilMs: number): Promise<boolean> {
    await clock.sleep(Math.min(untilMs, deadlineMs) - clock.nowMs(), context.awsRequestId);
    if (untilMs < deadlineMs) this.#worker.postMessage({ kind: 'wake', nowMs: clock.nowMs() } satisfies Order);
    return untilMs < deadlineMs;
  }

  async close(): Promise<void> {
    this.#exitCode ??= await this.#worker.terminate();
  }
}

function exitText(code: number | undefined): string {
  if (!code) return 'Runtime exited without providing a reason';
  return `Runtime exited with error: exit status ${code}`;
}

let built: Promise<string> | undefined;

/** Threads know no loader for TypeScript, so what runs in them is compiled once per process. */
function bootstrap(): Promise<string> {
  built ??= build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
  }).then(({ outputFiles: [file] }) => file?.text ?? '');
  return built;
}
