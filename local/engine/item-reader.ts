import { parse } from 'csv-parse/sync';
import type { ItemReader } from './definition.ts';
import { StatesError } from './errors.ts';
import type { Evaluation } from './evaluation.ts';
import type { Host } from './run.ts';

const DELIMITERS: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };

/** The items of a distributed map's dataset. Throws `States.ItemReaderFailed`. */
export async function readItems(reader: ItemReader, evaluation: Evaluation, host: Host): Promise<readonly unknown[]> {
  const args = await evaluation.object(reader.Arguments ?? {}, 'ItemReader/Arguments');
  const config = await evaluation.object(reader.ReaderConfig ?? {}, 'ItemReader/ReaderConfig');
  const maximum = typeof config['MaxItems'] === 'number' && config['MaxItems'] > 0 ? config['MaxItems'] : Infinity;
  try {
    const items = reader.Resource.endsWith(':listObjectsV2')
      ? await listItems(host, { resource: reader.Resource, args, maximum })
      : parsed(await objectText(host, reader.Resource, args), config);
    return items.slice(0, maximum);
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    const cause = thrown instanceof StatesError ? thrown.cause : thrown.message;
    throw new StatesError('States.ItemReaderFailed', cause);
  }
}

async function objectText(host: Host, resource: string, args: unknown): Promise<string> {
  const { Body: body } = members(await host.task(resource, args));
  return typeof body === 'string' ? body : JSON.stringify(body);
}

interface Listing {
  readonly resource: string;
  readonly args: object;
  readonly maximum: number;
}

/** Every page; an item is an element of `Contents` as Step Functions hands it on: `Etag`, seconds since the epoch. */
async function listItems(host: Host, { resource, args, maximum }: Listing): Promise<unknown[]> {
  const items: unknown[] = [];
  let token: unknown;
  do {
    const page = members(
      await host.task(resource, { ...args, ...(token !== undefined && { ContinuationToken: token }) }),
    );
    for (const content of Array.isArray(page['Contents']) ? page['Contents'] : []) items.push(listed(members(content)));
    token = page['NextContinuationToken'];
  } while (token !== undefined && items.length < maximum);
  return items;
}

function listed({ ETag, Key, LastModified, Size, StorageClass }: Record<string, unknown>) {
  return { Etag: ETag, Key, LastModified: Date.parse(String(LastModified)) / 1000, Size, StorageClass };
}

function parsed(text: string, config: Readonly<Record<string, unknown>>): unknown[] {
  const lines = () => text.split('\n').filter((line) => line.trim() !== '');
  if (config['InputType'] === 'JSONL') return lines().map((line) => JSON.parse(line));
  if (config['InputType'] === 'CSV') return parsedCsv(text, config);
  const items: unknown = JSON.parse(text);
  if (!Array.isArray(items)) throw new Error('Attempting to map over non-iterable node.');
  return items;
}

function parsedCsv(text: string, config: Readonly<Record<string, unknown>>): unknown[] {
  const given = config['CSVHeaderLocation'] === 'GIVEN' ? config['CSVHeaders'] : undefined;
  return parse(text, {
    columns: Array.isArray(given) ? given.map(String) : true,
    delimiter: DELIMITERS[String(config['CSVDelimiter'] ?? 'COMMA')] ?? ',',
    skip_empty_lines: true,
    bom: true,
  });
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
