/** Runs inside a worker thread: one execution environment of a function, whose time and chance are the embedded cloud's. */
import crypto from 'node:crypto';
import http from 'node:http';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { Chance } from './chance.ts';
import { VirtualTime } from './virtual-time.ts';

export interface Invocation {
  readonly kind: 'invoke';
  readonly nowMs: number;
  readonly deadlineMs: number;
  readonly seed: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly payload: string;
  readonly context: { readonly awsRequestId: string; readonly [member: string]: string };
}

/** Time that has passed. */
export interface Wake {
  readonly kind: 'wake';
  readonly nowMs: number;
}

/** From the worker. `blocked`: nothing can happen before that time (infinite: ever). */
export type Report =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'blocked'; readonly untilMs: number }
  | { readonly kind: 'done'; readonly isError: boolean; readonly payload: string };

/** Turns of the event loop without anything in flight after which nothing can happen by itself: promises settle within the turn they are resolved in. Far more of them before it is given up as waiting for nothing. */
const QUIET_TURNS = 8;

/** What stays with the event loop between requests; anything else is file system or name service at work. */
const IDLE_RESOURCES = new Set(['MessagePort', 'TCPSocketWrap', 'TLSWrap', 'Immediate', 'Timeout']);

const { code, handler } = workerData as { code: string; handler: string };
let isInvoked = false;
let isWatched = false;
let inFlight = 0;

function report(message: Report): void {
  parentPort?.postMessage(message);
}

/** Looks for the moment when only virtual time can bring the invocation on. */
function watch(turns = 0): void {
  if (turns === 0 && isWatched) return;
  isWatched = isInvoked && inFlight === 0;
  if (!isWatched) return;
  const isReading = process.getActiveResourcesInfo().some((resource) => !IDLE_RESOURCES.has(resource));
  const isDue = time.nextMs() <= time.nowMs();
  const quiet = time.nextMs() < Number.POSITIVE_INFINITY ? QUIET_TURNS : 100 * QUIET_TURNS;
  if (turns < quiet) setImmediate(() => watch(isReading || isDue ? 1 : turns + 1));
  else {
    isWatched = false;
    report({ kind: 'blocked', untilMs: time.nextMs() });
  }
}

const time = new VirtualTime(setImmediate, watch);
const chance = new Chance(() => time.nowMs());

/** Nothing repeats by itself in a function; what tries to, fails. */
function ownTime(): void {
  const { setTimeout, clear: clearTimeout } = time;
  Object.assign(globalThis, { setTimeout, clearTimeout, setInterval: undefined, Date: time.date() });
}

function ownChance(): void {
  Math.random = () => chance.fraction();
  const randomUUID = () => chance.uuid();
  const getRandomValues = (array: Uint8Array) => {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(chance.bytes(array.byteLength));
    return array;
  };
  Object.assign(crypto, { randomUUID, randomBytes: (size: number) => chance.bytes(size) });
  // `crypto.getRandomValues` is a getter that leads here.
  Object.assign(globalThis.crypto, { randomUUID, getRandomValues });
}

/** Counts what the event loop does not list among its resources: requests on kept-alive sockets. */
function countInFlight(): void {
  const { request } = http;
  const counted = (...args: Parameters<typeof request>) => {
    inFlight++;
    return Reflect.apply(request, http, args).once('close', () => {
      inFlight--;
      watch();
    });
  };
  Object.assign(http, { request: counted });
}

/** Lines travel with the other reports, so that all of an invocation's have arrived when it is done. */
function reportLines(stream: NodeJS.WriteStream): void {
  stream.write = (chunk: string | Uint8Array) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    for (const line of text.split('\n').filter(Boolean)) report({ kind: 'line', line });
    return true;
  };
}

async function invoke({ environment, seed, deadlineMs, context, payload }: Invocation): Promise<Report> {
  Object.assign(process.env, environment);
  try {
    chance.seed(`${seed} load`);
    const [file, name = ''] = handler.split('.');
    const path = `${code}/${file}.cjs`;
    const run = createRequire(path)(path)[name];
    chance.seed(seed);
    const getRemainingTimeInMillis = () => Math.max(0, deadlineMs - time.nowMs());
    const answer: unknown = await run(JSON.parse(payload), { ...context, getRemainingTimeInMillis });
    return { kind: 'done', isError: false, payload: JSON.stringify(answer ?? null) };
  } catch (thrown) {
    return { kind: 'done', isError: true, payload: JSON.stringify(errorOf(thrown)) };
  }
}

/** As the Node.js runtime words it, without paths of this machine. */
function errorOf(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  const trace = String(thrown.stack).replaceAll(code, '/var/task').split('\n');
  return { errorType: thrown.name, errorMessage: thrown.message, trace };
}

ownTime();
ownChance();
countInFlight();
syncBuiltinESMExports();
for (const stream of [process.stdout, process.stderr]) reportLines(stream);

parentPort?.on('message', async (order: Invocation | Wake) => {
  if (order.kind === 'wake' && !isInvoked) return;
  time.moveTo(order.nowMs);
  if (order.kind === 'wake') return watch();
  isInvoked = true;
  const done = invoke(order);
  watch();
  const outcome = await done;
  isInvoked = false;
  time.forget();
  report(outcome);
});
