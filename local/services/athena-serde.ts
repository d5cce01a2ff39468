/** Rows of JSON lines as the OpenX SerDe reads them (Athena user guide, "OpenX JSON SerDe"). */
import { QueryFailure } from './athena-failure.ts';

/** The JSON values of a line in the order of the columns. Throws `QueryFailure` HIVE_CURSOR_ERROR. */
type ReadLine = (line: string) => unknown[];

export function isSet(parameters: Readonly<Record<string, string>>, property: string, otherwise = 'FALSE'): boolean {
  return (parameters[property] ?? otherwise).toLowerCase() === 'true';
}

export function openXSerDe(columns: readonly string[], parameters: Readonly<Record<string, string>>): ReadLine {
  const foldsCase = isSet(parameters, 'case.insensitive', 'TRUE');
  const ignoresMalformed = isSet(parameters, 'ignore.malformed.json');
  const replacesDots = isSet(parameters, 'dots.in.keys');
  const fold = (key: string) => (foldsCase ? key.toLowerCase() : key);
  const places = new Map(columns.map((name, index) => [fold(parameters[`mapping.${name}`] ?? name), index]));
  const read = (json: Record<string, unknown>) => {
    const row: unknown[] = new Array(columns.length).fill(null);
    const seen = new Set<string>();
    for (const key in json) {
      const name = fold(replacesDots ? key.replaceAll('.', '_') : key);
      if (seen.has(name)) throw notAnObject(` - JSONException: Duplicate key "${name}"`);
      seen.add(name);
      const index = places.get(name);
      if (index !== undefined) row[index] = json[key];
    }
    return row;
  };
  return (line) => {
    try {
      const json = parse(line);
      if (!json) throw notAnObject();
      return read(json);
    } catch (error) {
      if (!ignoresMalformed) throw error;
      // A row of nulls, not none (Trino source, "OpenX JSON format": Line Format).
      return new Array(columns.length).fill(null);
    }
  };
}

function notAnObject(why = ''): QueryFailure {
  return new QueryFailure('HIVE_CURSOR_ERROR', `Row is not a valid JSON Object${why}`);
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return isJsonObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

export function isJsonObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
