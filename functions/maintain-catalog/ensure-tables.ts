import type { Catalog, KeptTable } from '../../aws/catalog.ts';
import type { TableDefinition } from '../../core/catalog.ts';

/** A definition and what it came to. */
export interface EnsuredTable extends KeptTable {
  readonly definition: TableDefinition;
}

/** Brings tables up to their definitions. What stands costs one GetTables call and nothing else. */
export async function ensureTables(
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

/** Those over inventory, by type, without those that are somebody else's by now. */
export function tablesByType(
  inventory: ReadonlyMap<string, TableDefinition>,
  ensured: ReadonlyMap<string, EnsuredTable>,
): Map<string, EnsuredTable> {
  const tables = new Map<string, EnsuredTable>();
  for (const [type, { Name }] of inventory) {
    const kept = ensured.get(Name);
    if (kept?.isForeign === false) tables.set(type, kept);
  }
  return tables;
}
