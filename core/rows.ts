import { fingerprint64 } from './fingerprint.ts';

/** One inventory entry, as a delivered line or as SSM's own content holds it. */
export type InventoryRow = Readonly<Record<string, unknown>>;

export type InventoryObject =
  | { status: 'parsed'; rows: InventoryRow[] }
  | { status: 'malformed'; malformation: 'NotJson' | 'NotAnObject'; line: number };

/** Fields that a sync adds to every entry and SSM's content lacks; their case is not documented. */
export const envelope: ReadonlySet<string> = new Set(['resourceid', 'capturetime', 'schemaversion']);

/**
 * A fingerprint of rows as a set: neither the order of rows nor of attributes counts, nor the envelope.
 * An attribute without a value counts as absent, since agents leave some out and send others empty.
 */
export function rowsFingerprint(rows: readonly InventoryRow[]): string {
  const canonical = new Set(rows.map(canonicalRow));
  return fingerprint64([...canonical].sort().join('\n'));
}

function canonicalRow(row: InventoryRow): string {
  const attributes = Object.entries(row)
    .filter(([name, value]) => !envelope.has(name.toLowerCase()) && value !== null && value !== '')
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return JSON.stringify(attributes);
}

/** Reads a delivered object: one JSON object per line, with or without a newline at the end. `line` counts from 1. */
export function parseInventoryObject(text: string): InventoryObject {
  const rows: InventoryRow[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const row = parseLine(line);
    if (typeof row === 'string') return { status: 'malformed', malformation: row, line: index + 1 };
    rows.push(row);
  }
  return { status: 'parsed', rows };
}

function parseLine(line: string): InventoryRow | 'NotJson' | 'NotAnObject' {
  try {
    const value: unknown = JSON.parse(line);
    return isRow(value) ? value : 'NotAnObject';
  } catch {
    return 'NotJson';
  }
}

function isRow(value: unknown): value is InventoryRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
