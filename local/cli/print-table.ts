import Table from 'cli-table3';

/** How many targets a terminal is shown. */
export const MOST_TARGETS = 60;

/** `colour` only where a terminal shows it. */
export function tableOf(head: readonly string[], colour: boolean): Table.Table {
  return new Table({ head: [...head], style: colour ? {} : { head: [], border: [] } });
}

/** The table of targets and how many it leaves out. */
export function withHidden(table: Table.Table, hidden: number): string {
  return hidden > 0
    ? `${table.toString()}\n... and ${hidden} more targets; --report FILE has them all`
    : table.toString();
}
