import { z } from 'zod';
import { stateFiles } from '../../core/run.ts';
import type { Hub } from './hub.ts';
import type { Report } from './report.ts';
import { readStateFile } from './state-file.ts';

/** What of Muster's own file about tables is shown. */
const Edits = z.object({ edited: z.record(z.string(), z.array(z.string())) });

/** The tables of the hub, by name. */
export async function readCatalog(hub: Hub): Promise<Report['catalog']> {
  const [book] = await readStateFile(hub, stateFiles.tables);
  const edited = Edits.safeParse(book).data?.edited ?? {};
  const [database] = hub.embedded.glue.databases();
  const tables = (database?.tables ?? []).map((table) => ({ ...table, edited: edited[table.name] ?? [] }));
  return { database: database?.name ?? '', tables: tables.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
