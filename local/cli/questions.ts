/** Asking the deployed workgroup, as an analyst of the hub account would. */
import type {
  GetNamedQueryCommandOutput,
  GetQueryExecutionCommandOutput,
  GetQueryResultsCommandOutput,
  ListNamedQueriesCommandOutput,
  StartQueryExecutionCommandOutput,
} from '@aws-sdk/client-athena';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Answer } from '../cloud/service.ts';
import type { QueryReport } from './report.ts';

/** The workgroup and the database that the stacks make, both of this name. */
const CATALOG = 'muster';

interface Question {
  readonly name: string;
  readonly sql: string;
}

export class Analyst {
  readonly #cloud: Cloud;
  readonly #place: { readonly account: string; readonly region: string };

  constructor(cloud: Cloud, place: { readonly account: string; readonly region: string }) {
    this.#cloud = cloud;
    this.#place = place;
  }

  /** The named queries of the workgroup by name. */
  async namedQueries(): Promise<Question[]> {
    const { NamedQueryIds = [] } = await this.#ask<ListNamedQueriesCommandOutput>('ListNamedQueries', {
      WorkGroup: CATALOG,
    });
    const questions: Question[] = [];
    for (const NamedQueryId of NamedQueryIds) {
      const { NamedQuery } = await this.#ask<GetNamedQueryCommandOutput>('GetNamedQuery', { NamedQueryId });
      questions.push({ name: NamedQuery?.Name ?? '', sql: NamedQuery?.QueryString ?? '' });
    }
    return questions.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** What Athena answers; a refusal, at once or after a while, is an answer too. */
  async answer({ name, sql }: Question): Promise<QueryReport> {
    try {
      const { QueryExecutionId } = await this.#ask<StartQueryExecutionCommandOutput>('StartQueryExecution', {
        QueryString: sql,
        WorkGroup: CATALOG,
        QueryExecutionContext: { Database: CATALOG },
        ClientRequestToken: this.#cloud.draw.hex('question', name, sql),
      });
      const { clock } = this.#cloud;
      await clock.advanceTo(clock.nowMs());
      const { QueryExecution } = await this.#ask<GetQueryExecutionCommandOutput>('GetQueryExecution', {
        QueryExecutionId,
      });
      if (QueryExecution?.Status?.State !== 'SUCCEEDED')
        return { name, sql, columns: [], rows: [], error: QueryExecution?.Status?.StateChangeReason ?? 'not finished' };
      return { name, sql, ...(await this.#results(QueryExecutionId)), error: null };
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      return { name, sql, columns: [], rows: [], error: error.message };
    }
  }

  /** All pages; the first row of the first one repeats the column names (GetQueryResults, Athena API reference). */
  async #results(QueryExecutionId: string | undefined): Promise<Pick<QueryReport, 'columns' | 'rows'>> {
    const rows: (string | null)[][] = [];
    let columns: string[] = [];
    for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
      const page: Answer<GetQueryResultsCommandOutput> = await this.#ask<GetQueryResultsCommandOutput>(
        'GetQueryResults',
        { QueryExecutionId, NextToken },
      );
      columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name = '' }) => Name) ?? columns;
      for (const { Data = [] } of page.ResultSet?.Rows ?? [])
        rows.push(Data.map(({ VarCharValue }) => VarCharValue ?? null));
      NextToken = page.NextToken;
    }
    return { columns, rows: rows.slice(1) };
  }

  #ask<Output>(operation: string, input: object) {
    const { account, region } = this.#place;
    const arn = `arn:${this.#cloud.partition}:iam::${account}:root`;
    return this.#cloud.ask<Output>({
      service: 'athena',
      operation,
      region,
      caller: { kind: 'administrator', account, arn },
      input,
    });
  }
}
