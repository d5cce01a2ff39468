/** Execution parameters: literals in place of question marks ("Use parameterized queries", Athena user guide). */
import { Edits } from './athena-edits.ts';
import { QueryFailure } from './athena-failure.ts';
import { parse, partsOf, type SyntaxNode, SyntaxRefused } from './athena-grammar.ts';

/** A query with its parameters in place. Throws `QueryFailure`. */
export async function bindParameters(sql: string, tree: SyntaxNode, values: readonly string[]) {
  const marks = [...partsOf(tree)].filter(({ kind }) => kind === 'Parameter');
  if (marks.length !== values.length)
    throw new QueryFailure(
      'INVALID_PARAMETER_USAGE',
      `line 1:1: Incorrect number of parameters: expected ${marks.length} but found ${values.length}`,
    );
  if (marks.length === 0) return { sql, tree };
  const conditions = [...partsOf(tree)].filter(({ rule }) => rule === 'whereClause');
  const edits = new Edits();
  for (const [index, mark] of marks.entries()) {
    if (!conditions.some(({ start, end }) => start <= mark.start && mark.end <= end))
      throw new QueryFailure('NOT_SUPPORTED', `${mark.at}: parameters can be placed only in the WHERE clause`);
    edits.replace(mark, `(${await readConstant(values[index] ?? '')})`);
  }
  const bound = edits.apply(sql);
  return { sql: bound, tree: await parse(bound, 'TrinoSQL') };
}

async function readConstant(value: string): Promise<string> {
  const tree = await parse(`SELECT (${value})`, 'TrinoSQL').catch((error: unknown) => {
    if (error instanceof SyntaxRefused) return undefined;
    throw error;
  });
  const parts = tree ? [...partsOf(tree)] : [];
  const [query, ...others] = parts.filter(({ kind }) => kind === 'QuerySpecification');
  const isOne = query?.children.length === 2 && parts.filter(({ rule }) => rule === 'selectItem').length === 1;
  const isComputed = parts.some(({ kind, rule }) => /^column|functionName/.test(rule) || kind === 'SetOperation');
  if (!isOne || others.length > 0 || isComputed)
    throw new QueryFailure('EXPRESSION_NOT_CONSTANT', 'line 1:1: Constant expression cannot contain column references');
  return value;
}
