import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaWorld, fleet } from './athena-world.ts';

const world = createAthenaWorld();
const { ask, query, rowsOf, refuse, put, table } = world;
beforeAll(() => fleet(world));
afterAll(() => world.athena.close());

interface View {
  readonly sql: string;
  readonly columns: readonly (readonly [string, string])[];
  readonly schema?: string;
}

/** As `CREATE VIEW` leaves it in the catalog; Glue's own columns are not looked at. */
const viewOf = (Name: string, { sql, columns, schema = 'muster' }: View) => {
  const described = columns.map(([name, type]) => ({ name, type }));
  const json = JSON.stringify({ originalSql: sql, catalog: 'awsdatacatalog', schema, columns: described });
  return {
    Name,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    ViewOriginalText: `/* Presto View: ${Buffer.from(json).toString('base64')} */`,
    ViewExpandedText: '/* Presto View */',
    StorageDescriptor: { Columns: columns.map(([column]) => ({ Name: column, Type: 'string' })), SerdeInfo: {} },
  };
};
let views = 0;
async function view(described: View): Promise<string> {
  const name = `v${views++}`;
  await ask('glue', 'CreateTable', { DatabaseName: 'muster', TableInput: viewOf(name, described) });
  return name;
}
const apps = 'SELECT name, count(*) AS nodes FROM aws_application GROUP BY name';
const appColumns = [
  ['name', 'varchar'],
  ['nodes', 'bigint'],
] as const;

describe('a view ("Work with views", Athena user guide; Trino source, `ViewReaderUtil`)', () => {
  it('is read like a table, under its own name or another', async () => {
    const name = await view({ sql: apps, columns: appColumns });
    expect(await rowsOf(`SELECT ${name}.nodes, v.name FROM ${name} JOIN ${name} v USING (nodes)`)).toEqual([
      ['3', 'aws-cfn-bootstrap'],
    ]);
  });

  it('reads other views, each in the database it was made in', async () => {
    await ask('glue', 'CreateDatabase', { DatabaseInput: { Name: 'other' } });
    const inner = await view({ sql: apps, columns: appColumns });
    const outer = viewOf('above', {
      sql: `SELECT nodes + 1 AS more FROM muster.${inner}`,
      columns: [['more', 'bigint']],
    });
    await ask('glue', 'CreateTable', { DatabaseName: 'other', TableInput: outer });
    expect(await rowsOf('SELECT more FROM other.above')).toEqual([['4']]);
  });

  it('follows the objects of its tables and the time of the query', async () => {
    const name = await view({
      sql: "SELECT date_diff('hour', from_iso8601_timestamp(capturetime), now()) AS age FROM aws_application",
      columns: [['age', 'bigint']],
    });
    expect(await rowsOf(`SELECT max(age) FROM ${name}`)).toEqual([['1']]);
    await world.cloud.clock.advanceTo(Date.parse('2026-11-02T08:00:00Z'));
    expect(await rowsOf(`SELECT max(age) FROM ${name}`)).toEqual([['3']]);
  });

  it('is what the catalog says now, also where a table was', async () => {
    await table('changing', [{ Name: 'a', Type: 'string' }]);
    await put('changing/rows.json', { a: 'table' });
    expect(await rowsOf('SELECT a FROM changing')).toEqual([['table']]);
    const TableInput = viewOf('changing', { sql: "SELECT 'view' AS a", columns: [['a', 'varchar(4)']] });
    await ask('glue', 'UpdateTable', { DatabaseName: 'muster', TableInput });
    expect(await rowsOf('SELECT a FROM changing')).toEqual([['view']]);
  });

  it.each([
    ['integer', 'bigint', '1'],
    ['date', 'timestamp(3)', '2026-11-02 00:00:00.000'],
  ])('gives a column that is %s the type %s it was described with', async (from, to, text) => {
    const value = from === 'date' ? "DATE '2026-11-02'" : '1';
    const name = await view({ sql: `SELECT ${value} AS a`, columns: [['a', to]] });
    expect(await rowsOf(`SELECT a FROM ${name}`)).toEqual([[text]]);
    expect(await world.typesOf(`SELECT a FROM ${name}`)).toEqual([`a ${to.replace('(3)', '')}`]);
  });

  it('may have columns of nested types', async () => {
    const name = await view({
      sql: "SELECT map_agg('k', 'v') AS tags, ARRAY['x'] AS list, CAST(ROW('a', 1) AS ROW(name varchar, n integer)) AS pair",
      columns: [
        ['tags', 'map(varchar, varchar)'],
        ['list', 'array(varchar(1))'],
        ['pair', 'row(name varchar, n integer)'],
      ],
    });
    expect(await rowsOf(`SELECT tags['k'], list[1], pair.n FROM ${name}`)).toEqual([['v', 'x', '1']]);
  });

  it('needs the permissions of whoever asks, on what lies below too ("Fine-grained access to databases and tables in the AWS Glue Data Catalog")', async () => {
    const name = await view({ sql: apps, columns: appColumns });
    for (const [action, resource] of [
      ['glue:GetTable', `table/muster/${name}`],
      ['glue:GetTable', 'table/muster/aws_application'],
      ['glue:GetPartitions', 'table/muster/aws_application'],
      ['s3:GetObject', 'AWS:Application'],
    ] as const) {
      refuse(action, resource);
      expect(await query(`SELECT * FROM ${name}`)).toMatchObject({ state: 'FAILED' });
      refuse('');
      expect(await query(`SELECT * FROM ${name}`)).toMatchObject({ state: 'SUCCEEDED' });
    }
  });
});

describe('a view that is not what it says it is', () => {
  it.each([
    [
      [['name', 'varchar']],
      'stored view column count (1) does not match column count derived from the view query analysis (2)',
    ],
    [
      [
        ['name', 'varchar'],
        ['nodes', 'varchar'],
      ],
      'column [nodes] of type bigint projected from query view at position 1 cannot be coerced to column [nodes] of type varchar stored in view definition',
    ],
    [
      [
        ['name', 'varchar'],
        ['count', 'bigint'],
      ],
      'column [nodes] of type bigint projected from query view at position 1 has a different name from column [count] of type bigint stored in view definition',
    ],
  ] as const)('with columns %j is stale (Trino source, `StatementAnalyzer`)', async (columns, why) => {
    const name = await view({ sql: apps, columns });
    expect(await query(`SELECT 1 FROM ${name}`)).toMatchObject({
      state: 'FAILED',
      reason: `VIEW_IS_STALE: line 1:15: View 'awsdatacatalog.muster.${name}' is stale or in invalid state: ${why}`,
      error: { ErrorCategory: 2, ErrorType: 1107 },
    });
  });

  it.each([
    ['SELECT nope FROM aws_application', "analyzing stored view 'V': line 1:8: Column 'nope' cannot be resolved"],
    ['SELECT a FROM gone', "analyzing stored view 'V': line 1:15: Table 'awsdatacatalog.muster.gone' does not exist"],
    ['SELECT a FROM x-y', "parsing stored view 'V': line 1:16: mismatched input '-'"],
  ])('%s is invalid', async (sql, why) => {
    const name = await view({ sql, columns: [['a', 'varchar']] });
    const { reason } = await query(`SELECT * FROM ${name}`);
    expect(reason).toContain(`INVALID_VIEW: line 1:15: Failed ${why.replace('V', `awsdatacatalog.muster.${name}`)}`);
  });

  it('leads to itself', async () => {
    const name = `v${views}`;
    await view({ sql: `SELECT a FROM ${name}`, columns: [['a', 'varchar']] });
    expect((await query(`SELECT * FROM ${name}`)).reason).toContain('View is recursive');
  });

  it.each([
    ['is no view of Presto', 'SELECT 1'],
    ['is not JSON', '/* Presto View: eA== */'],
  ])('%s', async (_case, ViewOriginalText) => {
    const TableInput = { ...viewOf(`v${views++}`, { sql: '', columns: [] }), ViewOriginalText };
    await ask('glue', 'CreateTable', { DatabaseName: 'muster', TableInput });
    expect((await query(`SELECT * FROM ${TableInput.Name}`)).reason).toMatch(/^HIVE_INVALID_VIEW_DATA: /);
  });
});
