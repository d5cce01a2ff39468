import type { Catalog } from '../../aws/catalog.ts';
import type { StateBucket } from '../../aws/state-bucket.ts';
import { partitionOf, type TableDefinition } from '../../core/catalog.ts';
import { emptyCensus, newPartitions, PartitionCensus, withPartitions } from '../../core/partition-census.ts';
import { stateFiles } from '../../core/run.ts';
import { AccountId, Region } from '../../core/target.ts';

interface Parts {
  readonly state: StateBucket;
  readonly catalog: Catalog;
  readonly tables: ReadonlyMap<string, TableDefinition>;
  /** Over Muster's own files, without partitions. */
  readonly ownTables: readonly TableDefinition[];
}

interface Outcome {
  readonly changedTables: number;
  readonly added: number;
  readonly refused: readonly string[];
}

/** Brings tables and partitions up to what the latest LIST saw. What stands costs one GetTables call and nothing else. */
export async function registerPartitions({ state, catalog, tables, ownTables }: Parts): Promise<Outcome> {
  const { created, changedTables } = await ensureTables(catalog, [...tables.values(), ...ownTables]);
  const observed = (await state.readJson(stateFiles.partitions, PartitionCensus)) ?? emptyCensus;
  const registered = forget((await state.readJson(stateFiles.registered, PartitionCensus)) ?? emptyCensus, (type) =>
    created.has(tables.get(type)?.Name ?? ''),
  );
  const added = new Map([...newPartitions(observed, registered)].filter(([type]) => tables.has(type)));
  const refused: string[] = [];
  for (const [type, pairs] of added) {
    const table = tables.get(type);
    if (table)
      refused.push(
        ...(await catalog.createPartitions(
          table.Name,
          pairs.map((pair) => partitionOf(table, targetOf(pair))),
        )),
      );
  }
  const count = [...added.values()].reduce((all, pairs) => all + pairs.length, 0);
  if (count > 0 && refused.length === 0)
    await state.put(stateFiles.registered, JSON.stringify(withPartitions(registered, added)));
  return { changedTables, added: count - refused.length, refused };
}

async function ensureTables(catalog: Catalog, definitions: readonly TableDefinition[]) {
  const standing = await catalog.tables();
  const created = new Set<string>();
  let changedTables = 0;
  for (const definition of definitions) {
    const outcome = await catalog.ensureTable(definition, standing.get(definition.Name));
    if (outcome === 'created') created.add(definition.Name);
    if (outcome !== 'stands') changedTables += 1;
  }
  return { created, changedTables };
}

/** A table that had to be made anew has no partitions, whatever we remember. */
function forget(census: PartitionCensus, gone: (type: string) => boolean): PartitionCensus {
  const kept = Object.entries(census.partitions).filter(([type]) => !gone(type));
  return { ...census, partitions: Object.fromEntries(kept) };
}

function targetOf(pair: string) {
  const [accountId, region] = pair.split('/');
  return { accountId: AccountId.parse(accountId), region: Region.parse(region) };
}
