import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaWorld, fleet } from './athena-world.ts';

const world = createAthenaWorld();
const { rowsOf, typesOf, query } = world;
beforeAll(() => fleet(world));
afterAll(() => world.athena.close());

describe('the named queries', () => {
  const folder = new URL('../../../queries/named/', import.meta.url);
  const answers: Record<string, (string | null)[][]> = {
    'agent-versions': [
      ['3.3.1', 'Linux', '2', '1'],
      ['3.2.9', 'Windows', '1', '1'],
    ],
    'fleet-by-platform': [
      ['Linux', 'Linux', '1', '2'],
      ['Windows', 'Windows', '1', '1'],
    ],
    'nodes-missing-patches': [
      ['100000000011', 'eu-west-1', 'i-3', null, '11', '0', null],
      ['100000000010', 'us-east-1', 'i-1', null, '4', '0', null],
    ],
    'package-versions': [
      ['aws-cfn-bootstrap', '2.0', null, '2'],
      ['aws-cfn-bootstrap', '1.9', null, '1'],
    ],
    'targets-by-status': [
      ['Failing', 'SyncMissing', '2'],
      ['Failing', 'NeverDelivered', '1'],
      ['Healthy', '-', '1'],
    ],
  };
  it.each(readdirSync(folder).map((file) => file.replace('.sql', '')))('%s is answered', async (name) => {
    expect(await rowsOf(readFileSync(new URL(`${name}.sql`, folder), 'utf8'))).toEqual(answers[name]);
  });
});

describe('names', () => {
  it.each([
    ['of the context', 'SELECT count(*) FROM aws_application'],
    ['with a database', 'SELECT count(*) FROM Muster.AWS_Application'],
    ['with the catalog', 'SELECT count(*) FROM "AwsDataCatalog"."muster".aws_application'],
    ['of a WITH query', 'WITH a AS (SELECT name FROM aws_application) SELECT count(*) FROM a'],
    [
      'of a WITH query that is named like its table',
      'WITH aws_application AS (SELECT * FROM aws_application) SELECT count(*) FROM aws_application',
    ],
    [
      'in a subquery',
      'SELECT count(*) FROM (SELECT resourceid AS id FROM aws_application) WHERE id IN (SELECT resourceid FROM aws_application)',
    ],
  ])('%s are found ("Names for tables, databases, and columns")', async (_case, sql) => {
    expect(await rowsOf(sql)).toEqual([['3']]);
  });

  it('that a query gives or leaves out are those of Trino', async () => {
    const sql = 'SELECT Name, count(*), max(version) AS "Newest" FROM aws_application GROUP BY 1';
    expect(await typesOf(sql)).toEqual(['name varchar', '_col1 bigint', 'Newest varchar']);
  });
});

describe('time', () => {
  it('is that of the embedded cloud, outside of texts and comments', async () => {
    const sql = `SELECT now(), current_timestamp, current_date, localtimestamp, current_time, localtime, 'now() current_date' -- now()
      /* current_date */ FROM aws_application LIMIT 1`;
    expect(await rowsOf(sql)).toEqual([
      [
        '2026-11-02 06:00:00.000 UTC',
        '2026-11-02 06:00:00.000 UTC',
        '2026-11-02',
        '2026-11-02 06:00:00.000',
        '06:00:00',
        '06:00:00',
        'now() current_date',
      ],
    ]);
  });

  it('passes between queries', async () => {
    await world.cloud.clock.advanceTo(Date.parse('2026-11-02T07:30:00Z'));
    const age = "date_diff('minute', from_iso8601_timestamp(capturetime), now())";
    expect(await rowsOf(`SELECT max(${age}) FROM aws_application`)).toEqual([['150']]);
  });
});

describe('functions ("Functions in Amazon Athena")', () => {
  it.each([
    ["date_diff('day', TIMESTAMP '2026-11-01 12:00:00', TIMESTAMP '2026-11-02 11:00:00')", '0'],
    ["date_add('hour', -2, TIMESTAMP '2026-11-01 12:00:00')", '2026-11-01 10:00:00.000'],
    ["date_format(TIMESTAMP '2026-11-01 12:34:56', '%Y-%m-%d %H:%i:%s')", '2026-11-01 12:34:56'],
    ["to_unixtime(from_iso8601_timestamp('2026-11-02T06:00:00Z'))", '1.7935992E9'],
    ['to_iso8601(from_unixtime(0))', '1970-01-01T00:00:00.000Z'],
    ["element_at(ARRAY['a', 'b'], 2)", 'b'],
    ["cardinality(ARRAY['a', 'b'])", '2'],
    ["array_join(ARRAY['a', 'b'], '-')", 'a-b'],
    ['transform(ARRAY[1, 2], x -> x + 1)', '[2, 3]'],
    ['filter(ARRAY[1, 2], x -> x > 1)', '[2]'],
    ['json_extract_scalar(\'{"a": {"b": 1}}\', \'$.a.b\')', '1'],
    ["regexp_like('i-0abc', '^i-')", 'true'],
    ["regexp_extract('abc', 'x')", null],
    ["regexp_extract('abc', '(b)(c)', 2)", 'c'],
    ["regexp_replace('2026-11', '(\\d+)-(\\d+)', '$2/$1')", '11/2026'],
    ["concat('a', NULL)", null],
    ["split_part('a:b', ':', 2)", 'b'],
    ['approx_distinct(1)', '1'],
    ["map_agg('a', 1)", '{a=1}'],
    ['slice(ARRAY[1, 2, 3], 2, 2)', '[2, 3]'],
    ["try(CAST('x' AS integer))", null],
    ["if(true, 'yes', 'no')", 'yes'],
    ['1 / 2', '0'],
  ])('%s is %s', async (expression, value) => {
    expect(await rowsOf(`SELECT ${expression}`)).toEqual([[value]]);
  });
});

describe('values ("Data types in Amazon Athena")', () => {
  it.each([
    ['ARRAY[ARRAY[1], NULL]', '[[1], null]', 'array'],
    ['CAST(ROW(1, 2.5) AS ROW(a integer, b double))', '{a=1, b=2.5}', 'row'],
    ["MAP(ARRAY['k'], ARRAY[true])", '{k=true}', 'map'],
    ["TIMESTAMP '2026-11-02 06:00:00'", '2026-11-02 06:00:00.000', 'timestamp'],
    ["DATE '2026-11-02'", '2026-11-02', 'date'],
    ['CAST(1 AS double)', '1.0', 'double'],
    ['1e-5', '1.0E-5', 'double'],
    ['-12345678.5e0', '-1.23456785E7', 'double'],
    ["DECIMAL '1.50'", '1.500', 'decimal'],
    ['1 = 1', 'true', 'boolean'],
    ['sum(1)', '1', 'bigint'],
    ['\'say "hi", twice\'', 'say "hi", twice', 'varchar'],
    ["''", '', 'varchar'],
  ])('%s is written %s and called %s', async (expression, value, type) => {
    expect(await rowsOf(`SELECT ${expression}`)).toEqual([[value]]);
    expect(await typesOf(`SELECT ${expression}`)).toEqual([`_col0 ${type}`]);
  });
});

describe('a query that fails says so in Athena\'s words ("Athena error catalog")', () => {
  it.each([
    [
      'SELECT nope FROM aws_application',
      "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved or requester is not authorized to access requested resources",
      1006,
    ],
    ['SELECT a.nope FROM aws_application a', "COLUMN_NOT_FOUND: line 1:8: Column 'a.nope' cannot be", 1006],
    ["SELECT name AS n FROM aws_application WHERE n = 'a'", "COLUMN_NOT_FOUND: line 1:45: Column 'n' cannot be", 1006],
    ['SELECT name AS n FROM aws_application GROUP BY n', "COLUMN_NOT_FOUND: line 1:48: Column 'n' cannot be", 1006],
    ['SELECT a FROM nothing', "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.muster.nothing' does not exist", 1110],
    ['SELECT a FROM nowhere.x', "SCHEMA_NOT_FOUND: line 1:15: Schema 'nowhere' does not exist", 1301],
    [
      "SELECT string_agg(name, ',') FROM aws_application",
      "FUNCTION_NOT_FOUND: line 1:8: Function 'string_agg' not registered",
      1303,
    ],
    [
      'SELECT sum(name) FROM aws_application',
      'FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar) for function sum',
      1303,
    ],
    [
      'SELECT CAST(name AS integer) FROM aws_application',
      "INVALID_CAST_ARGUMENT: Cannot cast 'aws-cfn-bootstrap' to INT",
      1106,
    ],
    ["SELECT CAST('x' AS date)", 'INVALID_CAST_ARGUMENT: Value cannot be cast to date: x', 1106],
    ['SELECT 2147483647 + 1', 'NUMERIC_VALUE_OUT_OF_RANGE: ', 1106],
    ['SELECT name FROM aws_application WHERE name > 3', 'TYPE_MISMATCH: varchar and integer cannot be compared', 1006],
    ["SELECT 'a' + 1", "TYPE_MISMATCH: '+' cannot be applied to varchar, integer", 1006],
    [
      'SELECT name, count(*) FROM aws_application',
      "EXPRESSION_NOT_AGGREGATE: line 1:8: 'name' must be an aggregate",
      1006,
    ],
    [
      'SELECT name FROM aws_application a, aws_application b',
      "AMBIGUOUS_NAME: line 1:8: Column 'name' is ambiguous",
      1006,
    ],
    ['SELECT CAST(NULL AS ipaddress)', 'GENERIC_USER_ERROR: the embedded Athena cannot run this query (', 1000],
  ])('%s: %s', async (sql, reason, ErrorType) => {
    const { state, reason: given, error } = await query(sql);
    expect(given).toContain(reason);
    expect({ state, error }).toMatchObject({
      state: 'FAILED',
      error: { ErrorCategory: 2, ErrorType, ErrorMessage: given },
    });
  });
});
