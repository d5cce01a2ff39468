/** What Athena refuses before a statement is queued. Error texts are those the service answers. */
import type { StartQueryExecutionCommandInput } from '@aws-sdk/client-athena';
import { AwsFault } from '../cloud/aws-fault.ts';
import { type Dialect, parse, partsOf, type SyntaxNode, SyntaxRefused } from './athena-grammar.ts';

export interface Statement {
  readonly sql: string;
  readonly dialect: Dialect;
  readonly tree: SyntaxNode;
  /** Of tables that are named without one. */
  readonly database: string;
}

export function invalid(message: string, AthenaErrorCode = 'INVALID_INPUT'): AwsFault {
  return new AwsFault('InvalidRequestException', message, { fields: { AthenaErrorCode } });
}

/** "Service Quotas" (Athena user guide). */
const MOST_BYTES = 262_144;
const COMMENTS = /^(?:\s|--.*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const DEFINITION = /^(CREATE\s+(DATABASE|SCHEMA|EXTERNAL\s+TABLE)|MSCK\s+REPAIR)\b/i;
const QUERY = /^(SELECT\b|WITH\b|VALUES\b|TABLE\b|\()/i;

/** Throws InvalidRequestException, and 501 for statements that are not served here. */
export async function readStatement(input: StartQueryExecutionCommandInput): Promise<Statement> {
  const { QueryString: sql = '', QueryExecutionContext: context } = input;
  const bytes = Buffer.byteLength(sql);
  const bound =
    bytes === 0 ? 'greater than or equal to 1' : bytes > MOST_BYTES && `less than or equal to ${MOST_BYTES}`;
  if (bound)
    throw invalid(
      `1 validation error detected: Value at 'queryString' failed to satisfy constraint: Member must have length ${bound}`,
    );
  const words = sql.replace(COMMENTS, '');
  const dialect = DEFINITION.test(words) ? 'HiveSQL' : 'TrinoSQL';
  const tree = await parseOne(sql, dialect);
  if (dialect === 'TrinoSQL' && !QUERY.test(words))
    throw new AwsFault('NotImplemented', `the embedded Athena does not run ${words.slice(0, 20)}…`, { status: 501 });
  return { sql, dialect, tree, database: (context?.Database ?? 'default').toLowerCase() };
}

async function parseOne(sql: string, dialect: Dialect): Promise<SyntaxNode> {
  const malformed = (message: string) => invalid(message, 'MALFORMED_QUERY');
  try {
    const tree = await parse(sql, dialect);
    const [first, second] = tree.children.filter(({ rule }) => rule.startsWith('statement'));
    if (second) throw malformed(`Only one sql statement is allowed. Got: ${sql}`);
    if (!first) throw malformed("line 1:1: mismatched input '<EOF>'. Expecting: <query>");
    const quoted = [...partsOf(tree)].find(({ kind }) => kind === 'BackQuotedIdentifier');
    if (quoted)
      throw malformed(`${quoted.at}: backquoted identifiers are not supported; use double quotes to quote identifiers`);
    return tree;
  } catch (error) {
    throw error instanceof SyntaxRefused ? malformed(error.message) : error;
  }
}
