import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Census,
  CensusFile,
  censusOf,
  difference,
  emptyCensus,
  firstPairs,
  formatCensus,
  ofAccounts,
  ofTypes,
  pairsOf,
  parseCensus,
  targetOf,
  withoutPairs,
  withPairs,
} from '../../core/partition-census.ts';

const partition = (type: string, accountId: string, region = 'us-east-1') => ({ type, accountId, region });
const [first, second] = ['100000000010', '100000000011'];
const one = censusOf([
  partition('AWS:Tag', second),
  partition('AWS:Tag', first),
  partition('AWS:Network', first),
  partition('AWS:Tag', first, 'eu-west-1'),
]);

const partitions = fc.array(
  fc.record({
    type: fc.constantFrom('AWS:Tag', 'AWS:Network', 'AWS:File', 'Custom:Rack, "B"'),
    accountId: fc.constantFrom(first, second, '000000000012'),
    region: fc.constantFrom('us-east-1', 'eu-west-1', 'ap-south-1'),
  }),
);

describe('the partition census', () => {
  it('names each set of types once, and each pair by the number of its set', () => {
    expect(formatCensus(one)).toEqual({
      schemaVersion: 2,
      regions: ['eu-west-1', 'us-east-1'],
      typeSets: [['AWS:Tag'], ['AWS:Network', 'AWS:Tag']],
      accounts: { [first]: '0,1', [second]: ',0' },
    });
  });

  it('comes back from its file as it was, and is the same text in whichever order it was put together', () => {
    fc.assert(
      fc.property(partitions, (some) => {
        const file = formatCensus(censusOf(some));
        expect(parseCensus(CensusFile.parse(JSON.parse(JSON.stringify(file))))).toEqual(censusOf(some));
        expect(JSON.stringify(formatCensus(censusOf(some.toReversed())))).toBe(JSON.stringify(file));
      }),
    );
  });

  it('of 34,000 pairs with up to 12 types is 110 KB, so that the largest fleet’s is a tenth of 8 MB', () => {
    const types = new Set(Array.from({ length: 12 }, (_, index) => `AWS:Type${index}`));
    const some = new Set([...types].slice(0, 9));
    const fleet = new Map<string, Set<string>>();
    for (let account = 0; account < 1_000; account += 1)
      for (let region = 0; region < 34; region += 1)
        fleet.set(`${100_000_000_000 + account}/us-east-${region}`, (account + region) % 7 === 0 ? some : types);
    expect(JSON.stringify(formatCensus(fleet)).length).toBeLessThan(110_000);
  });

  it('differs from another by what it has and the other lacks, by type', () => {
    expect(difference(one, emptyCensus)).toEqual(
      new Map([
        ['AWS:Tag', [`${first}/eu-west-1`, `${first}/us-east-1`, `${second}/us-east-1`]],
        ['AWS:Network', [`${first}/us-east-1`]],
      ]),
    );
    expect(difference(one, one)).toEqual(new Map());
    expect(difference(emptyCensus, one)).toEqual(new Map());
  });

  it('has what was added and lacks what was taken out, and never alters what it came from', () => {
    fc.assert(
      fc.property(partitions, partitions, (some, others) => {
        const [a, b] = [censusOf(some), censusOf(others)];
        const before = formatCensus(a);
        const all = withPairs(a, difference(b, a));
        expect(formatCensus(all)).toEqual(formatCensus(censusOf([...some, ...others])));
        const rest: Census = withoutPairs(all, difference(b, emptyCensus));
        expect(formatCensus(rest)).toEqual(formatCensus(withoutPairs(a, difference(b, emptyCensus))));
        expect(difference(b, rest)).toEqual(difference(b, emptyCensus));
        expect(formatCensus(a)).toEqual(before);
      }),
    );
  });

  it.each([
    [5, ['a', 'b', 'c'], ['d'], 2],
    [3, ['a', 'b', 'c'], ['d'], 0],
    [2, ['a', 'b', 'c'], undefined, 0],
    [1, ['a', 'b'], undefined, 0],
    [0, undefined, undefined, 0],
  ])('has room in %i calls of two for the first of the first types', (calls, tags, files, left) => {
    const changes = new Map([
      ['AWS:Tag', ['a', 'b', 'c']],
      ['AWS:File', ['d']],
    ]);
    const first = firstPairs(changes, { calls, size: 2 });
    expect([first.pairs.get('AWS:Tag'), first.pairs.get('AWS:File'), first.calls]).toEqual([tags, files, left]);
  });

  it('can be narrowed to types and to accounts', () => {
    expect(
      difference(
        ofTypes(one, (type) => type === 'AWS:Network'),
        emptyCensus,
      ),
    ).toEqual(new Map([['AWS:Network', [`${first}/us-east-1`]]]));
    expect([...ofAccounts(one, new Set([second])).keys()]).toEqual([`${second}/us-east-1`]);
    expect(pairsOf(one, 'AWS:Network')).toEqual([`${first}/us-east-1`]);
  });

  it('takes nothing for a pair that is none', () => {
    expect(targetOf(`${first}/us-east-1`)).toEqual({ accountId: first, region: 'us-east-1' });
    expect([targetOf('nobody/us-east-1'), targetOf(first), targetOf('')]).toEqual([undefined, undefined, undefined]);
    expect(
      parseCensus({ schemaVersion: 2, regions: ['us-east-1'], typeSets: [['AWS:Tag']], accounts: { a: '7,0' } }),
    ).toEqual(emptyCensus);
  });
});
