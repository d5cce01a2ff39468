/** What Athena reads for a query, with the permissions of whoever asked it ("Fine-grained access to databases and tables in the AWS Glue Data Catalog", Athena user guide). */
import type {
  GetDatabaseCommandOutput,
  GetPartitionsCommandOutput,
  GetTableCommandOutput,
  Table,
} from '@aws-sdk/client-glue';
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Answer, Call } from '../cloud/service.ts';
import { glueFailure, QueryFailure, s3Failure } from './athena-failure.ts';
import { type PartitionSchema, partitionSchema } from './athena-partition-schema.ts';
import type { TableName } from './athena-query.ts';
import type { GetObjectAnswer } from './s3-objects.ts';

/** Athena as the caller of a query. */
export class Delegate {
  readonly #cloud: Cloud;
  readonly #call: Call;
  readonly #requestId: string;

  constructor(cloud: Cloud, call: Call, requestId: string) {
    this.#cloud = cloud;
    this.#call = call;
    this.#requestId = requestId;
  }

  /** Throws `AwsFault`. */
  ask<Output>(service: 'glue' | 's3', operation: string, input: object): Promise<Answer<Output>> {
    const { caller, region } = this.#call;
    // "aws:CalledVia" (IAM user guide, "AWS global condition context keys"): Athena is one of the services that set it.
    const context = { 'aws:CalledVia': ['athena.amazonaws.com'], 'aws:ViaAWSService': 'true' };
    return this.#cloud.ask<Output>({ service, operation, region, caller, context, input });
  }

  /** Throws `QueryFailure`; undefined when the thing does not exist. */
  async glue<Output>(operation: string, input: object): Promise<Answer<Output> | undefined> {
    try {
      return await this.ask<Output>('glue', operation, input);
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      if (error.name === 'EntityNotFoundException') return undefined;
      throw glueFailure(error, this.#requestId);
    }
  }

  /** Throws `QueryFailure`. */
  async s3<Output>(
    operation: string,
    input: { Bucket: string; Key?: string; Prefix?: string; [more: string]: unknown },
  ) {
    try {
      return await this.ask<Output>('s3', operation, input);
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      throw s3Failure(error, `s3://${input.Bucket}/${input.Key ?? input.Prefix ?? ''}`, this.#requestId);
    }
  }
}

/** Throws `QueryFailure` for what the catalog does not have, does not show or says wrongly. */
export async function describeTable(delegate: Delegate, { database, table, at }: TableName): Promise<Table> {
  if (!(await delegate.glue<GetDatabaseCommandOutput>('GetDatabase', { Name: database })))
    throw new QueryFailure('SCHEMA_NOT_FOUND', `${at}: Schema '${database}' does not exist`);
  const answer = await delegate.glue<GetTableCommandOutput>('GetTable', { DatabaseName: database, Name: table });
  if (!answer?.Table)
    throw new QueryFailure('TABLE_NOT_FOUND', `${at}: Table 'awsdatacatalog.${database}.${table}' does not exist`);
  const names = columnsOf(answer.Table).map(({ Name }) => Name?.toLowerCase());
  if (new Set(names).size < names.length)
    throw new QueryFailure(
      'HIVE_INVALID_METADATA',
      `Hive metadata for table ${table} is invalid: Table descriptor contains duplicate columns`,
    );
  const library = serdeOf(answer.Table);
  if (answer.Table.TableType !== 'VIRTUAL_VIEW' && !/\.(JsonSerDe|ParquetHiveSerDe)$/.test(library))
    throw new QueryFailure('HIVE_UNSUPPORTED_FORMAT', `Unable to create input format for ${library}`);
  return answer.Table;
}

function serdeOf({ StorageDescriptor }: Table): string {
  return StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? '';
}

export function isParquet(table: Table): boolean {
  return serdeOf(table).endsWith('.ParquetHiveSerDe');
}

/** Columns as a query sees them: partition keys come last. */
export function columnsOf({ StorageDescriptor, PartitionKeys = [] }: Table) {
  return [...(StorageDescriptor?.Columns ?? []), ...PartitionKeys];
}

/** An object that holds rows. */
export interface DataFile {
  readonly Bucket: string;
  readonly Key: string;
  readonly etag: string;
  readonly size: number;
  /** Of the partition it lies in, in the order of the partition keys. */
  readonly values: readonly string[];
  readonly schema: PartitionSchema;
}

export function pathOf({ Bucket, Key }: { readonly Bucket: string; readonly Key: string }): string {
  return `s3://${Bucket}/${Key}`;
}

/** A partition's folder, or that of a table without partitions. */
export interface Folder {
  readonly values: readonly string[];
  readonly files: readonly DataFile[];
}

/** Where each registered partition lies, or a table without partitions. */
export function placesOf(delegate: Delegate, name: TableName, table: Table): Promise<Place[]> {
  const root = { location: table.StorageDescriptor?.Location ?? '', values: [], schema: partitionSchema(undefined) };
  return table.PartitionKeys?.length ? partitionsOf(delegate, name) : Promise.resolve([root]);
}

export interface Place {
  readonly location: string;
  readonly values: readonly string[];
  readonly schema: PartitionSchema;
}

export async function partitionsOf(delegate: Delegate, { database, table }: Omit<TableName, 'at'>): Promise<Place[]> {
  const places: Place[] = [];
  let NextToken: string | undefined;
  do {
    const input = { DatabaseName: database, TableName: table, NextToken };
    const answer = await delegate.glue<GetPartitionsCommandOutput>('GetPartitions', input);
    for (const { Values = [], StorageDescriptor } of answer?.Partitions ?? [])
      places.push({
        location: StorageDescriptor?.Location ?? '',
        values: Values,
        schema: partitionSchema(StorageDescriptor),
      });
    NextToken = answer?.NextToken;
  } while (NextToken);
  return places;
}

/** Bucket and folder of `s3://bucket/folder/`. */
export function folderOf(location: string): { Bucket: string; Prefix: string } {
  const [, Bucket = '', path = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(location) ?? [];
  return { Bucket, Prefix: path === '' || path.endsWith('/') ? path : `${path}/` };
}

/** "Athena ignores objects whose names begin with an underscore or a dot" ("Table location in Amazon S3", Athena user guide). */
const HIDDEN = /(^|\/)[_.]/;

export async function listFolder(delegate: Delegate, { location, ...partition }: Place): Promise<Folder> {
  const files: DataFile[] = [];
  const { Bucket, Prefix } = folderOf(location);
  for await (const { Key, ETag, Size } of listKeys(delegate, { Bucket, Prefix }))
    if (Size > 0 && !HIDDEN.test(Key.slice(Prefix.length)))
      files.push({ Bucket, Key, etag: ETag, size: Size, ...partition });
  return { values: partition.values, files };
}

export async function* listKeys(delegate: Delegate, { Bucket, Prefix }: { Bucket: string; Prefix: string }) {
  let ContinuationToken: string | undefined;
  do {
    const input = { Bucket, Prefix, ...(ContinuationToken !== undefined && { ContinuationToken }) };
    const page: Answer<ListObjectsV2CommandOutput> = await delegate.s3<ListObjectsV2CommandOutput>(
      'ListObjectsV2',
      input,
    );
    for (const { Key = '', ETag = '', Size = 0 } of page.Contents ?? []) yield { Key, ETag, Size };
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
}

export async function readFile(delegate: Delegate, { Bucket, Key }: DataFile): Promise<Uint8Array> {
  const { Body } = await delegate.s3<GetObjectAnswer>('GetObject', { Bucket, Key });
  return Body;
}
