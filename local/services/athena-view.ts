/** Views as Athena keeps them in the Data Catalog: a table of type VIRTUAL_VIEW whose text holds Presto's own description (Trino source, `ViewReaderUtil` and `ConnectorViewDefinition`). */
import type { Table } from '@aws-sdk/client-glue';
import { z } from 'zod';
import { QueryFailure } from './athena-failure.ts';

const PrestoView = z.object({
  originalSql: z.string(),
  /** Of tables that the view names without a database. */
  schema: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).min(1),
});
export type PrestoView = z.infer<typeof PrestoView>;

const WRAPPING = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/;

/** Undefined for a table. Throws `QueryFailure` HIVE_INVALID_VIEW_DATA. */
export function readView({ TableType, ViewOriginalText = '' }: Table): PrestoView | undefined {
  if (TableType !== 'VIRTUAL_VIEW') return undefined;
  const [, encoded] = WRAPPING.exec(ViewOriginalText) ?? [];
  if (encoded === undefined)
    throw new QueryFailure('HIVE_INVALID_VIEW_DATA', `View data missing prefix: ${ViewOriginalText}`);
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    return PrestoView.parse(JSON.parse(text));
  } catch (cause) {
    throw new QueryFailure('HIVE_INVALID_VIEW_DATA', `Invalid view JSON: ${text}`, { cause });
  }
}

export interface Field {
  readonly name: string;
  /** As Trino writes it. */
  readonly type: string;
}

/** What keeps a view from being what its description says, in Trino's words; undefined when all is well (Trino source, `StatementAnalyzer.checkViewStaleness`). */
export function staleness(stored: readonly Field[], given: readonly Field[]): string | undefined {
  if (stored.length !== given.length)
    return `stored view column count (${stored.length}) does not match column count derived from the view query analysis (${given.length})`;
  for (const [position, { name, type }] of stored.entries()) {
    const found = given[position] ?? { name: '', type: '' };
    const column = `column [${found.name}] of type ${found.type} projected from query view at position ${position}`;
    const kept = `column [${name}] of type ${type} stored in view definition`;
    if (found.name.toLowerCase() !== name.toLowerCase()) return `${column} has a different name from ${kept}`;
    if (!isCoercible(found.type, type)) return `${column} cannot be coerced to ${kept}`;
  }
  return undefined;
}

/** Each type becomes those behind it by itself (Trino source, `TypeCoercion`). */
const WIDENING = [
  ['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double'],
  ['date', 'timestamp', 'timestamp with time zone'],
];

function isCoercible(from: string, to: string): boolean {
  const [narrow, wide] = [plain(from), plain(to)];
  const widens = WIDENING.some((types) => types.includes(narrow) && types.indexOf(narrow) <= types.indexOf(wide));
  return narrow === wide || narrow === 'unknown' || widens;
}

/** Without lengths and precisions, which coerce among each other. */
function plain(type: string): string {
  return type
    .toLowerCase()
    .replaceAll('"', '')
    .replaceAll(/\s*,\s*/g, ',')
    .replaceAll(/\b(varchar|timestamp)\(\d+\)/g, '$1');
}

/** The type as the engine names it where it is not the query's own already. */
export function coercionOf(from: string, to: string): string | undefined {
  return plain(from) === plain(to) || plain(from) === 'unknown' ? undefined : plain(to);
}
