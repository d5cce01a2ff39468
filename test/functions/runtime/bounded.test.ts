import { describe, expect, it } from 'vitest';
import { mapBounded } from '../../../functions/runtime/bounded.ts';

describe('work side by side', () => {
  it('answers in the order of the items, whichever is done first', async () => {
    const turns = [3, 1, 2];
    const answers = await mapBounded(turns, 3, async (count) => {
      for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
      return count * 10;
    });
    expect(answers).toEqual([30, 10, 20]);
  });

  it('never has more than the limit in flight', async () => {
    let running = 0;
    let most = 0;
    await mapBounded([1, 2, 3, 4, 5, 6, 7], 3, async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    });
    expect(most).toBe(3);
  });

  it('does nothing for no items', async () => {
    expect(await mapBounded([], 5, () => Promise.reject(new Error('never called')))).toEqual([]);
  });
});
