import { createHash } from 'node:crypto';

/**
 * Seeded chance without a sequence: each draw is a hash of the seed and of what is drawn for, so it does not matter who asks first
 * and a world gives the same run twice.
 */
export class Draw {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A fraction in [0, 1) for the thing the parts name. */
  fraction(...parts: readonly (string | number)[]): number {
    return Number.parseInt(this.hex(...parts).slice(0, 12), 16) / 2 ** 48;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number, ...parts: readonly (string | number)[]): number {
    return low + Math.floor(this.fraction(...parts) * (high - low + 1));
  }

  /** 64 hexadecimal digits for the thing the parts name. */
  hex(...parts: readonly (string | number)[]): string {
    return createHash('sha256')
      .update(JSON.stringify([this.#seed, ...parts]))
      .digest('hex');
  }

  /** A version-4 UUID for the thing the parts name. */
  uuid(...parts: readonly (string | number)[]): string {
    const hex = this.hex('uuid', ...parts);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}
