/** What UNLOAD and CREATE TABLE AS say beside their query ("UNLOAD", "CREATE TABLE AS", Athena user guide). */
import { z } from 'zod';
import { AwsFault } from '../cloud/aws-fault.ts';
import { foldName, parse, partsOf, type SyntaxNode, SyntaxRefused } from './athena-grammar.ts';

const upper = z.string().toUpperCase();
const Properties = z
  .strictObject({
    format: upper.pipe(z.literal('PARQUET')),
    compression: upper.pipe(z.enum(['GZIP', 'NONE', 'SNAPPY', 'ZSTD'])).default('GZIP'),
    compression_level: z.coerce.number().optional(),
    partitioned_by: z.array(z.string()).default([]),
    external_location: z.string().optional(),
  })
  .transform(({ partitioned_by, ...more }) => ({ ...more, keys: partitioned_by.map((name) => name.toLowerCase()) }));

export interface Write {
  readonly properties: z.infer<typeof Properties>;
  /** Of the table that CREATE TABLE AS makes: name, then database where it says one. */
  readonly table: readonly string[] | undefined;
  /** Where UNLOAD writes to. */
  readonly location: string | undefined;
}

interface Reading {
  /** The query alone, at the place it has in the statement. */
  readonly query: string;
  readonly write: Write;
}

const UNLOAD = /^UNLOAD\s*(\([\s\S]*\))\s*TO\s*'([^']*)'\s*(WITH\s*\([\s\S]*\))\s*;?\s*$/i;

/** `words` is the statement without the comments before it; undefined where it is neither. Throws `SyntaxRefused`, and 501 for what is not served. */
export async function readWrite(sql: string, words: string): Promise<Reading | undefined> {
  if (/^CREATE\s+TABLE\b/i.test(words)) return readTableAs(sql);
  if (!/^UNLOAD\b/i.test(words)) return undefined;
  const [, query = '', location, clause = ''] = UNLOAD.exec(words) ?? [];
  if (!query)
    throw new SyntaxRefused("line 1:1: mismatched input 'UNLOAD'. Expecting: UNLOAD (query) TO 's3://…' WITH (…)");
  const before = sql.slice(0, sql.length - words.length + words.indexOf(query));
  const clauses = await parse(`CREATE TABLE unloaded ${clause} AS SELECT 1`, 'TrinoSQL');
  const write = { properties: propertiesOf(clauses), table: undefined, location };
  if (write.properties.external_location !== undefined) throw unserved('UNLOAD has no external_location');
  return { query: before.replaceAll(/\S/g, ' ') + query, write };
}

async function readTableAs(sql: string): Promise<Reading | undefined> {
  const statement = [...partsOf(await parse(sql, 'TrinoSQL'))].find(({ kind }) => kind === 'CreateTableAsSelect');
  const part = (rule: string) => statement?.children.find((child) => child.rule === rule);
  const [name, query] = [part('tableNameCreate'), part('rootQuery')];
  const isPlain = statement?.children.every(
    ({ rule, text }) => rule !== '' || /^(CREATE|TABLE|WITH|AS|[()])$/i.test(text),
  );
  if (!statement || !name || !query || !isPlain) return undefined;
  const around = (point: string, at: number) => (at < query.start || at >= query.end) && /\S/.test(point);
  const write = {
    properties: propertiesOf(part('properties') ?? statement),
    table: foldName(name.text).split('.').map(foldName).toReversed(),
    location: undefined,
  };
  return { query: Array.from(sql, (point, at) => (around(point, at) ? ' ' : point)).join(''), write };
}

function propertiesOf(clauses: SyntaxNode): Write['properties'] {
  const assignments = [...partsOf(clauses)].filter(({ rule }) => rule === 'property');
  const given = assignments.map(({ children: [name, , value] }) => [synonym(name?.text ?? ''), literalsOf(value)]);
  const { data, error } = Properties.safeParse(Object.fromEntries(given));
  if (data) return data;
  throw unserved(error.message);
}

function unserved(why: string): AwsFault {
  return new AwsFault('NotImplemented', `the embedded Athena does not write so: ${why}`, { status: 501 });
}

/** "CTAS table properties" call the compression otherwise. */
const synonym = (name: string) => name.toLowerCase().replace(/^(write|parquet)_compression$/, 'compression');

function literalsOf(node: SyntaxNode | undefined): string | string[] {
  const texts = [...(node?.text.matchAll(/'([^']*)'/g) ?? [])].map(([, text = '']) => text);
  return node?.text.toUpperCase().startsWith('ARRAY') ? texts : (texts[0] ?? node?.text ?? '');
}
