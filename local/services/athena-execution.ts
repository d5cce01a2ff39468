/** One statement on its way from the queue to its results in S3. */
import type { ColumnInfo, EncryptionConfiguration } from '@aws-sdk/client-athena';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Call } from '../cloud/service.ts';
import { Analysis } from './athena-analysis.ts';
import { csvLine } from './athena-csv.ts';
import { runDefinition } from './athena-ddl.ts';
import { engineFailure, outputFailure, QueryFailure } from './athena-failure.ts';
import { bindParameters } from './athena-parameters.ts';
import { readQuery } from './athena-query.ts';
import { Delegate, pathOf } from './athena-scan.ts';
import type { Statement } from './athena-statement.ts';
import { registerTable, requireNew } from './athena-table-as.ts';
import { runUnload } from './athena-unload.ts';
import type { Warehouse } from './athena-warehouse.ts';

export interface Execution {
  readonly id: string;
  readonly statement: Statement;
  readonly call: Call;
  readonly workGroup: string;
  /** Of the results file; beside it lie its columns, with `.metadata` behind, and the manifest of an UNLOAD. */
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
    await this.#write(execution, delegate, { '': lines.map((line) => `${line}\n`).join('') });
  }

  async #answer(execution: Execution, delegate: Delegate): Promise<void> {
    const { statement, submitted: now, scannedBytesLimit: limit } = execution;
    const { sql, tree } = await bindParameters(statement.query, statement.tree, statement.parameters);
    const query = readQuery(sql, tree, { database: statement.database, now });
    this.#warehouse ??= import('./athena-warehouse.ts').then(({ Warehouse }) => Warehouse.open());
    const warehouse = await this.#warehouse;
    const analysis = new Analysis(warehouse, delegate, now);
    await analysis.resolve(query);
    try {
      const reading = { sql: query.duckdb, sources: analysis.sources, limit };
      execution.scannedBytes = await warehouse.read(delegate, reading);
      const files = statement.write
        ? { '-manifest.csv': await this.#writeData(execution, delegate, query.duckdb) }
        : { '': await tabulate(warehouse, execution, query.duckdb) };
      await this.#write(execution, delegate, files);
    } catch (error) {
      throw error instanceof QueryFailure ? error : engineFailure(error, query.locate);
    }
  }

  /** Gives the manifest: the paths of what was written, one a line. */
  async #writeData({ statement, ...execution }: Execution, delegate: Delegate, sql: string): Promise<string> {
    const warehouse = await this.#warehouse;
    const { write, database } = statement;
    if (!write || !warehouse) return '';
    const { table, properties } = write;
    const [Name = '', DatabaseName = database] = table ?? [];
    if (table) await requireNew(delegate, { DatabaseName, Name });
    const location = (write.location ?? properties.external_location ?? pathOf(execution.output)).replace(/\/?$/, '/');
    const paths = await runUnload(warehouse, delegate, {
      ...{ sql, location, properties },
      mayHoldData: !table && properties.keys.length > 0,
      encryption: encryptionOf(execution),
      nameOf: (partition) => this.#objectName(execution, partition),
    });
    const fields = await warehouse.describe(sql);
    const written = { location, fields, keys: properties.keys.length, paths };
    if (table) await registerTable(delegate, { DatabaseName, Name }, written);
    return paths.map((path) => `${path}\n`).join('');
  }

  #objectName({ id, submitted }: Pick<Execution, 'id' | 'submitted'>, partition: string): string {
    const time = submitted.toISOString().replaceAll(/\D/g, '');
    const unique = this.#cloud.draw.uuid('unload', id, partition);
    return `${time.slice(0, 8)}_${time.slice(8, 14)}_00000_${unique.slice(0, 5)}_${unique}`;
  }

  /** Files by what their keys have behind the execution's; the columns are described beside them. */
  async #write(execution: Execution, delegate: Delegate, files: Readonly<Record<string, string>>): Promise<void> {
    const { Bucket, Key } = execution.output;
    const metadata = JSON.stringify({ ColumnInfo: execution.columns });
    const more = { ContentType: 'application/octet-stream', ...encryptionOf(execution) };
    try {
      await delegate.ask('s3', 'GetBucketLocation', { Bucket });
      for (const [suffix, Body] of Object.entries({ ...files, '.metadata': metadata }))
        await delegate.ask('s3', 'PutObject', { Bucket, Key: `${Key}${suffix}`, Body, ...more });
    } catch (error) {
      throw error instanceof AwsFault ? outputFailure(`s3://${Bucket}/${Key}`, error) : error;
    }
  }
}

/** Members of PutObject that encrypt as the workgroup or the caller asks. */
function encryptionOf({ encryption }: Pick<Execution, 'encryption'>): object {
  if (encryption?.EncryptionOption === 'SSE_KMS')
    return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: encryption.KmsKey };
  return encryption ? { ServerSideEncryption: 'AES256' } : {};
}

/** The results file. */
async function tabulate(warehouse: Warehouse, execution: Execution, sql: string): Promise<string> {
  const { columns, rows } = await warehouse.run(sql);
  execution.columns = columns;
  const lines = [csvLine(columns.map(({ Name }) => Name))];
  for await (const row of rows()) lines.push(csvLine(row));
  return lines.join('');
}
