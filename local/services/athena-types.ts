/** Types of Glue columns, and the values of JSON in them ("Data types in Amazon Athena", Athena user guide). */
import {
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  listValue,
  mapValue,
  structValue,
} from '@duckdb/node-api';
import { isJsonObject } from './athena-serde.ts';

/** A type as Hive writes it in DuckDB's words: `array<struct<a:int>>` is `STRUCT("a" int)[]`. Scalars have the same names in both. */
export function columnType(hive: string): string {
  const inner = hive.replaceAll(/(array|struct|map)<([^<>]*)>/gi, (_, kind: string, parts: string) => {
    if (/array/i.test(kind)) return `${parts}[]`;
    return /map/i.test(kind) ? `MAP(${parts})` : `STRUCT(${parts.replaceAll(/(\w+)\s*:/g, '"$1" ')})`;
  });
  return inner === hive ? hive : columnType(inner);
}

/** Scalars become text, which the engine converts, except within lists, structs and maps, where it does not. */
export function columnValue(json: unknown, type: DuckDBType): DuckDBValue {
  if (json === null || json === undefined) return null;
  if (type instanceof DuckDBListType)
    return Array.isArray(json) ? listValue(json.map((item) => member(item, type.valueType))) : null;
  if (type instanceof DuckDBStructType) return isJsonObject(json) ? struct(json, type) : null;
  if (type instanceof DuckDBMapType) return isJsonObject(json) ? map(json, type) : null;
  return typeof json === 'string' ? json : JSON.stringify(json);
}

function struct(json: Record<string, unknown>, { entryNames, entryTypes }: DuckDBStructType): DuckDBValue {
  const members = new Map(Object.entries(json).map(([key, value]) => [key.toLowerCase(), value]));
  const read = (name: string, type: DuckDBType) => member(members.get(name.toLowerCase()), type);
  return structValue(
    Object.fromEntries(entryTypes.map((type, index) => [entryNames[index], read(entryNames[index] ?? '', type)])),
  );
}

function map(json: Record<string, unknown>, { keyType, valueType }: DuckDBMapType): DuckDBValue {
  return mapValue(
    Object.entries(json).map(([key, value]) => ({ key: member(key, keyType), value: member(value, valueType) })),
  );
}

function member(json: unknown, type: DuckDBType): DuckDBValue {
  const value = columnValue(json, type);
  if (typeof value !== 'string' || type.typeId === DuckDBTypeId.VARCHAR) return value;
  if (type.typeId === DuckDBTypeId.BOOLEAN) return value === 'true';
  return type.typeId === DuckDBTypeId.BIGINT ? BigInt(value) : Number(value);
}
