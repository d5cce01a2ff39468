import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { generateWorld } from '../world/generate.ts';
import { describeIssues, World } from '../world/schema.ts';
import { buildAssembly } from './build.ts';
import { collectReport } from './collect-report.ts';
import { configOf, type Hub, openHub } from './hub.ts';
import { HELP, type Options } from './options.ts';
import { runPlan } from './plan.ts';
import { renderReport } from './print.ts';
import { type Step, steps } from './progress.ts';
import { answerAll } from './questions.ts';
import type { QueryReport, Report } from './report.ts';
import { runWorld } from './run.ts';
import { environmentOf, keepPace, openBare } from './serve.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_WORLD = new URL('../world/default.json', import.meta.url);
const GENERATED_SEED = 7;

/** Does what the command line asks for. Resolves to the exit code. @throws UsageError */
export async function start(options: Options): Promise<number> {
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  return options.serve?.bare ? serveBare(options.serve.port) : runAndReport(options);
}

async function serveBare(port: number): Promise<number> {
  const served = await openBare(port);
  const ended = keepPace(served.embedded.cloud.clock);
  process.stdout.write(`${environmentOf(served)}\n`);
  await ended;
  await served.close();
  return 0;
}

async function runAndReport(options: Options): Promise<number> {
  const startedMs = performance.now();
  const { name, world } = readWorld(options);
  const assembly = mkdtempSync(join(tmpdir(), 'muster-'));
  const step = steps(options.quiet);
  let opened: Hub | undefined;
  try {
    await step('Bundle functions, synthesize stacks', () => buildAssembly(configOf(world), assembly));
    const port = options.serve?.port ?? 0;
    const hub = await step('Deploy into the embedded cloud', () => openHub({ world, assembly, port }));
    opened = hub;
    const planning = options.plan ? await step('Plan', () => runPlan(hub)) : undefined;
    const queries = planning ? [] : await musterAndAsk(hub, step, options.queries);
    const wallSeconds = (performance.now() - startedMs) / 1000;
    const report = await collectReport(hub, { worldName: name, wallSeconds, queries, planning });
    if (options.report !== undefined) writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
    process.stdout.write(`${renderReport(report, process.stdout.isTTY)}\n`);
    // What clients ask of the cloud from now on is their affair and not the run's.
    const code = exitCode(hub, report, options.queries.length);
    if (options.serve) await serve(hub);
    return code;
  } finally {
    await opened?.wire.close();
    await opened?.embedded.lambda.close();
    await opened?.embedded.athena.close();
    rmSync(assembly, { recursive: true, force: true });
  }
}

async function musterAndAsk(hub: Hub, step: Step, given: readonly string[]): Promise<QueryReport[]> {
  await step('Muster the fleet', (say) => runWorld(hub, say));
  return step('Ask Athena', () => answerAll(hub, given));
}

async function serve({ embedded, wire, place }: Hub): Promise<void> {
  const ended = keepPace(embedded.cloud.clock);
  process.stdout.write(`\nThe cloud stays up until Ctrl-C. Any AWS client reaches it with\n\n`);
  process.stdout.write(`${environmentOf({ embedded, url: wire.url, place })}\n`);
  await ended;
}

/** A refused query of the command line is the user's to mend; failed executions, or calls that the embedded cloud could not serve, are ours. */
function exitCode({ tally }: Hub, { executions, queries }: Report, given: number): number {
  const failed = executions.filter(({ status }) => status !== 'SUCCEEDED');
  const failures = failed.map(({ stateMachine, name, status }) => `${stateMachine} ${name}: ${status}`);
  const complaints = [...failures, ...tally.troubles()];
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  if (complaints.length > 0) return 1;
  return queries.slice(queries.length - given).some(({ error }) => error !== null) ? 2 : 0;
}

function readWorld({ world: file, size }: Options): { name: string; world: World } {
  if (size) return { name: Object.values(size).join('x'), world: generateWorld(size, GENERATED_SEED) };
  const name = file === undefined ? 'default' : basename(file, '.json');
  const parsed = World.safeParse(readJson(file));
  if (parsed.success) return { name, world: parsed.data };
  const issues = describeIssues(parsed.error).map((issue) => `${file ?? 'default world'}: ${issue}`);
  throw new UsageError(issues.join('\n'));
}

function readJson(file: string | undefined): unknown {
  try {
    return JSON.parse(readFileSync(file ?? DEFAULT_WORLD, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}
