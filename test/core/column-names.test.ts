import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameColumns } from '../../core/column-names.ts';

describe('the columns of a custom type', () => {
  it.each<[string, string, string]>([
    ['as they are where they can be', 'serialnumber', 'serialnumber'],
    ['without dots', 'rack.row', 'rack_row'],
    ['without spaces', 'rack bay  no', 'rack_bay_no'],
    ['without whatever else a name may not hold', '%cpu/größe:', 'cpu_gr_e'],
    ['with a prefix where SQL keeps the word for itself', 'order', 'item_order'],
    ['with a prefix where a partition key is called so', 'region', 'item_region'],
    ['with a prefix where a digit comes first', '2nd disk', 'item_2nd_disk'],
    ['by a prefix alone where nothing is left', '位置', 'item'],
  ])('are named %s', (_, key, name) => {
    expect(nameColumns({}, [key])).toEqual({ [name]: key });
  });

  it('keep their names whatever comes later, and those that come to the same name get a number', () => {
    const before = nameColumns({}, ['rack.row']);
    expect(nameColumns(before, ['rack_row', 'rack row'])).toEqual({
      rack_row: 'rack.row',
      rack_row_2: 'rack_row',
      rack_row_3: 'rack row',
    });
  });

  it('give a name to the key that is the name, before those that only come to it', () => {
    expect(nameColumns({}, ['rack row', 'item_order', 'rack_row', 'order'])).toEqual({
      item_order: 'item_order',
      rack_row: 'rack_row',
      item_order_2: 'order',
      rack_row_2: 'rack row',
    });
  });

  it('are bounded', () => {
    const keys = Array.from({ length: 500 }, (_, index) => `attribute ${index}`);
    const all = nameColumns(nameColumns({}, keys.slice(0, 300)), keys);
    expect(Object.keys(all)).toHaveLength(400);
    expect(nameColumns(all, ['one more'])).toEqual(all);
  });

  const key = fc.oneof(
    fc.constantFrom(
      'a',
      'a.',
      'a b',
      'a_b',
      'a_b_2',
      'a.b',
      'a-b',
      'order',
      'item_order',
      'region',
      'resourceid',
      '1',
      '',
      '__proto__',
    ),
    fc.string({ maxLength: 8 }).map((text) => text.toLowerCase()),
  );
  const keys = fc.array(key, { maxLength: 12 });

  it('only ever grow: each key has one column for ever, none two, in whichever order they come at once', () => {
    fc.assert(
      fc.property(keys, keys, (some, others) => {
        const before = nameColumns({}, some);
        const after = nameColumns(before, others);
        expect(nameColumns({}, some.toReversed())).toEqual(before);
        expect(Object.entries(after).slice(0, Object.keys(before).length)).toEqual(Object.entries(before));
        expect(Object.values(after).sort()).toEqual([...new Set([...some, ...others])].sort());
        expect(nameColumns(after, [...others, ...some])).toEqual(after);
        for (const name of Object.keys(after)) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      }),
    );
  });
});
