import type { ItemBatcher } from './definition.ts';
import type { Evaluation } from './evaluation.ts';
import { MAXIMUM_BYTES } from './outcome.ts';

/** The input of one child workflow execution and how many items it stands for. */
export interface Batch {
  readonly input: unknown;
  readonly items: number;
}

/** Groups items; without an ItemBatcher each is a batch of its own. */
export async function batchItems(
  items: readonly unknown[],
  batcher: ItemBatcher | undefined,
  evaluation: Evaluation,
): Promise<Batch[]> {
  if (!batcher) return items.map((input) => ({ input, items: 1 }));
  const { MaxItemsPerBatch, MaxInputBytesPerBatch, BatchInput } = batcher;
  const maximumItems = await evaluation.number(MaxItemsPerBatch, 'ItemBatcher/MaxItemsPerBatch', items.length);
  const bytesField = 'ItemBatcher/MaxInputBytesPerBatch';
  const maximumBytes = await evaluation.number(MaxInputBytesPerBatch, bytesField, MAXIMUM_BYTES);
  const input =
    BatchInput === undefined ? {} : { BatchInput: await evaluation.template(BatchInput, 'ItemBatcher/BatchInput') };
  const room = maximumBytes - Buffer.byteLength(JSON.stringify({ Items: [], ...input }));
  return grouped(items, maximumItems, room).map((Items) => ({ input: { Items, ...input }, items: Items.length }));
}

function grouped(items: readonly unknown[], maximumItems: number, maximumBytes: number): unknown[][] {
  const groups: unknown[][] = [];
  let group: unknown[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (group.length === 0 || group.length >= maximumItems || bytes + size > maximumBytes) {
      group = [];
      groups.push(group);
      bytes = 0;
    }
    group.push(item);
    bytes += size;
  }
  return groups;
}
