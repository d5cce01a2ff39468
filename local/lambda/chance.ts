import { createHash } from 'node:crypto';

/** The chance of one invocation. */
export class Chance {
  #seed = '';
  #drawn = 0;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  seed(seed: string): void {
    this.#seed = seed;
    this.#drawn = 0;
  }

  /** For `Math.random`: one value per instant of virtual time. Calls side by side draw their jitter in whatever order answers arrive, so it must not matter who draws first. */
  fraction(): number {
    return this.#hash(this.#nowMs()).readUIntBE(0, 6) / 2 ** 48;
  }

  bytes(length: number): Buffer {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () => this.#hash(`draw ${this.#drawn++}`));
    return Buffer.concat(blocks).subarray(0, length);
  }

  /** A version-4 UUID. */
  uuid() {
    const hex = this.bytes(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}` as const;
  }

  #hash(what: string | number): Buffer {
    return createHash('sha256').update(`${this.#seed} ${what}`).digest();
  }
}
