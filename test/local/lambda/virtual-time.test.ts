import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../../../local/lambda/virtual-time.ts';

const START = Date.parse('2026-11-02T06:00:00Z');
let turns: (() => void)[] = [];

function timeAt(nowMs: number, onStart = () => undefined): VirtualTime {
  turns = [];
  const time = new VirtualTime((callback) => turns.push(callback), onStart);
  time.moveTo(nowMs);
  return time;
}

function spin(): void {
  for (let turn = turns.shift(); turn; turn = turns.shift()) turn();
}

/** The facts are those of Node.js's timers and of Date, which handlers see unchanged but for who moves them. */
describe('timers', () => {
  it('fire when their time has come, in the order of their start, one per turn', () => {
    const time = timeAt(START);
    const fired: unknown[] = [];
    for (const name of ['a', 'b']) time.setTimeout((...given) => fired.push(...given), 10, name);
    time.setTimeout(() => fired.push('sooner'), 5);
    expect(time.nextMs()).toBe(START + 5);
    time.moveTo(START + 9);
    spin();
    expect(fired).toEqual(['sooner']);
    time.moveTo(START + 10);
    expect(fired).toEqual(['sooner', 'a']);
    spin();
    expect(fired).toEqual(['sooner', 'a', 'b']);
    expect(time.nextMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('without a delay fire in the next turn, without time', () => {
    const time = timeAt(START);
    let fired = 0;
    time.setTimeout(() => fired++);
    time.setTimeout(() => fired++, Number.NaN);
    time.setTimeout(() => fired++, 0.4);
    expect(fired).toBe(0);
    spin();
    expect(fired).toBe(3);
  });

  it('are handles that are cleared, and whose references change nothing', () => {
    const time = timeAt(START);
    const timer = time.setTimeout(() => expect.fail('it was cleared'), 10);
    expect(timer.unref().ref()).toBe(timer);
    time.clear(timer);
    time.moveTo(START + 60);
    spin();
  });

  it('are forgotten at the end of an invocation', () => {
    let started = 0;
    const time = timeAt(START, () => void started++);
    time.setTimeout(() => expect.fail('it was forgotten'), 10);
    time.forget();
    time.moveTo(START + 10);
    expect(started).toBe(1);
  });
});

it('dates are of the present that was given, and dates all the same', () => {
  const VirtualDate = timeAt(START).date();
  expect(VirtualDate.now()).toBe(START);
  expect(new VirtualDate().toISOString()).toBe('2026-11-02T06:00:00.000Z');
  expect(new VirtualDate(2020, 0, 1)).toBeInstanceOf(Date);
  expect(VirtualDate()).toBe(new Date(START).toString());
  expect(VirtualDate.parse('2026-11-02T06:00:00Z')).toBe(START);
  class Later extends VirtualDate {}
  expect(new Later()).toBeInstanceOf(Later);
  expect(new VirtualDate().constructor).toBe(VirtualDate);
  Date.prototype.constructor = Date;
});
