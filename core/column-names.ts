/** Names for the attributes of a custom type, which may be anything: dots, spaces, any case, words that SQL keeps for itself. */
import { reservedColumns } from './catalog.ts';

/** What a query would have to quote ("Reserved keywords to escape in SQL SELECT statements", Athena user guide). */
const keywords = new Set(
  `alter and as between by case cast constraint create cross cube current_catalog current_date current_path current_schema current_time
  current_timestamp current_user deallocate delete describe distinct drop else end escape except exists extract false for from full group grouping
  having in inner insert intersect into is join json_array json_exists json_object json_query json_table json_value last left like listagg localtime
  localtimestamp natural normalize not null on or order outer prepare recursive right rollup select skip table then trim true uescape union unnest
  using values when where with first execute`.split(/\s+/),
);

/** The keys of attributes by the names of their columns. */
export type Columns = Readonly<Record<string, string>>;

/** Beyond this a table is of no use to anybody, and the catalog refuses it sooner or later. */
const mostColumns = 400;

/**
 * Names what is new, each key (in lower case, as the SerDe reads keys) once; a column keeps its name for ever. Of two that would come to the same
 * name the later gets a number, and of those that come together the one whose key is that name goes first: in whichever order they are given.
 */
export function nameColumns(known: Columns, keys: Iterable<string>): Columns {
  const columns = new Map(Object.entries(known));
  const named = new Set(columns.values());
  const isFree = (name: string) => !columns.has(name) && !reservedColumns.has(name);
  const added = [...new Set(keys)].filter((key) => !named.has(key)).sort();
  const [plain, other] = [added.filter((key) => plainName(key) === key), added.filter((key) => plainName(key) !== key)];
  for (const key of [...plain, ...other]) {
    if (columns.size === mostColumns) break;
    columns.set(freeName(plainName(key), isFree), key);
  }
  return Object.fromEntries(columns);
}

/** Letters, digits and underscores only, a letter first ("Names for tables, databases, and columns", Athena user guide). */
function plainName(key: string): string {
  const name = key.replaceAll(/[^a-z0-9_]+/g, '_').replaceAll(/^_+|_+$/g, '');
  const needsPrefix = !/^[a-z]/.test(name) || keywords.has(name) || reservedColumns.has(name);
  return needsPrefix ? `item_${name}`.replace(/_$/, '') : name;
}

/** `name`, or the first of `name_2`, `name_3`, ... that is free. */
export function freeName(name: string, isFree: (name: string) => boolean): string {
  let free = name;
  for (let number = 2; !isFree(free); number += 1) free = `${name}_${number}`;
  return free;
}
