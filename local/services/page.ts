export interface Page<Item> {
  readonly items: readonly Item[];
  /** Token of the next page, undefined on the last one. */
  readonly next: string | undefined;
}

/** One page of a list; undefined when the token is none that a page before gave. */
export function pageOf<Item>(
  all: readonly Item[],
  { size, token }: { size: number; token: string | undefined },
): Page<Item> | undefined {
  const start = token === undefined ? 0 : Number(/^page-(\d+)$/.exec(token)?.[1]);
  if (Number.isNaN(start)) return undefined;
  const end = start + size;
  return { items: all.slice(start, end), next: end < all.length ? `page-${end}` : undefined };
}
