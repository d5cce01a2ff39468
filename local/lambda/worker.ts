/** Runs inside a worker thread: one execution environment of a function, whose time and chance are the embedded cloud's. */
import crypto from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import zlib from 'node:zlib';
import { Chance } from './chance.ts';
import { VirtualTime } from './virtual-time.ts';

/** To the worker: work, or time that has passed. */
export type Order =
  | {
      readonly kind: 'invoke';
      readonly nowMs: number;
      readonly deadlineMs: number;
      readonly seed: string;
      readonly environment: Readonly<Record<string, string>>;
      readonly payload: string;
      readonly context: { readonly awsRequestId: string; readonly [member: string]: string };
    }
  | { readonly kind: 'wake'; readonly nowMs: number };

/** From the worker. `blocked`: nothing can happen before that time (infinite: ever). */
export type Report =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'blocked'; readonly untilMs: number }
  | { readonly kind: 'done'; readonly isError: boolean; readonly payload: string };

/** Turns of the event loop without anything in flight after which nothing can happen by itself: promises settle within the turn they are resolved in. Far more of them before it is given up as waiting for nothing. */
const QUIET_TURNS = 8;

/** What stays with the event loop between requests; anything else is file system or name service at work. */
const IDLE_RESOURCES = new Set(['MessagePort', 'TCPSocketWrap', 'TLSWrap', 'Immediate', 'Timeout']);

const { setImmediate } = timers;
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

function settled(): void {
  inFlight--;
  watch();
}

const time = new VirtualTime(setImmediate, watch);
const chance = new Chance(() => time.nowMs());

function ownTime(): void {
  const { setTimeout, setInterval, clear } = time;
  const own = { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear };
  Object.assign(globalThis, own, { Date: time.date() });
  Object.assign(timers, own);
  const sleep = (delayMs: number, value: unknown) =>
    new Promise((resolve) => time.setTimeout(() => resolve(value), delayMs));
  Object.assign(timersPromises, { setTimeout: sleep });
  Object.defineProperty(setTimeout, Symbol.for('nodejs.util.promisify.custom'), { value: sleep });
  performance.now = () => time.nowMs();
}

function ownChance(): void {
  Math.random = () => chance.fraction();
  const randomUUID = () => chance.uuid();
  const getRandomValues = (array: Uint8Array) => {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(chance.bytes(array.byteLength));
    return array;
  };
  const randomBytes = (size: number, callback?: (error: null, bytes: Buffer) => void) => {
    const bytes = chance.bytes(size);
    if (callback) setImmediate(callback, null, bytes);
    return bytes;
  };
  Object.assign(crypto, { randomUUID, randomBytes });
  // `crypto.getRandomValues` is a getter that leads here.
  Object.assign(globalThis.crypto, { randomUUID, getRandomValues });
}

/** Counts what the event loop does not list among its resources: requests on kept-alive sockets, and compression. */
function countInFlight(): void {
  for (const module of [http, https]) {
    const { request } = module;
    const counted = (...args: Parameters<typeof request>) => {
      inFlight++;
      return Reflect.apply(request, module, args).once('close', settled);
    };
    Object.assign(module, { request: counted, get: (...args: Parameters<typeof request>) => counted(...args).end() });
  }
  for (const [name, work] of Object.entries({ gzip: zlib.gzip, gunzip: zlib.gunzip })) {
    const counted = (...args: unknown[]) => {
      const callback = args.at(-1) as (...results: unknown[]) => void;
      inFlight++;
      Reflect.apply(work, zlib, [
        ...args.slice(0, -1),
        (...results: unknown[]) => {
          settled();
          callback(...results);
        },
      ]);
    };
    Object.assign(zlib, { [name]: counted });
  }
}

/** Whole lines travel with the other reports, so that all of an invocation's have arrived when it is done. */
function reportLines(stream: NodeJS.WriteStream): () => void {
  let rest = '';
  stream.write = (chunk: string | Uint8Array, encodingOrCallback?: unknown, callback?: unknown) => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) report({ kind: 'line', line });
    const done = typeof encodingOrCallback === 'function' ? encodingOrCallback : callback;
    if (typeof done === 'function') setImmediate(() => done());
    return true;
  };
  return () => {
    if (rest) report({ kind: 'line', line: rest });
    rest = '';
  };
}

async function invoke(order: Order & { readonly kind: 'invoke' }): Promise<Report> {
  Object.assign(process.env, order.environment);
  try {
    chance.seed(`${order.seed} load`);
    const run = load();
    chance.seed(order.seed);
    const getRemainingTimeInMillis = () => Math.max(0, order.deadlineMs - time.nowMs());
    const context = { ...order.context, callbackWaitsForEmptyEventLoop: true, getRemainingTimeInMillis };
    const answer: unknown = await run(JSON.parse(order.payload), context);
    return { kind: 'done', isError: false, payload: JSON.stringify(answer ?? null) };
  } catch (thrown) {
    return { kind: 'done', isError: true, payload: JSON.stringify(errorOf(thrown)) };
  }
}

type Handler = (event: unknown, context: object) => unknown;

/** Errors as the Node.js runtime names them ("Troubleshoot execution issues in Lambda", Lambda developer guide). */
function load(): Handler {
  const [file = '', name = ''] = handler.split('.');
  const path = `${code}/${file}.cjs`;
  const run: unknown = createRequire(path)(path)[name];
  if (typeof run === 'function') return run as Handler;
  const error = new Error(`${handler} is undefined or not exported`);
  throw Object.assign(error, { name: 'Runtime.HandlerNotFound' });
}

function errorOf(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  const trace = String(thrown.stack).replaceAll(code, '/var/task').split('\n');
  return { errorType: thrown.name, errorMessage: thrown.message, trace };
}

ownTime();
ownChance();
countInFlight();
syncBuiltinESMExports();
const flushes = [reportLines(process.stdout), reportLines(process.stderr)];

parentPort?.on('message', async (order: Order) => {
  if (order.kind === 'invoke') {
    isInvoked = true;
    time.moveTo(order.nowMs);
    const done = invoke(order);
    watch();
    const outcome = await done;
    isInvoked = false;
    time.forget();
    for (const flush of flushes) flush();
    report(outcome);
  } else if (isInvoked) {
    time.moveTo(order.nowMs);
    watch();
  }
});
