/** One statement on its way from the queue to its results in S3. */
import type { ColumnInfo, EncryptionConfiguration } from '@aws-sdk/client-athena';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Call } from '../cloud/service.ts';
import { Analysis } from './athena-analysis.ts';
import { csvLine } from './athena-csv.ts';
import { runDefinition } from './athena-ddl.ts';
import { engineFailure, outputFailure, QueryFailure } from './athena-failure.ts';
import { readQuery } from './athena-query.ts';
import { readScanned } from './athena-reading.ts';
import { Delegate } from './athena-scan.ts';
import type { Statement } from './athena-statement.ts';
import type { Warehouse } from './athena-warehouse.ts';

export interface Execution {
  readonly id: string;
  readonly statement: Statement;
  readonly call: Call;
  readonly workGroup: string;
  /** Of the results file; its columns are described in the same place with `.metadata` behind. */
  readonly output: { readonly Bucket: string; readonly Key: string };
  readonly encryption: EncryptionConfiguration | undefined;
  /** Undefined: a query may read as much as it likes. */
  readonly scannedBytesLimit: number | undefined;
  readonly submitted: Date;
  completed?: Date;
  state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  failure?: QueryFailure;
  scannedBytes: number;
  columns: readonly ColumnInfo[];
}

export class Engine {
  readonly #cloud: Cloud;
  #warehouse: Promise<Warehouse> | undefined;
  /** Statements run one after the other: they share the warehouse's tables. */
  #last: Promise<void> = Promise.resolve();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Never rejects: whatever goes wrong becomes the state of the execution. */
  run(execution: Execution): Promise<void> {
    this.#last = this.#last.then(async () => {
      execution.state = 'RUNNING';
      try {
        const delegate = new Delegate(this.#cloud, execution.call, execution.id);
        await (execution.statement.dialect === 'HiveSQL'
          ? this.#define(execution, delegate)
          : this.#answer(execution, delegate));
        execution.state = 'SUCCEEDED';
      } catch (error) {
        const isKnown = error instanceof QueryFailure;
        execution.failure = isKnown
          ? error
          : new QueryFailure('GENERIC_INTERNAL_ERROR', String(error), { cause: error });
        execution.state = execution.failure.state;
      }
      execution.completed = this.#cloud.clock.now();
    });
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#last;
    (await this.#warehouse)?.close();
    this.#warehouse = undefined;
  }

  async #define(execution: Execution, delegate: Delegate): Promise<void> {
    const { tree, database } = execution.statement;
    const lines = await runDefinition(delegate, tree, database);
    await this.#write(execution, delegate, lines.map((line) => `${line}\n`).join(''));
  }

  async #answer(execution: Execution, delegate: Delegate): Promise<void> {
    const { sql, tree, database } = execution.statement;
    const query = readQuery(sql, tree, { database, now: execution.submitted });
    this.#warehouse ??= import('./athena-warehouse.ts').then(({ Warehouse }) => Warehouse.open());
    const warehouse = await this.#warehouse;
    const analysis = new Analysis(warehouse, delegate, execution.submitted);
    await analysis.resolve(query);
    const lines: string[] = [];
    try {
      const reading = { sql: query.duckdb, sources: analysis.sources, limit: execution.scannedBytesLimit };
      execution.scannedBytes = await readScanned(warehouse, delegate, reading);
      const { columns, rows } = await warehouse.run(query.duckdb);
      execution.columns = columns;
      lines.push(csvLine(columns.map(({ Name }) => Name)));
      for await (const row of rows()) lines.push(csvLine(row));
    } catch (error) {
      throw error instanceof QueryFailure ? error : engineFailure(error, query.locate);
    }
    await this.#write(execution, delegate, lines.join(''));
  }

  async #write({ output, encryption, columns }: Execution, delegate: Delegate, text: string): Promise<void> {
    const sse =
      encryption?.EncryptionOption === 'SSE_KMS'
        ? { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: encryption.KmsKey }
        : encryption && { ServerSideEncryption: 'AES256' };
    const { Bucket, Key } = output;
    const ContentType = 'application/octet-stream';
    try {
      await delegate.ask('s3', 'GetBucketLocation', { Bucket });
      await delegate.ask('s3', 'PutObject', { Bucket, Key, Body: text, ContentType, ...sse });
      const metadata = JSON.stringify({ ColumnInfo: columns });
      await delegate.ask('s3', 'PutObject', { Bucket, Key: `${Key}.metadata`, Body: metadata, ContentType, ...sse });
    } catch (error) {
      throw error instanceof AwsFault ? outputFailure(`s3://${Bucket}/${Key}`, error) : error;
    }
  }
}
