/** Which inventory types a pair of account and Region has: objects of in the bucket, or partitions of in the catalog. */
import * as z from 'zod';
import type { InventoryPartition } from './delivery.ts';
import { type Target, Target as TargetSchema, targetKey } from './target.ts';

/** Types by `account/region`. Sets are shared between pairs and never altered. */
export type Census = ReadonlyMap<string, ReadonlySet<string>>;

/** Pairs by type, sorted; a type without any is left out. */
export type PairsByType = ReadonlyMap<string, readonly string[]>;

/**
 * As a file. However large a fleet is it has few different sets of types, so that a pair is no more than the number of its set: an account's
 * text has one for each of `regions`, commas between them, and nothing for a Region without any. 10,000 accounts in 34 Regions are 1 MB.
 */
export const CensusFile = z.strictObject({
  schemaVersion: z.literal(2),
  regions: z.array(z.string()),
  typeSets: z.array(z.array(z.string())),
  accounts: z.record(z.string(), z.string()),
});
export type CensusFile = z.infer<typeof CensusFile>;

export const emptyCensus: Census = new Map();

export function censusOf(partitions: Iterable<InventoryPartition>): Census {
  const census = new Map<string, Set<string>>();
  for (const partition of partitions) {
    const pair = targetKey(partition);
    const types = census.get(pair) ?? new Set();
    census.set(pair, types.add(partition.type));
  }
  return census;
}

/** The same text for the same census, in whichever order it was put together. */
export function formatCensus(census: Census): CensusFile {
  const pairs = [...census].filter(([, types]) => types.size > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const regions = [...new Set(pairs.map(([pair]) => split(pair)[1]))].sort();
  const numbers = new Map<string, number>();
  const cells = new Map<string, string[]>();
  for (const [pair, types] of pairs) {
    const [accountId, region] = split(pair);
    const typeSet = JSON.stringify([...types].sort());
    const number = numbers.get(typeSet) ?? numbers.size;
    numbers.set(typeSet, number);
    const row = cells.get(accountId) ?? regions.map(() => '');
    row[regions.indexOf(region)] = `${number}`;
    cells.set(accountId, row);
  }
  return {
    schemaVersion: 2,
    regions,
    typeSets: [...numbers.keys()].map((typeSet) => JSON.parse(typeSet)),
    accounts: Object.fromEntries([...cells].map(([accountId, row]) => [accountId, row.join(',')])),
  };
}

export function parseCensus({ regions, typeSets, accounts }: CensusFile): Census {
  const shared = new Map(typeSets.map((types, number) => [`${number}`, new Set(types)]));
  const census = new Map<string, ReadonlySet<string>>();
  for (const [accountId, row] of Object.entries(accounts))
    for (const [index, number] of row.split(',').entries()) {
      const [types, region] = [shared.get(number), regions[index]];
      if (types !== undefined && region !== undefined) census.set(targetKey({ accountId, region }), types);
    }
  return census;
}

function split(pair: string): [accountId: string, region: string] {
  const [accountId = '', region = ''] = pair.split('/');
  return [accountId, region];
}

/** The account and Region of a pair; undefined for what is none, since anybody may add a partition of any values. */
export function targetOf(pair: string): Target | undefined {
  const [accountId, region] = split(pair);
  return TargetSchema.safeParse({ accountId, region }).data;
}

/** What stands in `wanted` and not in `known`. */
export function difference(wanted: Census, known: Census): PairsByType {
  const missing = new Map<string, string[]>();
  for (const [pair, types] of wanted) {
    const there = known.get(pair);
    if (there === types) continue;
    for (const type of types) {
      if (there?.has(type)) continue;
      const pairs = missing.get(type) ?? [];
      missing.set(type, pairs);
      pairs.push(pair);
    }
  }
  for (const pairs of missing.values()) pairs.sort();
  return missing;
}

/** What a number of calls has room for, type by type, and how many calls that leaves; each call takes `size` pairs of one type. */
export function firstPairs(
  changes: PairsByType,
  { calls, size }: { calls: number; size: number },
): { pairs: PairsByType; calls: number } {
  let left = calls;
  const pairs = new Map<string, readonly string[]>();
  for (const [type, all] of changes) {
    const some = all.slice(0, left * size);
    left -= Math.ceil(some.length / size);
    if (some.length > 0) pairs.set(type, some);
  }
  return { pairs, calls: left };
}

/** The pairs of one type, sorted. */
export function pairsOf(census: Census, type: string): string[] {
  return [...census].flatMap(([pair, types]) => (types.has(type) ? [pair] : [])).sort();
}

export function withPairs(census: Census, added: PairsByType): Census {
  return alter(census, added, (types, type) => types.add(type));
}

export function withoutPairs(census: Census, gone: PairsByType): Census {
  return alter(census, gone, (types, type) => types.delete(type));
}

function alter(census: Census, changes: PairsByType, change: (types: Set<string>, type: string) => void): Census {
  const touched = new Map<string, string[]>();
  for (const [type, pairs] of changes)
    for (const pair of pairs) {
      const types = touched.get(pair) ?? [];
      touched.set(pair, types);
      types.push(type);
    }
  const share = sharing();
  const altered = new Map<string, ReadonlySet<string>>();
  for (const [pair, types] of touched) {
    const set = new Set(census.get(pair));
    for (const type of types) change(set, type);
    altered.set(pair, share(set));
  }
  return new Map([...census, ...altered]);
}

/** Gives one set for all that hold the same: a set for each of 340,000 pairs would be 200 MB. */
function sharing(): (types: ReadonlySet<string>) => ReadonlySet<string> {
  const sets = new Map<string, ReadonlySet<string>>();
  return (types) => {
    const name = [...types].sort().join('/');
    const known = sets.get(name) ?? types;
    sets.set(name, known);
    return known;
  };
}

/** Only the types that are asked for. */
export function ofTypes(census: Census, isWanted: (type: string) => boolean): Census {
  const narrowed = new Map<ReadonlySet<string>, ReadonlySet<string>>();
  const narrow = (types: ReadonlySet<string>) => {
    const known = narrowed.get(types) ?? new Set([...types].filter(isWanted));
    narrowed.set(types, known);
    return known;
  };
  return new Map([...census].map(([pair, types]) => [pair, narrow(types)]));
}

export function ofAccounts(census: Census, accounts: ReadonlySet<string>): Census {
  return new Map([...census].filter(([pair]) => accounts.has(split(pair)[0])));
}
