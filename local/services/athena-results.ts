/** Types as Athena names them and values as it writes them ("Data types in Amazon Athena", Athena user guide). */
import type { ColumnInfo } from '@aws-sdk/client-athena';
import {
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';

const STRING = { Type: 'varchar', Precision: 2_147_483_647 };
const BIG = { Type: 'bigint', Precision: 19 };

const TYPES: Readonly<Partial<Record<DuckDBTypeId, { Type: string; Precision?: number; Scale?: number }>>> = {
  [DuckDBTypeId.VARCHAR]: STRING,
  [DuckDBTypeId.BOOLEAN]: { Type: 'boolean' },
  [DuckDBTypeId.TINYINT]: { Type: 'tinyint', Precision: 3 },
  [DuckDBTypeId.SMALLINT]: { Type: 'smallint', Precision: 5 },
  [DuckDBTypeId.INTEGER]: { Type: 'integer', Precision: 10 },
  [DuckDBTypeId.BIGINT]: BIG,
  [DuckDBTypeId.UBIGINT]: BIG,
  [DuckDBTypeId.HUGEINT]: BIG,
  [DuckDBTypeId.FLOAT]: { Type: 'float', Precision: 17 },
  [DuckDBTypeId.DOUBLE]: { Type: 'double', Precision: 17 },
  [DuckDBTypeId.DATE]: { Type: 'date' },
  [DuckDBTypeId.TIME]: { Type: 'time', Precision: 3 },
  [DuckDBTypeId.TIMESTAMP]: { Type: 'timestamp', Precision: 3 },
  [DuckDBTypeId.TIMESTAMP_TZ]: { Type: 'timestamp with time zone', Precision: 3 },
  [DuckDBTypeId.INTERVAL]: { Type: 'interval day to second' },
  [DuckDBTypeId.BLOB]: { Type: 'varbinary', Precision: 1_073_741_824 },
  [DuckDBTypeId.LIST]: { Type: 'array' },
  [DuckDBTypeId.STRUCT]: { Type: 'row' },
  [DuckDBTypeId.MAP]: { Type: 'map' },
  [DuckDBTypeId.SQLNULL]: { Type: 'unknown' },
};

export function columnInfo(name: string, type?: DuckDBType): ColumnInfo {
  const decimal = type instanceof DuckDBDecimalType && { Type: 'decimal', Precision: type.width, Scale: type.scale };
  const { Type, ...size } = decimal || (type && TYPES[type.typeId]) || STRING;
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type,
    Precision: 0,
    Scale: 0,
    ...size,
    Nullable: 'UNKNOWN',
    CaseSensitive: Type === 'varchar',
  };
}

/** A type as Trino writes it, such as `array(varchar)`. */
export function trinoType(type: DuckDBType): string {
  if (type instanceof DuckDBListType) return `array(${trinoType(type.valueType)})`;
  if (type instanceof DuckDBMapType) return `map(${trinoType(type.keyType)}, ${trinoType(type.valueType)})`;
  if (type instanceof DuckDBStructType)
    return `row(${type.entryTypes.map((entry, index) => `${type.entryNames[index]} ${trinoType(entry)}`).join(', ')})`;
  const { Type = 'varchar', Precision, Scale } = columnInfo('', type);
  if (Type === 'decimal') return `decimal(${Precision},${Scale})`;
  return Type === 'float' ? 'real' : Type.replace('timestamp', 'timestamp(3)');
}

/** Milliseconds, as Trino's default precision. */
function timestamp(micros: bigint): string {
  return new Date(Number(micros / 1000n)).toISOString().replace('T', ' ').replace('Z', '');
}

/** Text of a value; the null of a column has none and is undefined. */
export function renderValue(value: DuckDBValue, type: DuckDBType): string | undefined {
  return value === null ? undefined : render(value, type);
}

function render(value: DuckDBValue, type: DuckDBType | undefined): string {
  if (value instanceof DuckDBTimestampTZValue) return `${timestamp(value.micros)} UTC`;
  if (value instanceof DuckDBTimestampValue) return timestamp(value.micros);
  if (value instanceof DuckDBListValue && type instanceof DuckDBListType)
    return `[${value.items.map((item) => render(item, type.valueType)).join(', ')}]`;
  if (value instanceof DuckDBStructValue && type instanceof DuckDBStructType)
    return `{${Object.values(value.entries)
      .map((item, index) => `${type.entryNames[index] || `field${index}`}=${render(item, type.entryTypes[index])}`)
      .join(', ')}}`;
  if (value instanceof DuckDBMapValue && type instanceof DuckDBMapType)
    return `{${value.entries.map((entry) => `${render(entry.key, type.keyType)}=${render(entry.value, type.valueType)}`).join(', ')}}`;
  const isFraction = type?.typeId === DuckDBTypeId.DOUBLE || type?.typeId === DuckDBTypeId.FLOAT;
  return typeof value === 'number' && isFraction ? javaDouble(value) : String(value);
}

/** `Double.toString`: at least one decimal, exponents from 10^7 on and below 10^-3. */
function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0 || (size >= 1e-3 && size < 1e7))
    return Number.isInteger(value) ? value.toFixed(1) : String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
}
