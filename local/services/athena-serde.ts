/** Rows of JSON lines as the OpenX SerDe reads them (Athena user guide, "OpenX JSON SerDe"). */
import { QueryFailure } from './athena-failure.ts';

/** The JSON values of a line in the order of the columns; undefined for a line to leave out. Throws `QueryFailure` HIVE_CURSOR_ERROR. */
export type ReadLine = (line: string) => unknown[] | undefined;

export function openXSerDe(columns: readonly string[], parameters: Readonly<Record<string, string>>): ReadLine {
  const isSet = (property: string, otherwise: string) => (parameters[property] ?? otherwise).toLowerCase() === 'true';
  const foldsCase = isSet('case.insensitive', 'TRUE');
  const skipsMalformed = isSet('ignore.malformed.json', 'FALSE');
  const replacesDots = isSet('dots.in.keys', 'FALSE');
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
    const json = parse(line);
    if (!json && !skipsMalformed) throw notAnObject();
    return json && read(json);
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
