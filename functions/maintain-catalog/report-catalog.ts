import type { Invocation } from '../runtime/lambda.ts';
import type { PartitionsKept } from './keep-partitions.ts';
import type { TablesKept } from './keep-tables.ts';

interface Maintained extends TablesKept {
  readonly partitions: PartitionsKept;
}

/** What was done, and what people did to the catalog by hand: it is told, never undone. */
export function reportCatalog(
  { ensured, untabled, reads, unread, partitions: { created, updated, dropped, foreign, refused } }: Maintained,
  { log, metrics }: Pick<Invocation, 'log' | 'metrics'>,
) {
  const edited = [...ensured].filter(([, { edits }]) => edits.length > 0);
  for (const [table, { edits, isForeign }] of edited) log.warn('table edited by hand', { table, edits, isForeign });
  if (untabled.length > 0) log.warn('types without a table', { types: untabled });
  if (foreign.length > 0) log.warn('partitions of others', { partitions: foreign });
  for (const problem of refused) log.warn('partition refused', { problem });
  metrics.addMetric('TablesEdited', 'Count', edited.length);
  const counts = {
    tables: [...ensured.values()].filter(({ outcome }) => outcome !== 'stands').length,
    tablesEdited: edited.length,
    partitionsCreated: created,
    partitionsUpdated: updated,
    partitionsDropped: dropped,
  };
  log.info('catalog maintained', { ...counts, reads, unread });
  return counts;
}
