import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCandidate,
  type ContentLedger,
  drawSample,
  noContents,
  settledMs,
  startSample,
} from '../../core/content-sample.ts';
import type { ListedObject } from '../../core/delivery.ts';
import { at, iso } from './a-target.ts';

/** Written a minute before, so that a pass at that minute finds it settled. */
function objects(count: number, minute: number, name = 'object'): ListedObject[] {
  const lastModifiedMs = at(minute - 1).getTime();
  return Array.from({ length: count }, (_, index) => ({
    key: `${name}-${index}`,
    lastModifiedMs,
    sizeBytes: 400,
    etag: '"1"',
  }));
}

type Limits = Partial<Parameters<typeof drawSample>[2]>;

function pass(ledger: ContentLedger, minute: number, listed: readonly ListedObject[], limits: Limits = {}) {
  const sample = startSample(ledger, at(minute));
  for (const object of listed) addCandidate(sample, object);
  return drawSample(sample, ledger, { share: 0.01, room: 100_000, ...limits });
}

const versionOf = ({ key, lastModifiedMs }: ListedObject) => `${key} ${lastModifiedMs}`;

describe('the sample', () => {
  it('is all there is, of a fleet of up to a hundred nodes', () => {
    const { chosen, candidates, read } = pass(noContents, 0, objects(1_000, 0));
    expect({ chosen: chosen.length, candidates }).toEqual({ chosen: 1_000, candidates: 1_000 });
    expect(read).toEqual({ ...noContents, readThrough: iso(-1) });
  });

  it.each([
    ['at least a thousand objects', 50_000, 0.01, 1_000],
    ['a share of them', 150_000, 0.01, 1_500],
    ['a part of an object rounded up', 2_000, 0.50001, 1_001],
    ['at most ten thousand objects', 30_000, 1, 10_000],
    ['nothing for a share of none', 500, 0, 0],
  ])('is %s', (_, count, share, chosen) => {
    const drawn = pass(noContents, 0, objects(count, 0), { share });
    expect([drawn.chosen.length, drawn.candidates]).toEqual([chosen, count]);
  });

  it('is no more than there is room for', () => {
    expect(pass(noContents, 0, objects(500, 0), { room: 7 }).chosen).toHaveLength(7);
    expect(pass(noContents, 0, objects(500, 0), { room: 0 }).read.backlog).toEqual([
      { after: null, through: iso(-1), readTo: '' },
    ]);
  });

  it('does not depend on the order of the listing', () => {
    const listed = objects(25_000, 0);
    expect(pass(noContents, 0, listed.toReversed())).toEqual(pass(noContents, 0, listed));
  });

  it('leaves what is newer than a minute to the next pass, for it may be overwritten within its second', () => {
    const fresh = objects(1, 1);
    expect(fresh[0]?.lastModifiedMs).toBeGreaterThan(settledMs(at(0)));
    const first = pass(noContents, 0, fresh);
    expect(first.chosen).toEqual([]);
    expect(pass(first.read, 1, fresh).chosen).toEqual(fresh);
  });

  it('takes the newest first, and what was left of earlier passes when there is nothing newer', () => {
    const old = objects(1_500, 0, 'old');
    const first = pass(noContents, 0, old);
    expect(first.read.backlog).toHaveLength(1);
    const fresh = objects(800, 60, 'new');
    const second = pass(first.read, 60, [...old, ...fresh]);
    expect(second.chosen.slice(0, 800).every(({ key }) => key.startsWith('new'))).toBe(true);
    expect(second.chosen).toHaveLength(1_000);
    const third = pass(second.read, 120, [...old, ...fresh]);
    expect(third.chosen).toHaveLength(300);
    expect(third.read).toEqual({ ...noContents, readThrough: iso(119) });
  });

  it('takes each version once, and at last every one', () => {
    const fleet = objects(3_500, 0);
    const seen: string[] = [];
    let { ledger, listed } = { ledger: noContents, listed: fleet };
    for (let hour = 0; hour < 10; hour++) {
      const changed = objects(200, hour * 60, `hour ${hour}`);
      listed = [...listed, ...changed];
      const { chosen, read } = pass(ledger, hour * 60, listed);
      seen.push(...chosen.map(versionOf));
      ledger = read;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(listed.length);
    expect(ledger.backlog).toEqual([]);
  });

  it('takes an overwritten object again, and another place in the order', () => {
    const [object] = objects(1, 0);
    const first = pass(noContents, 0, objects(1, 0));
    const [rewritten] = objects(1, 30);
    expect(rewritten?.key).toBe(object?.key);
    expect(pass(first.read, 60, objects(1, 30)).chosen).toEqual([rewritten]);
  });

  it('keeps a day of hourly passes that it could not finish, and forgets older ones', () => {
    const listed: ListedObject[] = [];
    let ledger: ContentLedger = noContents;
    for (let hour = 0; hour < 30; hour++) {
      listed.push(...objects(5, hour * 60, `hour ${hour}`));
      ledger = pass(ledger, hour * 60, listed, { share: 0 }).read;
    }
    expect(ledger.backlog).toHaveLength(24);
    expect(ledger.backlog[0]?.through).toBe(iso(29 * 60 - 1));
  });

  it('is empty while nothing is new', () => {
    const first = pass(noContents, 0, objects(10, 0));
    const read = { ...noContents, readThrough: iso(59) };
    expect(pass(first.read, 60, objects(10, 0))).toEqual({ chosen: [], candidates: 0, read });
  });

  it('of a second look at the same moment, or by an earlier clock, is nothing new', () => {
    const listed = [...objects(10, 0, 'old'), ...objects(10, 60, 'new')];
    const first = pass(pass(noContents, 0, listed, { room: 3 }).read, 60, listed, { room: 10 });
    for (const minute of [60, 30]) {
      const { chosen, candidates, read } = pass(first.read, minute, listed, { room: 2 });
      expect([chosen.length, candidates, read.readThrough]).toEqual([2, 7, iso(59)]);
    }
  });

  it('misses nothing and doubles nothing, whenever objects are written and passes made', () => {
    const step = fc.record({ minutes: fc.integer({ min: 1, max: 90 }), written: fc.integer({ min: 0, max: 30 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 20 }), (steps, room) => {
        const listed: ListedObject[] = [];
        const seen: string[] = [];
        let ledger: ContentLedger = noContents;
        let minute = 0;
        const look = (limits: Limits) => {
          const { chosen, read } = pass(ledger, minute, listed, limits);
          seen.push(...chosen.map(versionOf));
          ledger = read;
        };
        for (const { minutes, written } of steps) {
          minute += minutes;
          listed.push(...objects(written, minute, `at ${minute} and ${listed.length}`));
          look({ room });
        }
        minute += 60;
        look({});
        expect(seen.toSorted()).toEqual(listed.map(versionOf).toSorted());
      }),
    );
  });
});
