/** `npm run worlds`: the proof that no target is falsely green or red. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comparison, compareTargets, isRight } from '../test/worlds/compare.ts';
import { runWorlds } from '../test/worlds/crew.ts';
import { renderSummary, renderWrong, summarize } from '../test/worlds/matrix.ts';
import { chooseWorlds, HELP, parseOptions, WrongOptions } from '../test/worlds/options.ts';
import { type PlannedWorld, planWorlds } from '../test/worlds/plan-worlds.ts';
import type { Outcome } from '../test/worlds/run-one.ts';

async function prove(options: ReturnType<typeof parseOptions>): Promise<number> {
  const worlds = chooseWorlds(planWorlds(options.seed), options.only);
  const comparisons: Comparison[] = [];
  let done = 0;
  const startedMs = performance.now();
  await runWorlds(worlds, (world, outcome) => {
    const compared = compareTargets(world, outcome);
    const wrong = compared.filter((one) => !isRight(one));
    comparisons.push(...compared);
    done += 1;
    process.stderr.write(`${done}/${worlds.length} ${world.index} ${world.name}: ${describe(outcome, wrong.length)}\n`);
    for (const one of wrong) process.stderr.write(`  ${renderWrong(one)}\n`);
    if (wrong.length > 0 && options.keep !== undefined) keep(options.keep, world);
  });
  const summary = summarize(comparisons);
  const size = { worlds: worlds.length, seconds: Math.round((performance.now() - startedMs) / 1000) };
  if (options.json) process.stdout.write(`${JSON.stringify({ ...size, ...summary }, null, 2)}\n`);
  else process.stdout.write(`${renderSummary(summary)} (${size.worlds} worlds, ${size.seconds} s)\n`);
  return summary.wrong === 0 ? 0 : 1;
}

function describe(outcome: Outcome, wrong: number): string {
  if ('error' in outcome) return outcome.error;
  return `${wrong === 0 ? 'as expected' : `${wrong} wrong`}, ${outcome.seconds.toFixed(1)} s`;
}

function keep(folder: string, { index, name, file }: PlannedWorld): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${index}-${name}.json`), `${JSON.stringify(file, null, 2)}\n`);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else process.exitCode = await prove(options);
} catch (error) {
  const isUsers = error instanceof WrongOptions;
  process.stderr.write(`${error instanceof Error ? (isUsers ? error.message : error.stack) : error}\n`);
  process.exitCode = isUsers ? 2 : 1;
}
