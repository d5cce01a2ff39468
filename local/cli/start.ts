import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { generateWorld } from '../world/generate.ts';
import { describeIssues, World } from '../world/schema.ts';
import { buildAssembly } from './build.ts';
import { collectReport } from './collect-report.ts';
import { configOf, type Hub, openHub } from './hub.ts';
import { HELP, type Options } from './options.ts';
import { renderReport } from './print.ts';
import { runSteps } from './progress.ts';
import { runWorld } from './run.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_WORLD = new URL('../world/default.json', import.meta.url);
const GENERATED_SEED = 7;

/** Runs a world and prints what came of it. Resolves to the exit code. @throws UsageError */
export async function start(options: Options): Promise<number> {
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const startedMs = performance.now();
  const { name, world } = readWorld(options);
  const directory = mkdtempSync(join(tmpdir(), 'muster-'));
  let opened: Hub | undefined;
  try {
    const hub = await muster({ world, directory, options });
    opened = hub;
    const wallSeconds = (performance.now() - startedMs) / 1000;
    const report = await collectReport(hub, { worldName: name, wallSeconds, queries: [] });
    if (options.report !== undefined) writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
    process.stdout.write(`${renderReport(report, process.stdout.isTTY)}\n`);
    return verdictOnRun(hub, report.executions);
  } finally {
    await opened?.wire.close();
    await opened?.embedded.lambda.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Job {
  readonly world: World;
  readonly directory: string;
  readonly options: Options;
}

async function muster({ world, directory, options }: Job): Promise<Hub> {
  let hub: Hub | undefined;
  const opened = () => {
    if (!hub) throw new Error('the hub is not open');
    return hub;
  };
  await runSteps(
    [
      { title: 'Bundle functions, synthesize stacks', run: () => buildAssembly(configOf(world), directory) },
      {
        title: 'Deploy into the embedded cloud',
        run: async () => {
          hub = await openHub({ world, assembly: directory, port: options.serve?.port ?? 0 });
        },
      },
      { title: 'Muster the fleet', run: (say) => runWorld(opened(), say) },
    ],
    options.quiet,
  );
  return opened();
}

/** A run that left executions failed, or that the embedded cloud could not serve, did not do its job. */
function verdictOnRun(
  { tally }: Hub,
  executions: readonly { status: string; stateMachine: string; name: string }[],
): number {
  const failed = executions.filter(({ status }) => status !== 'SUCCEEDED');
  for (const { stateMachine, name, status } of failed) process.stderr.write(`${stateMachine} ${name}: ${status}\n`);
  const troubles = tally.troubles();
  for (const trouble of troubles) process.stderr.write(`${trouble}\n`);
  return failed.length + troubles.length === 0 ? 0 : 1;
}

function readWorld({ world: file, size }: Options): { name: string; world: World } {
  if (size)
    return { name: `${size.accounts}x${size.regions}x${size.nodes}`, world: generateWorld(size, GENERATED_SEED) };
  const name = file === undefined ? 'default' : basename(file, '.json');
  const parsed = World.safeParse(readJson(file));
  if (!parsed.success)
    throw new UsageError(
      describeIssues(parsed.error)
        .map((issue) => `${file ?? 'default world'}: ${issue}`)
        .join('\n'),
    );
  return { name, world: parsed.data };
}

function readJson(file: string | undefined): unknown {
  try {
    return JSON.parse(readFileSync(file ?? DEFAULT_WORLD, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}
