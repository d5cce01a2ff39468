/** A chunk is split when it has grown to twice this. */
const CHUNK = 256;

/**
 * Keys in the order S3 lists them, kept so as they come and go: adding, removing and seeking cost one chunk, never the bucket.
 * S3 orders by UTF-8 bytes, this by UTF-16 units: the same unless a key holds characters beyond the basic plane.
 */
export class SortedKeys {
  readonly #chunks: string[][] = [[]];

  add(key: string): void {
    const { index, chunk, at } = this.#seek(key);
    if (chunk[at] === key) return;
    chunk.splice(at, 0, key);
    if (chunk.length >= 2 * CHUNK) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK));
  }

  remove(key: string): void {
    const { index, chunk, at } = this.#seek(key);
    if (chunk[at] !== key) return;
    chunk.splice(at, 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(index, 1);
  }

  /** The first key that is `bound` or comes after it. */
  firstFrom(bound: string): string | undefined {
    const { index, chunk, at } = this.#seek(bound);
    return chunk[at] ?? this.#chunks[index + 1]?.[0];
  }

  /** Where a key is or would be: in the last chunk that does not begin after it, at the first place that is not before it. */
  #seek(key: string): { index: number; chunk: string[]; at: number } {
    const after = countWhile(this.#chunks.length, (index) => (this.#chunks[index]?.[0] ?? '') <= key);
    const index = Math.max(0, after - 1);
    const chunk = this.#chunks[index] ?? [];
    return { index, chunk, at: countWhile(chunk.length, (at) => (chunk[at] ?? '') < key) };
  }
}

/** How many of `length` places, from the first on, hold; those that hold come before those that do not. */
function countWhile(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
