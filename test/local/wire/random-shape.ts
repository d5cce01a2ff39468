import type { NormalizedSchema } from '@smithy/core/schema';

/** Values for schemas, the same ones for the same seed. Required members and the path's are always there. */
export class RandomShape {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  value(schema: NormalizedSchema, depth = 0): unknown {
    if (schema.isUnitSchema()) return {};
    if (schema.isUnionSchema()) {
      const members = [...schema.structIterator()];
      const [name, member] = members[this.#below(members.length)] ?? [];
      return name && member ? { [name]: this.value(member, depth + 1) } : {};
    }
    if (schema.isStructSchema()) return this.#struct(schema, depth);
    if (schema.isListSchema()) return this.#some(() => this.value(schema.getValueSchema(), depth + 1));
    if (!schema.isMapSchema()) return this.#scalar(schema);
    const isHeaders = schema.getMergedTraits().httpPrefixHeaders !== undefined;
    const value = () => (isHeaders ? `s${this.#below(1e6)}` : this.value(schema.getValueSchema(), depth + 1));
    return Object.fromEntries(this.#some((index) => [`key${index}`, value()] as const));
  }

  #struct(schema: NormalizedSchema, depth: number): object {
    const raw: unknown = schema.getSchema();
    const required = Array.isArray(raw) ? Number(raw[6] ?? 0) : 0;
    const members = [...schema.structIterator()].filter(([, member], index) => {
      const { httpLabel, httpPayload, httpResponseCode } = member.getMergedTraits();
      if (httpLabel || httpPayload || httpResponseCode || member.isIdempotencyToken()) return true;
      return (index < required && depth < 6) || (depth < 4 && this.#below(10) < 7);
    });
    return Object.fromEntries(members.map(([name, member]) => [name, this.value(member, depth + 1)]));
  }

  #scalar(schema: NormalizedSchema): unknown {
    if (schema.isBooleanSchema()) return this.#below(2) === 1;
    if (schema.isTimestampSchema()) return new Date(1_700_000_000_000 + this.#below(1_000_000) * 1000);
    if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(`blob ${this.#below(1e6)}`));
    if (schema.getMergedTraits().httpResponseCode) return 200;
    if (schema.isNumericSchema()) return this.#below(1000);
    if (schema.isDocumentSchema()) return { a: 1, b: ['x'] };
    const { httpHeader, httpLabel, httpQuery, mediaType } = schema.getMergedTraits();
    if (mediaType === 'application/json') return '{"a":1}';
    return httpHeader || httpLabel || httpQuery ? `s${this.#below(1e6)}` : `<s>&"' é ${this.#below(1e6)}`;
  }

  #some<T>(item: (index: number) => T): T[] {
    return Array.from({ length: 1 + this.#below(2) }, (_, index) => item(index));
  }

  /** mulberry32 */
  #below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }
}

/** What must be equal on both sides: empty containers vanish on some wires, bytes and lazy strings have many classes. */
export function comparable(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString('latin1')}`;
  if (value instanceof String) return String(value);
  if (Array.isArray(value)) {
    const items = value.map(comparable).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value)
    .map(([name, held]) => [name, comparable(held)] as const)
    .filter(([name, held]) => held !== undefined && name !== '$metadata')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
