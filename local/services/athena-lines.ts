/** JSON lines on their way into a table of the engine. */
import type { StorageDescriptor, Table } from '@aws-sdk/client-glue';
import type { DuckDBAppender, DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { QueryFailure } from './athena-failure.ts';
import { lineReader } from './athena-partition-schema.ts';
import type { TableName } from './athena-query.ts';
import { columnsOf, type DataFile } from './athena-scan.ts';
import { isSet } from './athena-serde.ts';
import { columnValue } from './athena-types.ts';

export class Lines {
  readonly #appender: DuckDBAppender;
  readonly #types: readonly DuckDBType[];
  readonly #table: Table;
  readonly #readers = new Map<StorageDescriptor | undefined, ReturnType<typeof lineReader>>();
  readonly #nullsInvalid: boolean;

  static async into(connection: DuckDBConnection, name: TableName, table: Table): Promise<Lines> {
    return new Lines(await connection.createAppender(name.table, name.database), table);
  }

  private constructor(appender: DuckDBAppender, table: Table) {
    const { SerdeInfo: { Parameters = {} } = {} } = table.StorageDescriptor ?? {};
    this.#appender = appender;
    this.#table = table;
    this.#types = columnsOf(table).map((_, index) => appender.columnType(index));
    this.#nullsInvalid = isSet(Parameters, 'use.null.for.invalid.data');
  }

  /** The rows of one object, with the values of the partition it lies in and by its schema. Throws `QueryFailure` for what the SerDe cannot read. */
  add(body: Uint8Array, { values, schema: { descriptor } }: Pick<DataFile, 'values' | 'schema'>): void {
    const readLine = this.#readers.get(descriptor) ?? lineReader(this.#table, descriptor);
    this.#readers.set(descriptor, readLine);
    // Bytes that are no UTF-8 become replacement characters, as in Hadoop's Text.
    for (const line of Buffer.from(body).toString('utf8').split('\n'))
      if (line.trim() !== '') this.#append([...readLine(line), ...values]);
  }

  close(): void {
    this.#appender.closeSync();
  }

  #append(row: readonly unknown[]): void {
    for (const [index, type] of this.#types.entries()) {
      const value = columnValue(row[index], type);
      if (value === null) this.#appender.appendNull();
      else if (typeof value === 'string') this.#appendText(value);
      else this.#appender.appendValue(value, type);
    }
    this.#appender.endRow();
  }

  /** The engine converts the text to the column's type. */
  #appendText(text: string): void {
    try {
      this.#appender.appendVarchar(text);
    } catch (cause) {
      const reason = `Error Parsing a column in the table: For input string: "${text}"`;
      if (!this.#nullsInvalid) throw new QueryFailure('HIVE_BAD_DATA', reason, { cause });
      this.#appender.appendNull();
    }
  }
}
