import { describe, expect, it } from 'vitest';
import { createAthenaWorld } from './athena-world.ts';

const { start, query } = createAthenaWorld();
const refusal = (sql: string) =>
  start(sql).then(
    () => 'accepted',
    ({ name, message, fields }) => ({ name, message, ...fields }),
  );

describe('what Athena does not speak is refused before it is queued ("SQL reference for Athena")', () => {
  it.each([
    ['QUALIFY', 'SELECT a FROM t QUALIFY row_number() OVER () = 1', "line 1:25: mismatched input 'row_number'"],
    ['a cast with colons', 'SELECT a::int FROM t', "line 1:9: mismatched input ':'"],
    ['EXCLUDE', 'SELECT * EXCLUDE (a) FROM t', "line 1:10: mismatched input 'EXCLUDE'"],
    ['GROUP BY ALL', 'SELECT a, count(*) FROM t GROUP BY ALL', "line 1:39: mismatched input '<EOF>'"],
    ['LIMIT before OFFSET', 'SELECT a FROM t LIMIT 1 OFFSET 2', "line 1:25: mismatched input 'OFFSET'"],
    ['a comma at the end', 'SELECT a, FROM t', "line 1:11: mismatched input 'FROM'"],
    ['a list in brackets', 'SELECT [1, 2]', "line 1:8: mismatched input '['"],
    ['FROM first', 'FROM t', "line 1:1: mismatched input 'FROM'"],
    ['an open quote', "SELECT\n 'a", "line 2:2: mismatched input '''"],
    [
      'backquotes',
      'SELECT `a` FROM t',
      'line 1:8: backquoted identifiers are not supported; use double quotes to quote identifiers',
    ],
    ['two statements', 'SELECT 1; SELECT 2', 'Only one sql statement is allowed. Got: SELECT 1; SELECT 2'],
    ['only a comment', '-- nothing', "line 1:1: mismatched input '<EOF>'"],
    ['a bad CREATE TABLE', "CREATE EXTERNAL TABLE t (a string,) LOCATION 's3://b/'", 'line 1:35: mismatched input'],
  ])('%s', async (_case, sql, message) => {
    expect(await refusal(sql)).toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringContaining(message),
      AthenaErrorCode: 'MALFORMED_QUERY',
    });
  });

  it.each([
    ['nothing', ''],
    ['more than 262,144 bytes ("Service Quotas")', `SELECT '${'x'.repeat(262_144)}'`],
  ])('%s is no query string', async (_case, sql) => {
    expect(await refusal(sql)).toMatchObject({ name: 'InvalidRequestException', AthenaErrorCode: 'INVALID_INPUT' });
  });

  it.each([
    'INSERT INTO t VALUES (1)',
    'CREATE TABLE t AS SELECT 1',
    'CREATE TABLE IF NOT EXISTS t AS SELECT 1',
    'SHOW TABLES',
    'DROP TABLE t',
  ])('%s is right but not served', async (sql) => {
    expect(await refusal(sql)).toMatchObject({ name: 'NotImplemented' });
  });

  it.each([
    'SELECT 1;',
    '/* first */ -- second\n SELECT 1',
    '(SELECT 1) UNION ALL (SELECT 2)',
    'VALUES (1, 2)',
    'WITH a (x) AS (SELECT 1) SELECT x FROM a OFFSET 0 LIMIT 1',
    "SELECT '🙂', now()",
    'SELECT a.x FROM (VALUES (1)) AS a (x) JOIN (VALUES (1)) AS b (y) ON true LEFT JOIN UNNEST(ARRAY[1]) AS u (v) ON true',
  ])('%s is accepted and runs', async (sql) => {
    expect(await query(sql)).toMatchObject({ state: 'SUCCEEDED' });
  });
});
