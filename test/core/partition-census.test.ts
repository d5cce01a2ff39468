import { describe, expect, it } from 'vitest';
import { censusOf, emptyCensus, newPartitions, withPartitions } from '../../core/partition-census.ts';

const pair = (type: string, accountId: string) => ({ type, accountId, region: 'us-east-1' });
const one = censusOf([pair('AWS:Tag', '2'), pair('AWS:Tag', '1'), pair('AWS:Network', '1')]);

describe('the partition census', () => {
  it('lists sorted pairs by type', () => {
    expect(one.partitions).toEqual({ 'AWS:Tag': ['1/us-east-1', '2/us-east-1'], 'AWS:Network': ['1/us-east-1'] });
  });

  it('finds everything new when nothing is registered, and nothing when all is', () => {
    expect(newPartitions(one, emptyCensus)).toEqual(new Map(Object.entries(one.partitions)));
    expect(newPartitions(one, one)).toEqual(new Map());
  });

  it('grows by what was added and never shrinks', () => {
    const grown = withPartitions(
      one,
      new Map([
        ['AWS:Tag', ['0/us-east-1', '1/us-east-1']],
        ['AWS:File', ['9/us-east-1']],
      ]),
    );
    expect(grown.partitions).toEqual({
      'AWS:Tag': ['0/us-east-1', '1/us-east-1', '2/us-east-1'],
      'AWS:Network': ['1/us-east-1'],
      'AWS:File': ['9/us-east-1'],
    });
  });
});
