/** What a map iterates over. */
import type { MapState } from './definition.ts';
import { StatesError } from './errors.ts';
import { Evaluation } from './evaluation.ts';
import { MAXIMUM_BYTES } from './outcome.ts';
import type { Visit } from './run.ts';

/** The lines of a distributed map's dataset. Throws `States.ItemReaderFailed`. */
export async function readItems(visit: Visit<MapState>): Promise<readonly unknown[]> {
  const { Resource = '', Arguments } = visit.state.ItemReader ?? {};
  const args = await new Evaluation(visit).template(Arguments, 'ItemReader/Arguments');
  try {
    const { Body } = Object(await visit.track.run.host.task(Resource, args));
    const lines = String(Body).split('\n');
    return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    const cause = thrown instanceof StatesError ? thrown.cause : thrown.message;
    throw new StatesError('States.ItemReaderFailed', cause);
  }
}

/** What the context object holds of an item. */
export function contextOf(Value: unknown, Index: number) {
  return { Map: { Item: { Index, Value } } };
}

/** What ItemSelector makes of an item. */
export async function selected(visit: Visit<MapState>, item: unknown, index: number): Promise<unknown> {
  const { ItemSelector } = visit.state;
  if (ItemSelector === undefined) return item;
  return new Evaluation(visit, {}, contextOf(item, index)).template(ItemSelector, 'ItemSelector');
}

/** The input of one child workflow execution and how many items it stands for. */
export interface Batch {
  readonly input: unknown;
  readonly items: number;
}

/** Groups items; without an ItemBatcher each is a batch of its own. */
export async function batchItems(visit: Visit<MapState>, items: readonly unknown[]): Promise<Batch[]> {
  const { ItemBatcher } = visit.state;
  if (!ItemBatcher) return items.map((input) => ({ input, items: 1 }));
  const { MaxItemsPerBatch = items.length, MaxInputBytesPerBatch = MAXIMUM_BYTES, BatchInput } = ItemBatcher;
  const evaluation = new Evaluation(visit);
  const number = (template: unknown, field: string) => evaluation.typed('number', template, `ItemBatcher/${field}`);
  const maximumItems = await number(MaxItemsPerBatch, 'MaxItemsPerBatch');
  const maximumBytes = await number(MaxInputBytesPerBatch, 'MaxInputBytesPerBatch');
  const same = BatchInput !== undefined && {
    BatchInput: await evaluation.template(BatchInput, 'ItemBatcher/BatchInput'),
  };
  const room = maximumBytes - Buffer.byteLength(JSON.stringify({ Items: [], ...same }));
  const groups: unknown[][] = [];
  let left = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    const group = groups.at(-1);
    if (group && group.length < maximumItems && size <= left) group.push(item);
    else {
      groups.push([item]);
      left = room;
    }
    left -= size;
  }
  return groups.map((Items) => ({ input: { Items, ...same }, items: Items.length }));
}
