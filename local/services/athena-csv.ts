/** The results file (Athena user guide, "Working with query results, recent queries, and output files"). */
import type { Row } from '@aws-sdk/client-athena';

/** One line of the results file: every value in quotes, nothing at all for null. */
export function csvLine(values: readonly (string | undefined)[]): string {
  return `${values.map((value) => (value === undefined ? '' : `"${value.replaceAll('"', '""')}"`)).join(',')}\n`;
}

/** Rows of the results file from an offset on, and the offset behind them. */
export function readCsv(text: string, offset: number, count: number): { rows: Row[]; next: number } {
  const value = /"((?:[^"]|"")*)"([,\n])|([,\n])/y;
  value.lastIndex = offset;
  const rows: Row[] = [];
  let row: { VarCharValue?: string }[] = [];
  while (rows.length < count) {
    const match = value.exec(text);
    if (!match) break;
    const [, quoted, end, bare] = match;
    row.push(quoted === undefined ? {} : { VarCharValue: quoted.replaceAll('""', '"') });
    if ((end ?? bare) === ',') continue;
    rows.push({ Data: row });
    row = [];
  }
  const last = rows.length < count ? text.length : value.lastIndex;
  return { rows, next: last };
}
