/** Functions of Athena engine version 3 (Trino documentation, "Functions and operators") that run here; all others are unknown, also those that only DuckDB has. */

/** Functions of which DuckDB has one of the same name and meaning. */
const SAME = `
  abs acos any_value arbitrary array_agg array_distinct array_intersect asin atan atan2 avg bool_and bool_or cbrt ceil ceiling
  chr coalesce concat_ws contains corr cos count count_if covar_pop covar_samp cume_dist date_trunc day degrees dense_rank exp
  filter first_value flatten floor greatest grouping histogram hour if json_array_length json_extract lag last_value lead least
  length ln log10 log2 lower lpad ltrim map map_entries map_from_entries map_keys map_values max max_by min min_by minute mod
  month nth_value ntile nullif percent_rank pi pow power quarter radians rank regexp_extract_all replace reverse round row
  row_number rpad rtrim second sign sin split_part sqrt starts_with stddev stddev_pop stddev_samp strpos substr substring sum
  tan translate trim try upper var_pop var_samp variance week year`;

/** MySQL's format specifiers, which Athena's date functions take, as those of strftime. */
const format = "replace(replace(replace(replace(f, '%i', '%M'), '%s', '%S'), '%T', '%H:%M:%S'), '%e', '%-d')";

/** Functions that DuckDB lacks or means otherwise: parameters and body of a macro. */
const MACROS: Readonly<Record<string, readonly string[]>> = {
  approx_distinct: ['(x) AS count(DISTINCT x)'],
  approx_percentile: ['(x, p) AS approx_quantile(x, p)'],
  array_join: ['(a, d) AS array_to_string(a, d)'],
  array_max: ['(a) AS list_max(a)'],
  array_min: ['(a) AS list_min(a)'],
  array_position: ['(a, x) AS coalesce(list_position(a, x), 0)'],
  array_sort: ["(a) AS list_sort(a, 'ASC', 'NULLS LAST')"],
  cardinality: ['(x) AS len(x)'],
  concat: ['(a, b) AS a || b', '(a, b, c) AS a || b || c', '(a, b, c, d) AS a || b || c || d'],
  date: ['(x) AS CAST(x AS DATE)'],
  date_add: ["(u, n, t) AS t + n * CAST('1 ' || u AS INTERVAL)"],
  date_diff: ['(u, a, b) AS system.main.date_sub(u, a, b)'],
  date_format: [`(x, f) AS strftime(x, ${format})`],
  day_of_month: ['(x) AS day(x)'],
  day_of_week: ['(x) AS isodow(x)'],
  day_of_year: ['(x) AS dayofyear(x)'],
  dow: ['(x) AS isodow(x)'],
  element_at: ['(a, i) AS a[i]'],
  every: ['(x) AS bool_and(x)'],
  from_iso8601_date: ['(x) AS CAST(x AS DATE)'],
  from_iso8601_timestamp: ['(x) AS CAST(x AS TIMESTAMPTZ)'],
  from_unixtime: ['(x) AS to_timestamp(x)'],
  json_extract_scalar: ['(j, p) AS json_extract_string(j, p)'],
  json_format: ['(j) AS CAST(j AS VARCHAR)'],
  json_parse: ['(s) AS CAST(s AS JSON)'],
  last_day_of_month: ['(x) AS last_day(x)'],
  levenshtein_distance: ['(a, b) AS levenshtein(a, b)'],
  map_agg: ['(k, v) AS map(list(k), list(v))'],
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
  sequence: ['(a, b) AS generate_series(a, b)', '(a, b, s) AS generate_series(a, b, s)'],
  slice: ['(a, s, n) AS list_slice(a, s, s + n - 1)'],
  split: ['(s, d) AS string_split(s, d)'],
  to_iso8601: ["(x) AS strftime(x, '%Y-%m-%dT%H:%M:%S.%gZ')"],
  to_unixtime: ['(x) AS epoch(x)'],
  truncate: ['(x) AS trunc(x)'],
  week_of_year: ['(x) AS week(x)'],
};

/** Functions whose macro could not take a lambda. */
export const RENAMED: Readonly<Record<string, string>> = { transform: 'list_transform' };

const KNOWN = new Set([...SAME.trim().split(/\s+/), ...Object.keys(MACROS), ...Object.keys(RENAMED), 'now']);

export function isFunction(name: string): boolean {
  return KNOWN.has(name);
}

/** Statements that define them; the first one serves the others (`$1` of Java's expressions is `\1` of RE2's). */
export const MACRO_STATEMENTS: readonly string[] = [
  String.raw`CREATE MACRO regexp_replace_groups(r) AS system.main.regexp_replace(r, '\$(\d)', '\\\1', 'g')`,
  ...Object.entries(MACROS).map(([name, overloads]) => `CREATE MACRO ${name}${overloads.join(', ')}`),
];
