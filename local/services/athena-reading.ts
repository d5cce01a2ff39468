/** Brings what a query scans from S3 to the engine, and counts its bytes. */
import type { Source } from './athena-analysis.ts';
import { QueryFailure } from './athena-failure.ts';
import { requireMatch } from './athena-partition-schema.ts';
import { planScans, prune, type Scan } from './athena-plan.ts';
import { type Delegate, type Folder, isParquet, listFolder, type Place, placesOf, readFile } from './athena-scan.ts';
import { columnType } from './athena-types.ts';
import type { Warehouse } from './athena-warehouse.ts';

export interface ScannedQuery {
  readonly sql: string;
  readonly sources: readonly Source[];
  /** Undefined: a query may read as much as it likes. */
  readonly limit: number | undefined;
}

/** A table with the folders that each of its scans reads. */
interface Scanned {
  readonly source: Source;
  readonly scans: readonly { readonly scan: Scan; readonly folders: readonly Folder[] }[];
}

/** Gives the bytes scanned. Throws `QueryFailure`, and the engine's own errors for a query that it cannot plan. */
export async function readScanned(warehouse: Warehouse, delegate: Delegate, query: ScannedQuery): Promise<number> {
  const { sql, sources, limit = Number.POSITIVE_INFINITY } = query;
  const plan = await planScans(warehouse.connection, sql);
  const all: Scanned[] = [];
  for (const source of sources) {
    const { database, table } = source.name;
    const scans = plan.filter((scan) => scan.table === `memory.${database}.${table}`);
    if (scans.length > 0) all.push(await listScanned(warehouse, delegate, { source, scans }));
  }
  // Of whole lines the size is known before they are read.
  refuseBeyond(
    limit,
    bytesOf(
      warehouse,
      all.filter(({ source }) => !isParquet(source.table)),
    ),
  );
  for (const { source, scans } of all) {
    const folders = new Set(scans.flatMap((scanned) => scanned.folders));
    await warehouse.tables.fill(source.name, [...folders], (file) => readFile(delegate, file));
  }
  const bytes = bytesOf(warehouse, all);
  refuseBeyond(limit, bytes);
  return bytes;
}

async function listScanned(
  { connection }: Warehouse,
  delegate: Delegate,
  { source, scans }: { source: Source; scans: readonly Scan[] },
): Promise<Scanned> {
  const { name, table } = source;
  const places = await placesOf(delegate, name, table);
  const listed = new Map<Place, Folder>();
  const columns = (table.PartitionKeys ?? []).map(({ Name = '', Type = 'string' }) => ({
    name: Name,
    type: columnType(Type.toLowerCase()),
  }));
  const values = places.map((place) => place.values);
  const read: { scan: Scan; folders: Folder[] }[] = [];
  for (const scan of scans) {
    const folders: Folder[] = [];
    for (const index of await prune(connection, { columns, values }, scan.filters)) {
      const place = places[index];
      if (!place) continue;
      if (!isParquet(table)) requireMatch(name, { table, values: place.values, ...place.schema });
      const folder = listed.get(place) ?? (await listFolder(delegate, place));
      listed.set(place, folder);
      folders.push(folder);
    }
    read.push({ scan, folders });
  }
  return { source, scans: read };
}

function bytesOf({ tables }: Warehouse, all: readonly Scanned[]): number {
  let bytes = 0;
  for (const { source, scans } of all)
    for (const { scan, folders } of scans)
      for (const { files } of folders)
        for (const file of files) bytes += tables.scannedBytes(source.name, file, scan.needs);
  return bytes;
}

/** "Bytes scanned limit was exceeded" is what a query that goes beyond its workgroup's limit says. */
function refuseBeyond(limit: number, bytes: number): void {
  if (bytes > limit) throw new QueryFailure('BYTES_SCANNED', 'Bytes scanned limit was exceeded');
}
