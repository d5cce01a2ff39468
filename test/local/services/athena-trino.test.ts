import { afterAll, describe, expect, it } from 'vitest';
import { createAthenaWorld } from './athena-world.ts';

const world = createAthenaWorld();
const { rowsOf, typesOf, query } = world;
afterAll(() => world.athena.close());

describe('what DuckDB would answer otherwise is answered as Trino documents it', () => {
  it.each([
    ['"Conversion functions": a fraction is no integer', "try_cast('3.7' AS integer)", null],
    ['"Conversion functions": spaces are no digits', "try_cast(' 3 ' AS bigint)", null],
    ['"Conversion functions": ISO 8601 is no timestamp', "try_cast('2026-11-02T06:00:00Z' AS timestamp)", null],
    ['"Conversion functions": a timestamp is no date', "try_cast('2026-11-02 06:00:00' AS date)", null],
    [
      '"Conversion functions": text of a timestamp',
      "CAST(TIMESTAMP '2026-11-02 06:00:00' AS varchar)",
      '2026-11-02 06:00:00.000',
    ],
    ['"Conversion functions": text of an instant', 'CAST(from_unixtime(0) AS varchar)', '1970-01-01 00:00:00.000 UTC'],
    ['"Date and time functions": ISO 8601 has a T', "try(from_iso8601_timestamp('2026-11-02 06:00:00'))", null],
    ['"Date and time functions": a date stays one', "date_add('day', 1, DATE '2026-11-02')", '2026-11-03'],
    ['"Date and time functions": a date stays one', "DATE '2026-11-02' - INTERVAL '1' DAY", '2026-11-01'],
    ['"Date and time functions": a date stays one', "date_trunc('month', DATE '2026-11-02')", '2026-11-01'],
    [
      '"Date and time functions": MySQL formats',
      "date_format(TIMESTAMP '2026-01-02 03:04:05', '%W %e %M %c, %k:%i')",
      'Friday 2 January 1, 3:04',
    ],
    [
      '"Date and time functions": MySQL formats',
      "date_parse('02/11/2026 06:05', '%d/%m/%Y %H:%i')",
      '2026-11-02 06:05:00.000',
    ],
    ['"String functions": positions begin at 1', "substr('hello', 0)", ''],
    ['"String functions": before the beginning is nothing', "substring('hello', -9, 3)", ''],
    ['"String functions": replace removes', "replace('a-b', '-')", 'ab'],
    ['"Mathematical operators": division of integers truncates', '-7 / 2', '-3'],
    ['"Array functions": any_match', 'any_match(ARRAY[1, NULL, 3], x -> x > 2)', 'true'],
    ['"Array functions": any_match of nothing', 'any_match(ARRAY[1], x -> x > 2)', 'false'],
    ['"Array functions": any_match that cannot tell', 'any_match(ARRAY[1, NULL], x -> x > 2)', null],
    ['"Array functions": all_match', 'all_match(ARRAY[3, 4], x -> x > 2)', 'true'],
    ['"Array functions": none_match', 'none_match(ARRAY[1], x -> x > 2)', 'true'],
    [
      '"Array functions": array_join leaves nulls out or replaces them',
      "array_join(ARRAY['a', NULL], '-', '?')",
      'a-?',
    ],
    ['"Map functions": cardinality', "cardinality(MAP(ARRAY['a'], ARRAY['b']))", '1'],
    ['"Map functions": element_at of a missing key', "element_at(MAP(ARRAY['a'], ARRAY['b']), 'c')", null],
    ['"Array functions": contains', "contains(ARRAY['a'], 'a')", 'true'],
  ])('%s: %s is %s', async (_fact, expression, value) => {
    expect(await rowsOf(`SELECT ${expression}`)).toEqual([[value]]);
  });

  it.each([
    ["DATE '2026-11-02' + INTERVAL '1' DAY", 'date'],
    ["date_trunc('month', DATE '2026-11-02')", 'date'],
    ["CAST(ARRAY['1'] AS array(integer))", 'array'],
    ['CAST(now() AS timestamp(3))', 'timestamp'],
  ])('%s is a %s', async (expression, type) => {
    expect(await typesOf(`SELECT ${expression} AS a`)).toEqual([`a ${type}`]);
  });

  it.each([
    ["'a' || 1", 'FUNCTION_NOT_FOUND: line 1:1: Unexpected parameters'],
    ["CAST('3.7' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast '3.7' to INT"],
    ["MAP(ARRAY['a', 'a'], ARRAY[1, 2])", 'INVALID_FUNCTION_ARGUMENT: Duplicate map keys'],
  ])('%s fails: %s', async (expression, reason) => {
    expect((await query(`SELECT ${expression}`)).reason).toContain(reason);
  });
});

describe('aggregates ("Aggregate functions", Trino documentation)', () => {
  const pairs = "(VALUES ('n1', 'a', 'x'), ('n1', 'b', NULL), ('n1', 'a', 'z'), ('n2', NULL, 'y')) AS t (n, k, v)";
  it.each([
    ['map_agg keeps the first of equal keys and leaves null keys out', 'map_agg(k, v)', [['{a=x, b=null}'], ['{}']]],
    ['map_agg takes FILTER', "map_agg(k, v) FILTER (WHERE k <> 'a')", [['{b=null}'], [null]]],
    ['listagg joins in order', "listagg(v, ',') WITHIN GROUP (ORDER BY v DESC)", [['z,x'], ['y']]],
    ['listagg joins with nothing', 'listagg(v) WITHIN GROUP (ORDER BY v)', [['xz'], ['y']]],
    ['approx_distinct takes FILTER', "approx_distinct(k) FILTER (WHERE v = 'x')", [['1'], ['0']]],
    ['array_agg takes an order', 'array_agg(v ORDER BY v)', [['[x, z, null]'], ['[y]']]],
    [
      'a date of an aggregate stays one',
      "date_add('day', 1, DATE '2026-11-02') < date_add('day', 2, max(DATE '2026-11-02'))",
      [['true'], ['true']],
    ],
    [
      'an instant of an aggregate keeps its time',
      "CAST(date_add('hour', 1, max(TIMESTAMP '2026-11-02 06:00:00')) AS varchar)",
      [['2026-11-02 07:00:00.000'], ['2026-11-02 07:00:00.000']],
    ],
    ['text of aggregates is joined', "max(k) || '-' || CAST(count(*) AS varchar)", [['b-3'], [null]]],
    ['numbers of an aggregate are cast', 'CAST(max(3.0e0) AS integer)', [['3'], ['3']]],
    [
      'lists and maps of an aggregate are counted',
      'cardinality(array_agg(k)) + cardinality(map_agg(k, v))',
      [['5'], ['1']],
    ],
    ['max_by and min_by', 'max_by(k, v) || min_by(k, v)', [['aa'], [null]]],
  ])('%s', async (_fact, aggregate, rows) => {
    expect(await rowsOf(`SELECT ${aggregate} FROM ${pairs} GROUP BY n ORDER BY n`)).toEqual(rows);
  });

  it('window functions skip nulls when asked ("Window functions")', async () => {
    const sql =
      'SELECT lag(v) IGNORE NULLS OVER (ORDER BY i) FROM (VALUES (1, 7), (2, NULL), (3, 9)) AS t (i, v) ORDER BY i';
    expect(await rowsOf(sql)).toEqual([[null], ['7'], ['7']]);
  });
});

describe('relations ("SELECT", Trino documentation)', () => {
  it.each([
    [
      'a list with its places',
      "SELECT x, n FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t (x, n) ORDER BY n",
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a map',
      "SELECT k, v FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY['x', 'y'])) AS t (k, v) ORDER BY k",
      [
        ['a', 'x'],
        ['b', 'y'],
      ],
    ],
    [
      'a map of each row, with its places',
      "SELECT i, k, v, n FROM (VALUES (1, MAP(ARRAY['a'], ARRAY['x']))) AS t (i, m) CROSS JOIN UNNEST(m) WITH ORDINALITY AS u (k, v, n)",
      [['1', 'a', 'x', '1']],
    ],
    ['rows', "SELECT a, b FROM UNNEST(ARRAY[ROW(1, 'x')]) AS t (a, b)", [['1', 'x']]],
    [
      'two lists side by side',
      "SELECT a, b FROM UNNEST(ARRAY[1, 2], ARRAY['x']) AS t (a, b) ORDER BY a",
      [
        ['1', 'x'],
        ['2', null],
      ],
    ],
    [
      'an empty list of an outer row',
      'SELECT i, x FROM (VALUES (1)) AS t (i) LEFT JOIN UNNEST(CAST(ARRAY[] AS array(integer))) AS u (x) ON true',
      [['1', null]],
    ],
    ['VALUES without parentheses', 'SELECT a FROM (VALUES 2, 1) AS t (a) ORDER BY 1', [['1'], ['2']]],
    ['VALUES of rows', "VALUES ROW(1, 'a')", [['1', 'a']]],
    [
      'nulls, last in either order',
      'SELECT a FROM (VALUES 1, NULL, 2) AS t (a) ORDER BY a DESC',
      [['2'], ['1'], [null]],
    ],
    [
      'FULL JOIN',
      'SELECT a, b FROM (VALUES 1, 2) AS t (a) FULL JOIN (VALUES 2, 3) AS u (b) ON a = b ORDER BY a, b',
      [
        ['1', null],
        ['2', '2'],
        [null, '3'],
      ],
    ],
  ])('%s', async (_case, sql, rows) => {
    expect(await rowsOf(sql)).toEqual(rows);
  });
});
