/** Amazon Athena: workgroups, named queries, and statements that run in the background. Error texts are those the service answers. */
import type * as sdk from '@aws-sdk/client-athena';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operations, type Service } from '../cloud/service.ts';
import { readCsv } from './athena-csv.ts';
import { Engine, type Execution } from './athena-execution.ts';
import { folderOf, pathOf } from './athena-scan.ts';
import { invalid, readStatement, type Statement } from './athena-statement.ts';
import { ownNeed } from './need.ts';
import { takePage } from './page.ts';
import type { GetObjectAnswer } from './s3-objects.ts';

interface At {
  readonly account: string;
  readonly region: string;
}

interface WorkGroupSettings extends At {
  readonly name: string;
  readonly configuration: sdk.WorkGroupConfiguration;
}

interface NamedQuerySettings extends At {
  readonly name: string;
  readonly database: string;
  readonly workGroup: string;
  readonly queryString: string;
  readonly description?: string | undefined;
}

interface NamedQuery extends NamedQuerySettings {
  readonly id: string;
}

export interface Athena extends Service {
  createWorkGroup(settings: WorkGroupSettings): void;
  createNamedQuery(settings: NamedQuerySettings): NamedQuery;
  /** By name. */
  namedQueries(): readonly NamedQuery[];
  /** Waits for statements under way and gives the engine's memory back. */
  close(): Promise<void>;
}

/** GetQueryResults, ListQueryExecutions and ListNamedQueries (API reference). */
const ROWS_PER_PAGE = 1000;
const IDS_PER_PAGE = 50;

export function createAthena(cloud: Cloud): Athena {
  const state = new State(cloud);
  return {
    name: 'athena',
    createWorkGroup: (settings) => void state.workGroups.set(state.workGroupArn(settings, settings.name), settings),
    createNamedQuery: (settings) => state.createNamedQuery(settings),
    namedQueries: () => [...state.named.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    close: () => state.engine.close(),
    operations: { ...executionOperations(cloud, state), ...listOperations(state) },
  };
}

class State {
  readonly workGroups = new Map<string, WorkGroupSettings>();
  readonly named = new Map<string, NamedQuery>();
  /** Oldest first. */
  readonly executions = new Map<string, Execution>();
  readonly tokens = new Map<string, string>();
  readonly engine: Engine;
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.engine = new Engine(cloud);
  }

  workGroupArn({ account, region }: At, name: string): string {
    return `arn:${this.#cloud.partition}:athena:${region}:${account}:workgroup/${name}`;
  }

  need(call: Call, name = 'primary') {
    const at = { account: accountOf(call.caller), region: call.region };
    return [ownNeed('athena', call, this.workGroupArn(at, name))];
  }

  /** Each account has the workgroup `primary` from the start ("Workgroups", user guide). */
  workGroup(call: Call, name = 'primary'): WorkGroupSettings {
    const at = { account: accountOf(call.caller), region: call.region };
    const found = this.workGroups.get(this.workGroupArn(at, name));
    if (!found && name !== 'primary') throw invalid(`WorkGroup ${name} is not found.`);
    return found ?? { ...at, name, configuration: {} };
  }

  createNamedQuery(settings: NamedQuerySettings): NamedQuery {
    const { account, region, name, workGroup } = settings;
    const id = this.#cloud.draw.uuid('named query', account, region, workGroup, name);
    const query = { ...settings, id };
    this.named.set(id, query);
    return query;
  }

  execution(id = ''): Execution {
    const execution = this.executions.get(id);
    if (!execution) throw invalid(`QueryExecution ${id} was not found`);
    return execution;
  }

  namedQuery(id = ''): NamedQuery {
    const query = this.named.get(id);
    if (!query) throw invalid(`NamedQuery ${id} was not found`);
    return query;
  }

  /** The same for the same statement started as often before, whoever else asks meanwhile. */
  executionId(sql: string): string {
    for (let count = 0; ; count++) {
      const id = this.#cloud.draw.uuid('query execution', sql, count);
      if (!this.executions.has(id)) return id;
    }
  }
}

function executionOperations(cloud: Cloud, state: State): Service['operations'] {
  return operations<typeof sdk>({
    StartQueryExecution: {
      needs: ({ WorkGroup }, call) => state.need(call, WorkGroup),
      async run(input, call) {
        const workGroup = state.workGroup(call, input.WorkGroup);
        if (input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration?.Enabled)
          throw new AwsFault('NotImplemented', 'the embedded Athena reuses no results', { status: 501 });
        const { QueryString, QueryExecutionContext, ExecutionParameters } = input;
        const asked = JSON.stringify([QueryString, QueryExecutionContext, ExecutionParameters, workGroup.name]);
        const statement = await readStatement(input);
        const token = input.ClientRequestToken;
        const [id, before = asked] = state.tokens.get(token ?? '')?.split(/ (.*)/s) ?? [];
        if (before !== asked) throw invalid('Idempotent parameters do not match');
        if (id !== undefined) return { QueryExecutionId: id };
        const execution = enqueue(state, { statement, call, workGroup, submitted: cloud.clock.now() }, input);
        if (token) state.tokens.set(token, `${execution.id} ${asked}`);
        void cloud.clock.run(() => state.engine.run(execution));
        return { QueryExecutionId: execution.id };
      },
    },
    GetQueryExecution: {
      needs: ({ QueryExecutionId }, call) => state.need(call, state.execution(QueryExecutionId).workGroup),
      run: ({ QueryExecutionId }) => ({ QueryExecution: describe(state.execution(QueryExecutionId)) }),
    },
    GetQueryResults: {
      needs: ({ QueryExecutionId }, call) => state.need(call, state.execution(QueryExecutionId).workGroup),
      run: (input, call) => readResults(cloud, call, { ...input, execution: state.execution(input.QueryExecutionId) }),
    },
  });
}

interface Start extends Pick<Execution, 'statement' | 'call' | 'submitted'> {
  readonly workGroup: WorkGroupSettings;
}

function enqueue(state: State, start: Start, { ResultConfiguration }: sdk.StartQueryExecutionCommandInput): Execution {
  const { workGroup, ...more } = start;
  const { configuration } = workGroup;
  const asked = configuration.EnforceWorkGroupConfiguration ? undefined : ResultConfiguration;
  const { OutputLocation, EncryptionConfiguration } = { ...configuration.ResultConfiguration, ...asked };
  if (!OutputLocation)
    throw invalid(
      'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
    );
  const { Bucket, Prefix } = folderOf(OutputLocation);
  const id = state.executionId(start.statement.sql);
  const { write } = start.statement;
  if (write?.table && write.properties.external_location && configuration.EnforceWorkGroupConfiguration)
    throw invalid(
      "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
    );
  const execution: Execution = {
    id,
    ...more,
    workGroup: workGroup.name,
    output: { Bucket, Key: `${Prefix}${outputName(id, start.statement)}` },
    encryption: EncryptionConfiguration,
    scannedBytesLimit: configuration.BytesScannedCutoffPerQuery,
    state: 'QUEUED',
    scannedBytes: 0,
    columns: [],
  };
  state.executions.set(id, execution);
  return execution;
}

/** "Find the output files" (Athena user guide): of a CREATE TABLE AS, data lie below it. */
function outputName(id: string, { dialect, write }: Statement): string {
  if (write) return write.table ? `tables/${id}` : id;
  return dialect === 'HiveSQL' ? `${id}.txt` : `${id}.csv`;
}

function describe(execution: Execution): sdk.QueryExecution {
  const { id, statement, output, encryption, submitted, completed, failure, scannedBytes } = execution;
  const isQuery = statement.dialect === 'TrinoSQL';
  const { parameters, write } = statement;
  const milliseconds = completed ? completed.getTime() - submitted.getTime() : 0;
  return {
    QueryExecutionId: id,
    Query: statement.sql,
    StatementType: isQuery ? 'DML' : 'DDL',
    ResultConfiguration: {
      OutputLocation: pathOf(output),
      ...(encryption && { EncryptionConfiguration: encryption }),
    },
    QueryExecutionContext: { Database: statement.database },
    ...(parameters.length > 0 && { ExecutionParameters: [...parameters] }),
    Status: {
      State: execution.state,
      SubmissionDateTime: submitted,
      CompletionDateTime: completed,
      ...(failure && { StateChangeReason: failure.message, AthenaError: failure.athenaError }),
    },
    Statistics: {
      DataScannedInBytes: scannedBytes,
      ...(write && { DataManifestLocation: `${pathOf(output)}-manifest.csv` }),
      EngineExecutionTimeInMillis: milliseconds,
      TotalExecutionTimeInMillis: milliseconds,
    },
    WorkGroup: execution.workGroup,
    EngineVersion: { EffectiveEngineVersion: 'Athena engine version 3' },
  };
}

type ResultsAsked = sdk.GetQueryResultsCommandInput & { readonly execution: Execution };

/** Athena reads the results file as the caller ("To stream query results successfully … must also have permissions to the Amazon S3 GetObject action", API reference, GetQueryResults). */
async function readResults(cloud: Cloud, call: Call, { execution, MaxResults, NextToken }: ResultsAsked) {
  const { state, output, columns, statement } = execution;
  if (state === 'FAILED' || state === 'CANCELLED')
    throw invalid(`Query did not finish successfully. Final query state: ${state}`);
  if (state !== 'SUCCEEDED') throw invalid(`Query has not yet finished. Current state: ${state}`);
  const size = MaxResults ?? ROWS_PER_PAGE;
  const offset = Number(NextToken ?? 0);
  if (size < 1 || size > ROWS_PER_PAGE)
    throw invalid(`MaxResults is more than maximum allowed length ${ROWS_PER_PAGE}.`);
  if (!Number.isInteger(offset)) throw invalid('Invalid NextToken');
  if (statement.write) return { UpdateCount: 0, ResultSet: { Rows: [], ResultSetMetadata: { ColumnInfo: [] } } };
  const { Body } = await cloud.ask<GetObjectAnswer>({ ...call, service: 's3', operation: 'GetObject', input: output });
  const text = Buffer.from(Body).toString('utf8');
  const { rows, next } = statement.dialect === 'TrinoSQL' ? readCsv(text, offset, size) : readLines(text);
  const more = next < text.length ? { NextToken: String(next) } : {};
  return { UpdateCount: 0, ResultSet: { Rows: rows, ResultSetMetadata: { ColumnInfo: [...columns] } }, ...more };
}

function readLines(text: string) {
  const lines = text.split('\n').slice(0, -1);
  return { rows: lines.map((VarCharValue) => ({ Data: [{ VarCharValue }] })), next: text.length };
}

const paging = { most: IDS_PER_PAGE, refuse: () => invalid('Invalid NextToken or MaxResults') };

function listOperations(state: State): Service['operations'] {
  return operations<typeof sdk>({
    ListQueryExecutions: {
      needs: ({ WorkGroup }, call) => state.need(call, WorkGroup),
      run(input, call) {
        const { name } = state.workGroup(call, input.WorkGroup);
        const own = [...state.executions.values()].filter(({ workGroup }) => workGroup === name).toReversed();
        const { page, NextToken } = takePage(own, input, paging);
        return { QueryExecutionIds: page.map(({ id }) => id), NextToken };
      },
    },
    ListNamedQueries: {
      needs: ({ WorkGroup }, call) => state.need(call, WorkGroup),
      run(input, call) {
        const { name } = state.workGroup(call, input.WorkGroup);
        const own = [...state.named.values()].filter(({ workGroup }) => workGroup === name);
        const { page, NextToken } = takePage(own, input, paging);
        return { NamedQueryIds: page.map(({ id }) => id), NextToken };
      },
    },
    GetNamedQuery: {
      needs: ({ NamedQueryId }, call) => state.need(call, state.namedQuery(NamedQueryId).workGroup),
      run({ NamedQueryId }) {
        const { id, name, database, queryString, workGroup, description } = state.namedQuery(NamedQueryId);
        const NamedQuery = {
          NamedQueryId: id,
          Name: name,
          Database: database,
          QueryString: queryString,
          WorkGroup: workGroup,
        };
        return { NamedQuery: { ...NamedQuery, ...(description !== undefined && { Description: description }) } };
      },
    },
  });
}
