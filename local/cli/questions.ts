/** Asking the deployed workgroup, as an analyst of the hub account would. */
import type * as Api from '@aws-sdk/client-athena';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Answer } from '../cloud/service.ts';
import type { Ask, Hub } from './hub.ts';
import type { QueryReport } from './report.ts';

/** The workgroup and the database that the stacks make, both of this name. */
const CATALOG = 'muster';

type Question = Pick<QueryReport, 'name' | 'sql'>;

/** Answers of the workgroup's named queries by name, then of those given. */
export async function answerAll(hub: Hub, given: readonly string[]): Promise<QueryReport[]> {
  const named = await namedQueries(hub.ask);
  const questions = [...named, ...given.map((sql, index) => ({ name: `query ${index + 1}`, sql }))];
  const answers: QueryReport[] = [];
  for (const question of questions) answers.push(await answer(hub, question));
  return answers;
}

async function namedQueries(ask: Ask): Promise<Question[]> {
  const input = { WorkGroup: CATALOG };
  const { NamedQueryIds = [] } = await ask<Api.ListNamedQueriesCommandOutput>('athena', 'ListNamedQueries', input);
  const questions: Question[] = [];
  for (const NamedQueryId of NamedQueryIds) {
    const { NamedQuery } = await ask<Api.GetNamedQueryCommandOutput>('athena', 'GetNamedQuery', { NamedQueryId });
    questions.push({ name: NamedQuery?.Name ?? '', sql: NamedQuery?.QueryString ?? '' });
  }
  return questions.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What Athena answers; a refusal, at once or after a while, is an answer too. */
async function answer({ ask, embedded: { cloud } }: Hub, { name, sql }: Question): Promise<QueryReport> {
  const refused = (error: string) => ({ name, sql, columns: [], rows: [], error });
  try {
    const { QueryExecutionId } = await ask<Api.StartQueryExecutionCommandOutput>('athena', 'StartQueryExecution', {
      QueryString: sql,
      WorkGroup: CATALOG,
      QueryExecutionContext: { Database: CATALOG },
      ClientRequestToken: cloud.draw.hex('question', name, sql),
    });
    await cloud.clock.advanceTo(cloud.clock.nowMs());
    const id = { QueryExecutionId };
    const { QueryExecution } = await ask<Api.GetQueryExecutionCommandOutput>('athena', 'GetQueryExecution', id);
    const { State, StateChangeReason = 'not finished' } = QueryExecution?.Status ?? {};
    return State === 'SUCCEEDED'
      ? { name, sql, ...(await resultsOf(ask, id)), error: null }
      : refused(StateChangeReason);
  } catch (error) {
    if (error instanceof AwsFault) return refused(error.message);
    throw error;
  }
}

/** All pages. Of a SELECT the first row of the first one repeats the column names, of DDL it does not (GetQueryResults, Athena API reference). */
async function resultsOf(ask: Ask, id: { QueryExecutionId: string | undefined }) {
  const rows: (string | null)[][] = [];
  let columns: string[] = [];
  let NextToken: string | undefined;
  do {
    const input = { ...id, NextToken };
    const page: Answer<Api.GetQueryResultsCommandOutput> = await ask('athena', 'GetQueryResults', input);
    columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name = '' }) => Name) ?? columns;
    for (const { Data = [] } of page.ResultSet?.Rows ?? [])
      rows.push(Data.map(({ VarCharValue }) => VarCharValue ?? null));
    NextToken = page.NextToken;
  } while (NextToken);
  const hasHeader = rows[0]?.every((cell, index) => cell === columns[index]) ?? false;
  return { columns, rows: hasHeader ? rows.slice(1) : rows };
}
