import type { Catalog, KeptTable } from '../../aws/catalog.ts';
import type { InventoryBucket } from '../../aws/inventory-bucket.ts';
import type { StateBucket } from '../../aws/state-bucket.ts';
import {
  type InventoryLocation,
  inventoryTables,
  quarantineTable,
  type TableDefinition,
  verdictsTable,
} from '../../core/catalog.ts';
import { customTable, emptyBook, nameTables, TableBook } from '../../core/custom-types.ts';
import { stateFiles } from '../../core/run.ts';
import { learnTypes } from './learn-types.ts';
import type { Observed } from './read-observed.ts';

interface Parts {
  readonly state: StateBucket;
  readonly inventory: InventoryBucket;
  readonly catalog: Catalog;
  readonly location: InventoryLocation;
  /** `s3://` and the folder of Muster's own files that are tables. */
  readonly ledger: string;
}

/** A definition and what it came to. */
export interface EnsuredTable extends KeptTable {
  readonly definition: TableDefinition;
}

export interface TablesKept {
  /** By name. */
  readonly ensured: ReadonlyMap<string, EnsuredTable>;
  /** Those over inventory, by type, without those that are somebody else's by now. */
  readonly byType: ReadonlyMap<string, EnsuredTable>;
  /** Types that have objects and no table. */
  readonly untabled: readonly string[];
  readonly reads: number;
  readonly unread: number;
}

/** Brings tables up to their definitions; those of custom types are learned from their objects. Where nothing changed it costs one GetTables call. */
export async function keepTables(parts: Parts, { types, newest }: Observed): Promise<TablesKept> {
  const { state, inventory, catalog, location, ledger } = parts;
  const declared = inventoryTables(location);
  const own = [verdictsTable(`${ledger}/latest/`), quarantineTable(`${ledger}/quarantine/`)];
  const taken = new Set([...declared.values(), ...own].map(({ Name }) => Name));

  const book = (await state.readJson(stateFiles.tables, TableBook)) ?? emptyBook;
  const { custom, reads, unread } = await learnTypes(inventory, nameTables(book.custom, types, taken), newest);
  // Written before any table is made from it: a name that was given stays given.
  const learned = await save(state, book, { ...book, custom });

  const byType = new Map(declared);
  for (const [type, known] of Object.entries(custom)) byType.set(type, customTable(location, type, known));
  const ensured = await ensureAll(catalog, [...byType.values(), ...own]);
  const edits = [...ensured].flatMap(([name, table]) => (table.edits.length > 0 ? [[name, [...table.edits]]] : []));
  await save(state, learned, { ...learned, edited: Object.fromEntries(edits) });
  return {
    ensured,
    byType: ofInventory(byType, ensured),
    untabled: types.filter((type) => !byType.has(type)),
    reads,
    unread,
  };
}

async function save(state: StateBucket, before: TableBook, after: TableBook): Promise<TableBook> {
  const text = JSON.stringify(after);
  if (text !== JSON.stringify(before)) await state.put(stateFiles.tables, text);
  return after;
}

async function ensureAll(
  catalog: Catalog,
  definitions: readonly TableDefinition[],
): Promise<Map<string, EnsuredTable>> {
  const standing = await catalog.tables();
  const ensured = new Map<string, EnsuredTable>();
  for (const definition of definitions) {
    const kept = await catalog.ensureTable(definition, standing.get(definition.Name));
    ensured.set(definition.Name, { ...kept, definition });
  }
  return ensured;
}

function ofInventory(
  byType: ReadonlyMap<string, TableDefinition>,
  ensured: ReadonlyMap<string, EnsuredTable>,
): Map<string, EnsuredTable> {
  const tables = new Map<string, EnsuredTable>();
  for (const [type, { Name }] of byType) {
    const kept = ensured.get(Name);
    if (kept?.isForeign === false) tables.set(type, kept);
  }
  return tables;
}
