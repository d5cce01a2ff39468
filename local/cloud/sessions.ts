import type { Clock } from './clock.ts';
import type { Draw } from './draw.ts';
import type { Caller } from './service.ts';

/** Who stands behind an access key id. Signatures are not verified: the cloud listens on 127.0.0.1 only. */
export class Sessions {
  readonly #clock: Clock;
  readonly #draw: Draw;
  readonly #callers = new Map<string, { caller: Caller; expiresMs: number }>();
  #issued = 0;

  constructor(clock: Clock, draw: Draw) {
    this.#clock = clock;
    this.#draw = draw;
  }

  /** Credentials for a caller, for one hour of virtual time unless `seconds` says otherwise. */
  issue(caller: Caller, seconds = 3600) {
    const digits = this.#draw.hex('access key', this.#issued++);
    const id = digits.slice(0, 16).toUpperCase();
    const expiresMs = this.#clock.nowMs() + seconds * 1000;
    this.#callers.set(`ASIA${id}`, { caller, expiresMs });
    return { AccessKeyId: `ASIA${id}`, SecretAccessKey: id, SessionToken: id, Expiration: new Date(expiresMs) };
  }

  /** Lets every access key that was never issued act as this caller (`--serve --bare`). */
  otherwise: Caller | undefined;

  /** The caller of an access key id; `'expired'` when its hour is over, undefined when it was never issued. */
  resolve(accessKeyId: string): Caller | 'expired' | undefined {
    const session = this.#callers.get(accessKeyId);
    if (!session) return this.otherwise;
    return session.expiresMs > this.#clock.nowMs() ? session.caller : 'expired';
  }
}
