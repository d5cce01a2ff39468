/** `work` for each item, at most `limit` at a time; the answers stand in the order of the items. */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  const queue = items.entries();
  const lanes = Array.from({ length: Math.min(limit, items.length) }, async () => {
    for (const [index, item] of queue) results.set(index, await work(item));
  });
  await Promise.all(lanes);
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
