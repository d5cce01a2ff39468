import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attributesOf,
  type CustomType,
  customTable,
  emptyBook,
  learn,
  nameTables,
  TableBook,
} from '../../core/custom-types.ts';

const unknown: CustomType = { table: 'custom_rack', columns: {}, sampled: [] };

describe('custom types', () => {
  it('get a table each, named as a crawler would; heartbeats were never among them and types of AWS have their own', () => {
    const types = nameTables({}, ['Custom:Rack.Location', 'AWS:Tag', 'Custom:Licence'], new Set());
    expect(Object.entries(types).map(([type, { table }]) => [type, table])).toEqual([
      ['Custom:Licence', 'custom_licence'],
      ['Custom:Rack.Location', 'custom_rack_location'],
    ]);
  });

  it('keep their tables; of two that come to one name the later gets a number, and so does one that meets another table', () => {
    const before = nameTables({}, ['Custom:A_B'], new Set());
    const after = nameTables(
      before,
      ['Custom:A.B', 'Custom:A_B', 'Custom:A_B_2', 'Custom:Own'],
      new Set(['custom_own']),
    );
    expect(Object.entries(after).map(([type, { table }]) => [type, table])).toEqual([
      ['Custom:A_B', 'custom_a_b'],
      ['Custom:A.B', 'custom_a_b_2'],
      ['Custom:A_B_2', 'custom_a_b_2_2'],
      ['Custom:Own', 'custom_own_2'],
    ]);
  });

  it('are bounded in number, whatever an account puts on its nodes', () => {
    const some = Array.from({ length: 600 }, (_, index) => `Custom:T${index}`);
    const types = nameTables({}, some, new Set());
    expect(Object.keys(types)).toHaveLength(500);
    expect(nameTables(types, ['Custom:More'], new Set())).toEqual(types);
  });

  it('have each a table of its own, whichever come and when', () => {
    const type = fc
      .string({ maxLength: 3, unit: fc.constantFrom('A', 'b', '.', '_', ' ', '2') })
      .map((name) => `Custom:${name}`);
    fc.assert(
      fc.property(fc.array(type), fc.array(type), (some, others) => {
        const before = nameTables({}, some, new Set());
        const after = nameTables(before, others, new Set());
        expect(nameTables({}, some.toReversed(), new Set())).toEqual(before);
        expect(after).toMatchObject(before);
        const tables = Object.values(after).map(({ table }) => table);
        expect(new Set(tables).size).toBe(tables.length);
      }),
    );
  });
});

describe('the attributes of an object', () => {
  it('are the keys of its whole lines in lower case, without the envelope', () => {
    const text = [
      '{"Rack.Row":"1","Serial":"x","resourceId":"i-1","captureTime":"t","schemaVersion":"1.0"}',
      'not json',
      '[1]',
      '',
      '{"serial":"y","Rack Row":"2"}',
      '{"cut":"o',
    ].join('\n');
    expect(attributesOf(text)).toEqual(['rack.row', 'serial', 'rack row']);
  });

  it('are none that no agent could have sent', () => {
    expect(attributesOf(JSON.stringify({ '': 'x', ['a'.repeat(65)]: 'x', ['a'.repeat(64)]: 'x' }))).toEqual([
      'a'.repeat(64),
    ]);
  });
});

describe('the table of a custom type', () => {
  const known = learn(unknown, { attributes: ['rack.row', 'serial', 'region'], sampled: ['"1"'] });

  it('has a column for each attribute, mapped to its key, and the envelope: all strings', () => {
    const { Name, StorageDescriptor, PartitionKeys } = customTable(
      { bucketName: 'inventory', prefix: 'fleet' },
      'Custom:Rack',
      known,
    );
    expect(Name).toBe('custom_rack');
    expect(StorageDescriptor.Location).toBe('s3://inventory/fleet/Custom:Rack/');
    expect(StorageDescriptor.Columns).toEqual(
      ['serial', 'rack_row', 'item_region', 'resourceid', 'capturetime', 'schemaversion'].map((column) => ({
        Name: column,
        Type: 'string',
      })),
    );
    expect(StorageDescriptor.SerdeInfo.Parameters).toEqual({
      'ignore.malformed.json': 'true',
      'mapping.rack_row': 'rack.row',
      'mapping.item_region': 'region',
    });
    expect(PartitionKeys.map((key) => key.Name)).toEqual(['accountid', 'region', 'resourcetype']);
  });

  it('is remembered in a file as it is', () => {
    const book = {
      ...emptyBook,
      custom: { 'Custom:Rack': known },
      edited: { aws_tag: ['location is s3://elsewhere/'] },
    };
    expect(TableBook.parse(JSON.parse(JSON.stringify(book)))).toEqual(book);
  });
});
