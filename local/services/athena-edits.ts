/** Changes to a statement, by code points of its original text, so that what is left alone stays as the author wrote it. */
interface Span {
  readonly start: number;
  readonly end: number;
}

export class Edits {
  readonly #opening = new Map<number, string>();
  readonly #closing = new Map<number, string>();
  readonly #replaced = new Map<number, { readonly end: number; readonly text: string }>();

  /** Whoever wraps a part first stays outermost. */
  wrap({ start, end }: Span, open: string, close: string): void {
    this.#opening.set(start, (this.#opening.get(start) ?? '') + open);
    this.#closing.set(end, close + (this.#closing.get(end) ?? ''));
  }

  /** What was to change within the span goes with it. */
  replace({ start, end }: Span, text: string): void {
    this.#replaced.set(start, { end, text });
  }

  apply(sql: string): string {
    const points = Array.from(sql);
    const parts: string[] = [];
    for (let at = 0; at <= points.length; ) {
      parts.push(this.#closing.get(at) ?? '', this.#opening.get(at) ?? '');
      const { end, text } = this.#replaced.get(at) ?? { end: at + 1, text: points[at] ?? '' };
      parts.push(text);
      at = end;
    }
    return parts.join('');
  }
}
