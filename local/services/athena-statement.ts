/** What Athena refuses before a statement is queued. Error texts are those the service answers. */
import type { StartQueryExecutionCommandInput } from '@aws-sdk/client-athena';
import { AwsFault } from '../cloud/aws-fault.ts';
import { type Dialect, parse, partsOf, type SyntaxNode, SyntaxRefused } from './athena-grammar.ts';
import { readWrite, type Write } from './athena-write.ts';

export interface Statement {
  readonly sql: string;
  readonly dialect: Dialect;
  readonly tree: SyntaxNode;
  /** The query alone, without UNLOAD or CREATE TABLE AS around it, at the place it has in the statement. */
  readonly query: string;
  /** Undefined: the result goes into the results file. */
  readonly write: Write | undefined;
  readonly parameters: readonly string[];
  /** Of tables that are named without one. */
  readonly database: string;
}

export function invalid(message: string, AthenaErrorCode = 'INVALID_INPUT'): AwsFault {
  return new AwsFault('InvalidRequestException', message, { fields: { AthenaErrorCode } });
}

/** "Service Quotas" (Athena user guide). */
const MOST_BYTES = 262_144;
const COMMENTS = /^(?:\s|--.*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const DEFINITION = /^(CREATE\s+(DATABASE|SCHEMA|EXTERNAL\s+TABLE)|MSCK\s+REPAIR|ALTER\s+TABLE)\b/i;
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
  const { query, write } = (await refusing(() => readWrite(sql, words))) ?? { query: sql, write: undefined };
  const tree = await parseOne(query, dialect);
  if (dialect === 'TrinoSQL' && !write && !QUERY.test(words))
    throw new AwsFault('NotImplemented', `the embedded Athena does not run ${words.slice(0, 20)}…`, { status: 501 });
  const database = (context?.Database ?? 'default').toLowerCase();
  return { sql, dialect, tree, query, write, parameters: input.ExecutionParameters ?? [], database };
}

const malformed = (message: string) => invalid(message, 'MALFORMED_QUERY');

async function refusing<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof SyntaxRefused ? malformed(error.message) : error;
  }
}

async function parseOne(sql: string, dialect: Dialect): Promise<SyntaxNode> {
  const tree = await refusing(() => parse(sql, dialect));
  const [first, second] = tree.children.filter(({ rule }) => rule.startsWith('statement'));
  if (second) throw malformed(`Only one sql statement is allowed. Got: ${sql}`);
  if (!first) throw malformed("line 1:1: mismatched input '<EOF>'. Expecting: <query>");
  const quoted = [...partsOf(tree)].find(({ kind }) => kind === 'BackQuotedIdentifier');
  if (quoted)
    throw malformed(`${quoted.at}: backquoted identifiers are not supported; use double quotes to quote identifiers`);
  return tree;
}
