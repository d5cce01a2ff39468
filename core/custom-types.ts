/** Custom inventory types: whatever people put on their nodes. Their tables come from what their objects hold. */
import * as z from 'zod';
import { type InventoryLocation, inventoryTable, type TableDefinition, tableName } from './catalog.ts';
import { freeName, nameColumns } from './column-names.ts';
import { envelope, parseInventoryObject } from './rows.ts';

export const CustomType = z.strictObject({
  table: z.string(),
  /** Keys of attributes by the names of their columns, in the order in which they were learned. */
  columns: z.record(z.string(), z.string()),
  /** The versions among the type's newest objects that were read. */
  sampled: z.array(z.string()),
});
export type CustomType = z.infer<typeof CustomType>;

/** What is known of tables beyond their definitions. */
export const TableBook = z.strictObject({
  schemaVersion: z.literal(1),
  custom: z.record(z.string(), CustomType),
  /** What people changed by hand, by table. */
  edited: z.record(z.string(), z.array(z.string())),
});
export type TableBook = z.infer<typeof TableBook>;

export const emptyBook: TableBook = { schemaVersion: 1, custom: {}, edited: {} };

/** Twenty-five times what an account may have in a Region ("Systems Manager endpoints and quotas"): a bound for the catalog, not for people. */
const mostTypes = 500;
/** "Attribute name: 64 characters" (ibid.): no agent sent a longer one. */
const mostLetters = 64;

function isCustom(type: string): boolean {
  return type.startsWith('Custom:');
}

/** The types with a table for each. A type keeps its table for ever; of two that would come to one name the later gets a number. */
export function nameTables(
  known: Readonly<Record<string, CustomType>>,
  found: Iterable<string>,
  taken: ReadonlySet<string>,
): Record<string, CustomType> {
  const types = { ...known };
  const tables = new Set([...taken, ...Object.values(types).map(({ table }) => table)]);
  const added = [...found].filter((type) => isCustom(type) && !Object.hasOwn(types, type)).sort();
  for (const type of added.slice(0, Math.max(0, mostTypes - Object.keys(types).length))) {
    const table = freeName(tableName(type), (name) => !tables.has(name));
    tables.add(table);
    types[type] = { table, columns: {}, sampled: [] };
  }
  return types;
}

/** The keys of an object's attributes, in lower case. A line that is not JSON, or that was cut off, tells nothing. */
export function attributesOf(text: string): string[] {
  const rows = text.split('\n').flatMap((line) => {
    const parsed = parseInventoryObject(line);
    return parsed.status === 'parsed' ? parsed.rows : [];
  });
  const keys = new Set(rows.flatMap((row) => Object.keys(row).map((key) => key.toLowerCase())));
  return [...keys].filter((key) => key !== '' && key.length <= mostLetters && !envelope.has(key));
}

/** What a pass learned of a type: the attributes, and the versions that need not be read again. */
export interface Lesson {
  readonly attributes: readonly string[];
  readonly sampled: readonly string[];
}

export function learn(type: CustomType, { attributes, sampled }: Lesson): CustomType {
  return { ...type, columns: { ...nameColumns(type.columns, attributes) }, sampled: [...sampled] };
}

export function customTable(
  location: InventoryLocation,
  type: string,
  { table, columns }: CustomType,
): TableDefinition {
  return inventoryTable(location, { type, name: table, columns });
}
