/** Functions of Athena engine version 3 (Trino documentation, "Functions and operators") that run here; all others are unknown, also those that only DuckDB has. */

/** Functions of which DuckDB has one of the same name and meaning. */
const SAME = `
  abs acos any_value arbitrary array_agg array_distinct array_intersect asin atan atan2 avg bool_and bool_or cbrt ceil ceiling
  chr coalesce concat_ws contains corr cos count count_if covar_pop covar_samp cume_dist day degrees dense_rank exp filter
  first_value flatten floor greatest grouping histogram hour if json_array_length json_extract lag last_value lead least length
  ln log10 log2 lower lpad ltrim map map_concat map_entries map_from_entries map_keys map_values max max_by min min_by minute
  mod month nth_value ntile nullif percent_rank pi pow power quarter radians rank regexp_extract_all reverse round row
  row_number rpad rtrim second sign sin split_part sqrt starts_with stddev stddev_pop stddev_samp strpos sum tan translate trim
  try upper var_pop var_samp variance week year`;

/** MySQL's format specifiers, which Athena's date functions take ("Date and time functions", Trino documentation), as those of strftime where they differ. */
const SPECIFIERS: Readonly<Record<string, string>> = {
  '%M': '%B',
  '%i': '%M',
  '%s': '%S',
  '%T': '%H:%M:%S',
  '%e': '%-d',
  '%c': '%-m',
  '%W': '%A',
  '%k': '%-H',
};

export function strftimeFormat(format: string): string {
  return format.replaceAll(/%./g, (specifier) => SPECIFIERS[specifier] ?? specifier);
}

/** Put before text that cannot be cast, so that the engine refuses it. */
export const UNCASTABLE = '\u0001';

/** A cast of text that must match a pattern. */
function strictCast(cast: string, type: string, pattern: string): string {
  const isWrong = `typeof(x) = 'VARCHAR' AND NOT regexp_full_match(CAST(x AS VARCHAR), '${pattern}')`;
  return `CASE WHEN ${isWrong} THEN ${cast}('${UNCASTABLE}' || CAST(x AS VARCHAR) AS ${type}) ELSE ${cast}(x AS ${type}) END`;
}

const ISO_8601 = String.raw`\d{4}-\d\d-\d\d(T(\d\d(:\d\d(:\d\d([.,]\d+)?)?)?)?(Z|[+-]\d\d(:?\d\d)?)?)?`;

/** Positions begin at 1: 0 and what lies before the first character give nothing ("String functions", Trino documentation: substring). */
const from = (call: string) => `CASE WHEN i = 0 OR -i > length(s) THEN '' ELSE system.main.${call} END`;

/** Functions that DuckDB lacks or means otherwise: parameters and body of a macro. */
const MACROS: Readonly<Record<string, readonly string[]>> = {
  array_except: ['(a, b) AS list_filter(list_distinct(a), x -> NOT list_contains(b, x))'],
  array_join: [
    '(a, d) AS array_to_string(a, d)',
    '(a, d, n) AS array_to_string(list_transform(a, x -> coalesce(CAST(x AS VARCHAR), n)), d)',
  ],
  array_max: ['(a) AS list_max(a)'],
  array_min: ['(a) AS list_min(a)'],
  array_position: ['(a, x) AS coalesce(list_position(a, x), 0)'],
  array_remove: ['(a, v) AS list_filter(a, x -> x <> v)'],
  array_sort: ["(a) AS list_sort(a, 'ASC', 'NULLS LAST')"],
  array_union: ['(a, b) AS list_distinct(list_concat(a, b))'],
  arrays_overlap: ['(a, b) AS list_has_any(a, b)'],
  cardinality: [
    `(x) AS CAST(CASE WHEN typeof(x) LIKE 'MAP(%' THEN len(json_keys(to_json(x))) ELSE json_array_length(to_json(x)) END AS BIGINT)`,
  ],
  concat: [
    '(a VARCHAR, b VARCHAR) AS a || b',
    '(a VARCHAR, b VARCHAR, c VARCHAR) AS a || b || c',
    '(a VARCHAR, b VARCHAR, c VARCHAR, d VARCHAR) AS a || b || c || d',
    '(a, b) AS list_concat(a, b)',
  ],
  date: ['(x) AS CAST(x AS DATE)'],
  date_add: ["(u, n, t) AS date_shift(t, n * CAST('1 ' || u AS INTERVAL))"],
  date_diff: ['(u, a, b) AS system.main.date_sub(u, a, b)'],
  date_trunc: ['(u, t) AS cast_to_type(system.main.date_trunc(u, t), t)'],
  day_of_month: ['(x) AS day(x)'],
  day_of_week: ['(x) AS isodow(x)'],
  day_of_year: ['(x) AS dayofyear(x)'],
  dow: ['(x) AS isodow(x)'],
  element_at: ['(a, i) AS a[i]'],
  from_iso8601_date: ['(x) AS CAST(x AS DATE)'],
  from_iso8601_timestamp: [`(x) AS ${strictCast('cast', 'timestamptz', ISO_8601)}`],
  from_unixtime: ['(x) AS to_timestamp(x)'],
  json_extract_scalar: ['(j, p) AS json_extract_string(j, p)'],
  json_format: ['(j) AS CAST(j AS VARCHAR)'],
  json_parse: ['(s) AS CAST(s AS JSON)'],
  last_day_of_month: ['(x) AS last_day(x)'],
  levenshtein_distance: ['(a, b) AS levenshtein(a, b)'],
  regexp_extract: [
    '(s, p) AS CASE WHEN regexp_matches(s, p) THEN system.main.regexp_extract(s, p) END',
    '(s, p, g) AS CASE WHEN regexp_matches(s, p) THEN system.main.regexp_extract(s, p, g) END',
  ],
  regexp_like: ['(s, p) AS regexp_matches(s, p)'],
  regexp_replace: [
    "(s, p) AS system.main.regexp_replace(s, p, '', 'g')",
    "(s, p, r) AS system.main.regexp_replace(s, p, regexp_replace_groups(r), 'g')",
  ],
  regexp_split: ['(s, p) AS string_split_regex(s, p)'],
  replace: ["(s, x) AS system.main.replace(s, x, '')", '(s, x, y) AS system.main.replace(s, x, y)'],
  sequence: ['(a, b) AS generate_series(a, b)', '(a, b, s) AS generate_series(a, b, s)'],
  slice: ['(a, s, n) AS list_slice(a, s, s + n - 1)'],
  split: ['(s, d) AS string_split(s, d)'],
  substr: [`(s, i) AS ${from('substr(s, i)')}`, `(s, i, n) AS ${from('substr(s, i, n)')}`],
  substring: [`(s, i) AS ${from('substr(s, i)')}`, `(s, i, n) AS ${from('substr(s, i, n)')}`],
  to_iso8601: ["(x) AS strftime(x, CASE typeof(x) WHEN 'DATE' THEN '%Y-%m-%d' ELSE '%Y-%m-%dT%H:%M:%S.%gZ' END)"],
  to_unixtime: ['(x) AS epoch(x)'],
  truncate: ['(x) AS trunc(x)'],
  week_of_year: ['(x) AS week(x)'],
};

/** Where a macro will not do, since it takes neither a lambda nor FILTER and OVER: `…` are the arguments, `~` is what follows them. */
export const TEMPLATES: Readonly<Record<string, string>> = {
  all_match: 'all_true(list_transform(…))',
  any_match: 'any_true(list_transform(…))',
  approx_distinct: 'count(DISTINCT …)',
  approx_percentile: 'approx_quantile(…)',
  date_format: 'strftime(…)',
  date_parse: 'strptime(…)',
  every: 'bool_and(…)',
  map_agg: 'first_entries(list(row(…))~)',
  none_match: '(NOT any_true(list_transform(…)))',
  transform: 'list_transform(…)',
};

const INTEGER = String.raw`[+-]?\d+`;

/** Types that text is cast to by stricter rules than DuckDB's, which also takes fractions, spaces and ISO 8601 ("Conversion functions", Trino documentation). */
export const STRICT_CASTS: Readonly<Record<string, string>> = {
  tinyint: INTEGER,
  smallint: INTEGER,
  int: INTEGER,
  integer: INTEGER,
  bigint: INTEGER,
  date: String.raw`\s*[+-]?\d{4,}-\d{1,2}-\d{1,2}\s*`,
  timestamp: String.raw`[+-]?\d{4,}-\d{1,2}-\d{1,2}( \d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?)?`,
};

const castMacros = (cast: string) =>
  Object.entries(STRICT_CASTS).map(([type, pattern]) => [
    `${cast}_${type}`,
    [`(x) AS ${strictCast(cast, type, pattern)}`],
  ]);

/** What rewritten statements and the macros call. A macro must not tell types of aggregates apart: it is bound before they have one, and taken for text. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  all_true: ['(l) AS CASE WHEN list_contains(l, false) THEN false WHEN len(l) = list_count(l) THEN true END'],
  any_true: ['(l) AS CASE WHEN list_contains(l, true) THEN true WHEN len(l) = list_count(l) THEN false END'],
  ...Object.fromEntries([...castMacros('cast'), ...castMacros('try_cast')]),
  cast_varchar: [
    `(x) AS CASE typeof(x)
      WHEN 'TIMESTAMP WITH TIME ZONE' THEN strftime(TRY_CAST(CAST(x AS VARCHAR) AS TIMESTAMPTZ), '%Y-%m-%d %H:%M:%S.%g UTC')
      WHEN 'TIMESTAMP' THEN strftime(TRY_CAST(CAST(x AS VARCHAR) AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%g')
      ELSE CAST(x AS VARCHAR) END`,
  ],
  date_shift: ['(t, i) AS cast_to_type(t + i, t)'],
  // The parameter takes every map.
  entries: ['(m MAP(VARCHAR, VARCHAR)) AS map_entries(m)', '(l) AS l'],
  first_entries: [
    '(l) AS map_from_entries(list_filter(l, (e, i) -> e[1] IS NOT NULL AND list_position(list_transform(l, x -> x[1]), e[1]) = i))',
  ],
  // `$1` of Java's expressions is `\1` of RE2's.
  regexp_replace_groups: [String.raw`(r) AS system.main.regexp_replace(r, '\$(\d)', '\\\1', 'g')`],
};

const KNOWN = new Set([...SAME.trim().split(/\s+/), ...Object.keys(MACROS), ...Object.keys(TEMPLATES), 'now']);

export function isFunction(name: string): boolean {
  return KNOWN.has(name);
}

/** Statements that define them all. */
export const MACRO_STATEMENTS: readonly string[] = Object.entries({ ...OWN, ...MACROS }).map(
  ([name, overloads]) => `CREATE MACRO ${name}${overloads.join(', ')}`,
);
