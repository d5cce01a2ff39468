import type { Cloud } from '../cloud/cloud.ts';
import type { Call } from '../cloud/service.ts';

/** Counts what Muster's roles ask of the cloud; actors of the world, the provisioner and the operator are not counted. */
export class Tally {
  readonly calls = new Map<string, number>();
  readonly #unserved = new Set<string>();
  readonly #bugs: string[] = [];

  constructor(cloud: Cloud) {
    cloud.onCall(({ service, operation, caller }) => {
      if (caller.kind !== 'role') return;
      const name = `${service}:${operation}`;
      this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    });
  }

  unserved({ service, operation }: Call): void {
    this.#unserved.add(`${service}:${operation}`);
  }

  bug(error: unknown, { service, operation }: Call): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#bugs.push(`${service}:${operation}: ${text}`);
  }

  /** What the embedded cloud itself could not do; a run with any of it proves nothing. */
  troubles(): string[] {
    const unserved = [...this.#unserved].sort().map((name) => `${name} is not served by the embedded cloud`);
    return [...unserved, ...this.#bugs];
  }
}
