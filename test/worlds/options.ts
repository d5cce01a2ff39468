import { parseArgs } from 'node:util';
import type { PlannedWorld } from './plan-worlds.ts';

export const HELP = `Usage: npm run worlds -- [options]

Runs every kind of fault alone, and mixtures of them, over 12 accounts in 6 Regions, and holds each target's status and
reasons against a second opinion that reads the world file only. Progress goes to stderr.

  --only KIND|INDEX   only the worlds of one kind of fault, of 'mixture', or one by its number; may be given several times
  --seed N            other worlds (default 1)
  --json              print the matrix as JSON
  --keep DIR          write the files of worlds with a wrong target there, for: npm start -- --world FILE
  --help              this text

Exit codes: 0 every target is as expected, 1 one is not, 2 the options are wrong.
`;

export class WrongOptions extends Error {
  override readonly name = 'WrongOptions';
}

/** @throws WrongOptions */
export function parseOptions(args: readonly string[]) {
  const { only = [], seed = '1', json = false, help = false, keep } = read(args);
  if (!/^\d{1,6}$/.test(seed)) throw new WrongOptions(`--seed takes a whole number of up to six digits, not '${seed}'`);
  return { only, seed: Number(seed), json, help, keep };
}

function read(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const text = { type: 'string' } as const;
  const only = { type: 'string', multiple: true } as const;
  try {
    return parseArgs({ args: [...args], options: { only, seed: text, keep: text, json: flag, help: flag } }).values;
  } catch (error) {
    throw new WrongOptions(error instanceof Error ? error.message : String(error));
  }
}

/** @throws WrongOptions for a kind or number that there is not. */
export function chooseWorlds(worlds: readonly PlannedWorld[], only: readonly string[]): readonly PlannedWorld[] {
  const isMeant = ({ kind, index }: PlannedWorld, wanted: string) => kind === wanted || String(index) === wanted;
  const strange = only.find((wanted) => !worlds.some((world) => isMeant(world, wanted)));
  if (strange !== undefined) throw new WrongOptions(`there is no world of '${strange}'`);
  return only.length === 0 ? worlds : worlds.filter((world) => only.some((wanted) => isMeant(world, wanted)));
}
