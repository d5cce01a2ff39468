/** One page of a list and the token of the next, undefined on the last one; undefined when the token is none that a page before gave. */
export function pageOf<Item>(all: readonly Item[], { size, token }: { size: number; token: string | undefined }) {
  const start = token === undefined ? 0 : Number(/^page-(\d+)$/.exec(token)?.[1]);
  if (Number.isNaN(start)) return undefined;
  const end = start + size;
  return { items: all.slice(start, end), next: end < all.length ? `page-${end}` : undefined };
}

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** The sizes of page that a service takes, its size unless asked, and how it refuses other sizes and tokens that it did not give. */
interface Paging {
  readonly least?: number;
  readonly most: number;
  readonly usual?: number;
  readonly refuse: (what: 'too small' | 'too large' | 'token') => Error;
}

/** `pageOf` for the services whose requests say `MaxResults` and `NextToken`. Throws what `refuse` makes. */
export function takePage<Item>(all: readonly Item[], request: PageRequest, paging: Paging) {
  const { least = 1, most, usual = most, refuse } = paging;
  const size = request.MaxResults ?? usual;
  if (size < least) throw refuse('too small');
  if (size > most) throw refuse('too large');
  const found = pageOf(all, { size, token: request.NextToken });
  if (!found) throw refuse('token');
  return { page: found.items, NextToken: found.next };
}
