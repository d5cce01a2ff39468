/** A table as it should be against the one that stands. */
import type { Column, TableDefinition } from './catalog.ts';
import { fingerprint64 } from './fingerprint.ts';

/** What of a standing table counts. */
export interface StandingTable {
  readonly columns: readonly Column[];
  readonly partitionKeys: readonly Column[];
  readonly location: string;
  readonly serde: string;
  /** Of the SerDe. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface TableComparison {
  /** What the standing table lacks: tables only ever grow, and what somebody added to one stays. */
  readonly missingColumns: readonly Column[];
  readonly missingProperties: Readonly<Record<string, string>>;
  /** What somebody changed, in words; it is told and left as it is. */
  readonly edits: readonly string[];
  /** Whether it lies or is partitioned differently, so that neither columns nor partitions of ours belong into it. */
  readonly isForeign: boolean;
}

export function compareTable(wanted: TableDefinition, standing: StandingTable): TableComparison {
  const { Columns, Location, SerdeInfo } = wanted.StorageDescriptor;
  const types = new Map(standing.columns.map(({ Name, Type }) => [Name.toLowerCase(), Type]));
  const missing = Object.entries(SerdeInfo.Parameters).filter(([name]) => !(name in standing.properties));
  const place = [
    ...unless(folder(Location) === folder(standing.location), `location is ${standing.location}`),
    ...unless(spell(wanted.PartitionKeys) === spell(standing.partitionKeys), partitionedBy(standing)),
  ];
  const details = [
    ...unless(SerdeInfo.SerializationLibrary === standing.serde, `SerDe is ${standing.serde}`),
    ...Columns.flatMap(({ Name, Type }) => {
      const type = types.get(Name);
      return unless(type === undefined || type.toLowerCase() === Type, `column ${Name} is ${type}`);
    }),
    ...Object.entries(SerdeInfo.Parameters).flatMap(([name, value]) =>
      unless([value, undefined].includes(standing.properties[name]), `${name} is ${standing.properties[name]}`),
    ),
  ];
  return {
    missingColumns: Columns.filter(({ Name }) => !types.has(Name)),
    missingProperties: Object.fromEntries(missing),
    edits: [...place, ...details],
    isForeign: place.length > 0,
  };
}

/** Changes with whatever a partition takes after its table. */
export function shapeOf({ columns, serde, properties }: StandingTable): string {
  const sorted = Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));
  return fingerprint64(JSON.stringify([columns.map(({ Name, Type }) => [Name, Type]), serde, sorted]));
}

function unless(holds: boolean, edit: string): string[] {
  return holds ? [] : [edit];
}

function folder(location: string): string {
  return location.replace(/\/+$/, '');
}

function spell(columns: readonly Column[]): string {
  return columns.map(({ Name, Type }) => `${Name} ${Type}`.toLowerCase()).join(', ');
}

function partitionedBy({ partitionKeys }: StandingTable): string {
  return `partitioned by ${spell(partitionKeys) || 'nothing'}`;
}
