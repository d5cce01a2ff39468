import { describe, expect, it } from 'vitest';
import { Clock } from '../../../local/cloud/clock.ts';

const START = new Date('2026-11-02T06:00:00Z');
const startMs = START.getTime();

describe('Clock', () => {
  it('fires timers in the order of their times, whatever order they were set in', async () => {
    const clock = new Clock(START);
    const fired: string[] = [];
    clock.at(startMs + 2000, 'b', () => fired.push(`b at ${clock.nowMs() - startMs}`));
    clock.at(startMs + 1000, 'a', () => fired.push(`a at ${clock.nowMs() - startMs}`));
    await clock.advanceTo(startMs + 5000);
    expect(fired).toEqual(['a at 1000', 'b at 2000']);
    expect(clock.now()).toEqual(new Date('2026-11-02T06:00:05Z'));
  });

  it('breaks ties by label and then by order of setting', async () => {
    const clock = new Clock(START);
    const fired: string[] = [];
    for (const [label, name] of [
      ['z', 'first z'],
      ['a', 'a'],
      ['z', 'second z'],
    ] as const)
      clock.at(startMs + 1, label, () => fired.push(name));
    await clock.advanceTo(startMs + 1);
    expect(fired).toEqual(['a', 'first z', 'second z']);
  });

  it('leaves timers beyond the limit alone, and cancelled ones for ever', async () => {
    const clock = new Clock(START);
    const fired: string[] = [];
    const cancel = clock.at(startMs + 1, 'cancelled', () => fired.push('cancelled'));
    clock.at(startMs + 10, 'late', () => fired.push('late'));
    cancel();
    cancel();
    await clock.advanceTo(startMs + 9);
    expect(fired).toEqual([]);
    expect(clock.nextMs()).toBe(startMs + 10);
    await clock.advanceTo(startMs + 10);
    expect(fired).toEqual(['late']);
    expect(clock.nextMs()).toBeUndefined();
  });

  it('stands still while work holds it, also across real waiting', async () => {
    const clock = new Clock(START);
    const seen: number[] = [];
    clock.at(startMs + 1000, 'timer', () => seen.push(clock.nowMs()));
    const work = clock.run(async () => {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      seen.push(clock.nowMs());
    });
    await clock.advanceTo(startMs + 1000);
    await work;
    expect(seen).toEqual([startMs, startMs + 1000]);
  });

  it('lets time pass while everything in flight sleeps', async () => {
    const clock = new Clock(START);
    const nap = (ms: number) => async () => {
      await clock.sleep(ms);
      return clock.nowMs() - startMs;
    };
    const work = clock.run(() => clock.all([nap(3000), nap(1000), nap(2000)]));
    await clock.advanceTo(startMs + 10_000);
    expect(await work).toEqual([3000, 1000, 2000]);
  });

  it('runs no more tasks at once than it is told', async () => {
    const clock = new Clock(START);
    const nap = async () => {
      await clock.sleep(1000);
      return clock.nowMs() - startMs;
    };
    const work = clock.run(() => clock.all([nap, nap, nap], 2));
    await clock.advanceTo(startMs + 10_000);
    expect(await work).toEqual([1000, 1000, 2000]);
  });

  it('begins no further task after one failed, and hands the failure on', async () => {
    const clock = new Clock(START);
    const begun: string[] = [];
    const work = clock.run(() =>
      clock.all(
        [
          async () => {
            begun.push('failing');
            throw new Error('no');
          },
          async () => begun.push('never'),
        ],
        1,
      ),
    );
    const outcome = expect(work).rejects.toThrow('no');
    await clock.advanceTo(startMs + 1);
    await outcome;
    expect(begun).toEqual(['failing']);
  });
});
