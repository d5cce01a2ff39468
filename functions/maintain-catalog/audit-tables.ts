import type { Catalog } from '../../aws/catalog.ts';
import { auditPartitions, isAuditDue, type PartitionAudit } from '../../core/registered-partitions.ts';
import type { EnsuredTable } from './keep-tables.ts';

/** At 1,000 a call and 0.3 s they take 150 s; the table at which they are reached is finished, and the others wait for the next pass. */
const mostSeen = 500_000;

export interface Audits {
  readonly byType: ReadonlyMap<string, PartitionAudit>;
  readonly auditedAt: Readonly<Record<string, string>>;
}

/** Asks Glue for all partitions of the tables whose time has come. A new table has none. */
export async function auditTables(
  catalog: Catalog,
  tables: ReadonlyMap<string, EnsuredTable>,
  { auditedAt, now }: { auditedAt: Readonly<Record<string, string>>; now: Date },
): Promise<Audits> {
  const times = { ...auditedAt };
  const byType = new Map<string, PartitionAudit>();
  let seen = 0;
  for (const [type, { definition, outcome }] of tables) {
    const isNew = outcome === 'created';
    if (!isNew && (seen >= mostSeen || !isAuditDue(auditedAt[type], now))) continue;
    times[type] = now.toISOString();
    if (isNew) continue;
    const partitions = await catalog.partitions(definition.Name);
    seen += partitions.length;
    byType.set(type, auditPartitions(definition, partitions));
  }
  return { byType, auditedAt: times };
}
