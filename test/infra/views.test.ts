import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parse, partsOf } from '../../local/services/athena-grammar.ts';
import { resourcesOf, synthesize } from './synthesis.ts';

const Input = z.object({
  Name: z.string(),
  TableType: z.string(),
  ViewOriginalText: z.string(),
  StorageDescriptor: z.object({ Columns: z.array(z.object({ Name: z.string(), Type: z.string() })) }),
});
const Described = z.object({ originalSql: z.string(), columns: z.array(z.object({ name: z.string() })) });

const { MusterState } = await synthesize();
const views = resourcesOf(MusterState, 'AWS::Glue::Table').map(({ Properties }) => {
  const { Name, TableType, ViewOriginalText, StorageDescriptor } = Input.parse(Properties['TableInput']);
  const [, encoded = ''] = /^\/\* Presto View: (\S+) \*\/$/.exec(ViewOriginalText) ?? [];
  const described = Described.parse(JSON.parse(Buffer.from(encoded, 'base64').toString()));
  return { Name, TableType, glue: StorageDescriptor.Columns, ...described };
});

describe('the views', () => {
  it('are the files of queries/views, each one', () => {
    const files = readdirSync(join(import.meta.dirname, '../../queries/views'));
    expect(views.map(({ Name }) => `${Name}.sql`).sort()).toEqual(files.sort());
  });

  it.each(views)('$Name is one query that the grammar of Trino takes', async ({ TableType, originalSql }) => {
    expect(TableType).toBe('VIRTUAL_VIEW');
    const parts = [...partsOf(await parse(originalSql, 'TrinoSQL'))];
    expect(parts.filter(({ kind }) => kind === 'StatementDefault')).toHaveLength(1);
  });

  it.each(views)('$Name has the same columns for Glue as for Trino', ({ glue, columns }) => {
    expect(glue.map(({ Name }) => Name)).toEqual(columns.map(({ name }) => name));
  });
});
