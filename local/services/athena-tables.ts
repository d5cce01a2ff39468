/** Tables and views of the Data Catalog as the engine holds them: tables are declared by their columns and filled with the objects that queries have needed so far. */
import type { Table } from '@aws-sdk/client-glue';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Lines } from './athena-lines.ts';
import type { ParquetFiles } from './athena-parquet.ts';
import { qualifiedName, quote, type TableName } from './athena-query.ts';
import { columnsOf, type DataFile, type Folder, isParquet, pathOf } from './athena-scan.ts';
import { columnType } from './athena-types.ts';

interface HeldTable {
  /** What it was declared from. */
  readonly shape: string;
  readonly table: Table;
  readonly files: Map<string, HeldFile>;
}

interface HeldFile extends DataFile {
  /** Of each column of a columnar object; undefined where whole lines are read. */
  readonly sizes: ReadonlyMap<string, number> | undefined;
}

type ReadFile = (file: DataFile) => Promise<Uint8Array>;

export class Tables {
  readonly #connection: DuckDBConnection;
  readonly #parquet: ParquetFiles;
  readonly #held = new Map<string, HeldTable | 'view'>();

  constructor(connection: DuckDBConnection, parquet: ParquetFiles) {
    this.#connection = connection;
    this.#parquet = parquet;
  }

  async declare(name: TableName, table: Table): Promise<void> {
    const shape = JSON.stringify([table.StorageDescriptor, table.PartitionKeys]);
    const held = this.#held.get(qualifiedName(name));
    if (typeof held === 'object' && held.shape === shape) return;
    const columns = columnsOf(table).map(
      ({ Name = '', Type = 'string' }) => `${quote(Name)} ${columnType(Type.toLowerCase())}`,
    );
    await this.#create(name, `TABLE ${qualifiedName(name)} (${columns.join(', ')})`);
    this.#held.set(qualifiedName(name), { shape, table, files: new Map() });
  }

  async createView(name: TableName, sql: string): Promise<void> {
    await this.#create(name, `VIEW ${qualifiedName(name)} AS ${sql}`);
    this.#held.set(qualifiedName(name), 'view');
  }

  /** Brings a declared table up to what lies in these folders. Of a folder whose objects are all held one is read again, so that permissions are asked for in any case. */
  async fill(name: TableName, folders: readonly Folder[], read: ReadFile): Promise<void> {
    const held = this.#at(name);
    if (isStale(held, folders)) await this.#empty(name);
    const isMissing = (file: DataFile) => !held.files.has(pathOf(file));
    for (const { files } of folders) {
      const [first] = files;
      if (first && !files.some(isMissing)) await read(first);
    }
    const missing = folders.flatMap(({ files }) => files.filter(isMissing));
    try {
      await (isParquet(held.table) ? this.#addParquet(name, missing, read) : this.#addLines(name, missing, read));
    } catch (error) {
      await this.#empty(name);
      throw error;
    }
  }

  /** Bytes of an object that a scan reads: all of it, or the chunks of its columns. */
  scannedBytes(name: TableName, file: DataFile, needs: (column: string) => boolean): number {
    const sizes = this.#at(name).files.get(pathOf(file))?.sizes;
    if (!sizes) return file.size;
    return [...sizes].reduce((sum, [column, size]) => sum + (needs(column) ? size : 0), 0);
  }

  #at(name: TableName): HeldTable {
    const held = this.#held.get(qualifiedName(name));
    if (typeof held !== 'object') throw new Error(`${qualifiedName(name)} is not declared`);
    return held;
  }

  async #create(name: TableName, definition: string): Promise<void> {
    const qualified = qualifiedName(name);
    const held = this.#held.get(qualified);
    await this.#connection.run(`CREATE SCHEMA IF NOT EXISTS ${quote(name.database)}`);
    if (held) await this.#connection.run(`DROP ${held === 'view' ? 'VIEW' : 'TABLE'} ${qualified}`);
    this.#held.delete(qualified);
    await this.#connection.run(`CREATE ${definition}`);
  }

  async #empty(name: TableName): Promise<void> {
    await this.#connection.run(`TRUNCATE ${qualifiedName(name)}`);
    this.#at(name).files.clear();
  }

  async #addLines(name: TableName, files: readonly DataFile[], read: ReadFile): Promise<void> {
    const held = this.#at(name);
    const lines = await Lines.into(this.#connection, name, held.table);
    try {
      for (const file of files) {
        lines.add(await read(file), file);
        held.files.set(pathOf(file), { ...file, sizes: undefined });
      }
    } finally {
      lines.close();
    }
  }

  async #addParquet(name: TableName, files: readonly DataFile[], read: ReadFile): Promise<void> {
    for (const file of files) {
      const object = { body: await read(file), values: file.values };
      const sizes = await this.#parquet.append(qualifiedName(name), pathOf(file), object);
      this.#at(name).files.set(pathOf(file), { ...file, sizes });
    }
  }
}

/** Whether a partition that is asked for has held objects that are gone, were written anew, read differently or belong elsewhere now. */
function isStale({ files }: HeldTable, folders: readonly Folder[]): boolean {
  const wanted = new Map(
    folders.map((folder) => [placeOf(folder), new Map(folder.files.map((file) => [pathOf(file), versionOf(file)]))]),
  );
  const listed = new Set(folders.flatMap((folder) => folder.files.map(pathOf)));
  return [...files].some(([path, file]) => {
    const place = wanted.get(placeOf(file));
    return place ? place.get(path) !== versionOf(file) : listed.has(path);
  });
}

function versionOf({ etag, schema }: DataFile): string {
  return `${etag} ${schema.shape}`;
}

function placeOf({ values }: { readonly values: readonly string[] }): string {
  return values.join('/');
}
