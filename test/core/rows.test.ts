import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInventoryObject, rowsFingerprint } from '../../core/rows.ts';

const rows = [
  { Name: 'openssl', Version: '3.0.1' },
  { Name: 'bash', Version: '5.2' },
];

describe('the fingerprint of rows', () => {
  it('depends neither on the order of rows nor on that of attributes', () => {
    const row = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
    fc.assert(
      fc.property(fc.array(row), (anyRows) => {
        const shuffled = anyRows.map((one) => Object.fromEntries(Object.entries(one).reverse())).reverse();
        expect(rowsFingerprint(shuffled)).toBe(rowsFingerprint(anyRows));
      }),
    );
  });

  it('leaves the envelope out, however it is spelled', () => {
    const delivered = rows.map((row) => ({ ...row, resourceId: 'i-1', capturetime: 'now', SchemaVersion: '1.1' }));
    expect(rowsFingerprint(delivered)).toBe(rowsFingerprint(rows));
  });

  it('takes an empty attribute for an absent one', () => {
    expect(rowsFingerprint(rows.map((row) => ({ ...row, Publisher: '', Epoch: null })))).toBe(rowsFingerprint(rows));
  });

  it('counts a repeated row once: rows are a set', () => {
    expect(rowsFingerprint([...rows, ...rows])).toBe(rowsFingerprint(rows));
  });

  it.each([
    [
      'a value',
      [
        { Name: 'openssl', Version: '3.0.2' },
        { Name: 'bash', Version: '5.2' },
      ],
    ],
    [
      'the case of an attribute',
      [
        { name: 'openssl', Version: '3.0.1' },
        { Name: 'bash', Version: '5.2' },
      ],
    ],
    ['a row less', rows.slice(1)],
    [
      'values that change places',
      [
        { Name: 'openssl', Version: '5.2' },
        { Name: 'bash', Version: '3.0.1' },
      ],
    ],
    ['no rows', []],
  ])('tells %s apart', (_, other) => {
    expect(rowsFingerprint(other)).not.toBe(rowsFingerprint(rows));
  });

  it('takes values that are no strings', () => {
    expect(rowsFingerprint([{ Count: 1 }])).toBe(rowsFingerprint([{ Count: '1' }]));
  });
});

describe('a delivered object', () => {
  const text = rows.map((row) => JSON.stringify(row)).join('\n');

  it.each([
    ['one object per line', text, rows],
    ['a newline at the end', `${text}\n`, rows],
    ['carriage returns', text.replace('\n', '\r\n'), rows],
    ['no bytes at all', '', []],
  ])('may have %s', (_, body, parsed) => {
    expect(parseInventoryObject(body)).toEqual({ status: 'parsed', rows: parsed });
  });

  it.each([
    ['NotJson', `${text}\n<html>`, 3],
    ['NotJson', '{"Name":"open', 1],
    ['NotAnObject', '["openssl"]', 1],
    ['NotAnObject', '\n"openssl"', 2],
    ['NotAnObject', 'null', 1],
  ])('is malformed as %s: %j', (malformation, body, line) => {
    expect(parseInventoryObject(body)).toEqual({ status: 'malformed', malformation, line });
  });
});
