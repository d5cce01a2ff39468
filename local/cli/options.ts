import { parseArgs } from 'node:util';
import { MOST_REGIONS, type WorldSize } from '../world/generate.ts';
import { UsageError } from './usage-error.ts';

export const HELP = `Usage: npm start -- [options]

Musters a simulated AWS Organization on this machine: the real templates, state machines and functions against an
embedded cloud on 127.0.0.1. Progress goes to stderr, results to stdout.

  (none)           run the default world to its end; print the targets, five named queries and the coverage
  --world FILE     run another world (JSON); not together with --accounts, --regions, --nodes
  --accounts N     a generated world of N accounts (default 10) ...
  --regions N      ... in N Regions (1 to ${MOST_REGIONS}, default 4) ...
  --nodes N        ... with N managed nodes in all (default 100)
  --report FILE    also write the report as JSON
  --query SQL      run Athena SQL at the end and print its rows; may be given several times
  --plan           only plan: print what would be done, why and at what risk, and change nothing
  --serve          keep the cloud up afterwards and print the AWS_* variables that point any AWS client at it
  --port P         where --serve listens (default 4566)
  --bare           with --serve: an empty cloud; any access key is the administrator of account 123456789012
  --quiet          no progress
  --help           this text

Exit codes: 0 the run did its job (unhealthy targets of a world are results), 1 it did not, 2 the input is wrong.
`;

export type Options = ReturnType<typeof parseOptions>;

/** @throws UsageError naming the option that is wrong. */
export function parseOptions(args: readonly string[]) {
  const values = read(args);
  const { world, report, query: queries = [], plan = false, quiet = false, help = false, bare = false } = values;
  const size = sizeOf(values);
  refuseContradictions(values, size);
  const serve = values.serve ? { port: wholeNumber('--port', values.port ?? '4566', [0, 65_535]), bare } : undefined;
  return { world, size, report, queries, plan, serve, quiet, help };
}

function refuseContradictions(values: Values, size: WorldSize | undefined): void {
  if (values.world !== undefined && size)
    throw new UsageError('--world does not go together with --accounts, --regions or --nodes');
  if (values.plan && values.query) throw new UsageError('--query asks what was delivered: with --plan nothing is');
  if (values.bare && !values.serve) throw new UsageError('--bare goes with --serve');
  if (values.bare && (values.world !== undefined || size || values.query || values.report || values.plan))
    throw new UsageError('--bare is an empty cloud: it takes no world, plan, query or report');
  if (values.port !== undefined && !values.serve) throw new UsageError('--port goes with --serve');
}

type Values = ReturnType<typeof read>;

function read(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const size = { accounts: text, regions: text, nodes: text };
  const flags = { plan: flag, serve: flag, bare: flag, quiet: flag, help: flag };
  const query = { type: 'string', multiple: true } as const;
  try {
    const options = { ...size, ...flags, query, world: text, report: text, port: text };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function sizeOf({ accounts, regions, nodes }: Values): WorldSize | undefined {
  if (accounts === undefined && regions === undefined && nodes === undefined) return undefined;
  return {
    accounts: wholeNumber('--accounts', accounts ?? '10', [2, 10_000]),
    regions: wholeNumber('--regions', regions ?? '4', [1, MOST_REGIONS]),
    nodes: wholeNumber('--nodes', nodes ?? '100', [0, 1_000_000]),
  };
}

function wholeNumber(option: string, text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not '${text}'`);
  return value;
}
