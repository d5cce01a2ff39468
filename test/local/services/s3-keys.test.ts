import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedKeys } from '../../../local/services/s3-keys.ts';

function contentsOf(keys: SortedKeys): string[] {
  const found: string[] = [];
  for (let key = keys.firstFrom(''); key !== undefined; key = keys.firstFrom(`${key}\u0000`)) found.push(key);
  return found;
}

describe('SortedKeys', () => {
  it('holds what a sorted set holds, whatever is added and removed', () => {
    const step = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const keys = new SortedKeys();
        const set = new Set<string>();
        for (const [add, number] of steps) {
          if (add) {
            keys.add(`${number}`);
            set.add(`${number}`);
          } else {
            keys.remove(`${number}`);
            set.delete(`${number}`);
          }
        }
        expect(contentsOf(keys)).toEqual([...set].sort());
      }),
    );
  });

  it('stays in order when it is filled and emptied far beyond one chunk', () => {
    const keys = new SortedKeys();
    const all = Array.from({ length: 3000 }, (_, index) => `${(index * 7) % 3000}`.padStart(4, '0'));
    for (const key of all) keys.add(key);
    expect(contentsOf(keys)).toEqual([...all].sort());
    for (const key of all) if (key !== '1234') keys.remove(key);
    expect(contentsOf(keys)).toEqual(['1234']);
    expect(keys.firstFrom('2')).toBeUndefined();
  });
});
