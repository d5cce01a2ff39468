import { expect, it } from 'vitest';
import { Chance } from '../../../local/lambda/chance.ts';

it('one seed gives the same chance again, another seed another one', () => {
  const draw = (seed: string) => {
    const chance = new Chance(() => 7);
    chance.seed(seed);
    return [chance.fraction(), chance.uuid(), chance.bytes(40).toString('hex')];
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
  expect(draw('a')[2]).toHaveLength(80);
});

it('a fraction depends on the instant and not on who drew before', () => {
  let now = 1;
  const chance = new Chance(() => now);
  chance.seed('a');
  const first = chance.fraction();
  expect(first).toBeGreaterThanOrEqual(0);
  expect(first).toBeLessThan(1);
  expect(chance.fraction()).toBe(first);
  now = 2;
  expect(chance.fraction()).not.toBe(first);
});

it('ids are version-4 UUIDs (RFC 9562) and no two are the same', () => {
  const chance = new Chance(() => 1);
  const ids = Array.from({ length: 100 }, () => chance.uuid());
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
});
