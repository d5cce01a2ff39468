import { AwsFault } from '../cloud/aws-fault.ts';
import type { Draw } from '../cloud/draw.ts';
import type { Call } from '../cloud/service.ts';

/** How each service says that it is asked too often; the others say ThrottlingException. */
const THROTTLES: Readonly<Record<string, readonly [name: string, status: number]>> = {
  s3: ['SlowDown', 503],
  sts: ['Throttling', 400],
  account: ['TooManyRequestsException', 429],
  organizations: ['TooManyRequestsException', 400],
};

/** A share of calls that do not get through. */
export interface Trouble {
  readonly kind: 'throttled' | 'unavailable';
  /** Signing name, or `*` for every service. */
  readonly service: string;
  readonly rate: number;
}

/** Stands at the wire and refuses a share of what roles ask. Whether a call gets through is drawn for what it asks and how often, not for when it came. */
export class Interference {
  readonly #draw: Draw;
  readonly #troubles = new Set<Trouble>();
  readonly #asked = new Map<string, number>();
  throttled = 0;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  add(trouble: Trouble): () => void {
    this.#troubles.add(trouble);
    return () => this.#troubles.delete(trouble);
  }

  /** What the wire answers in place of the service, undefined for a call that gets through. */
  intercept(call: Call): AwsFault | 'drop' | undefined {
    const matching = [...this.#troubles].filter(({ service }) => service === '*' || service === call.service);
    if (call.caller.kind !== 'role' || matching.length === 0) return undefined;
    const what = describe(call, call.caller.roleArn);
    const nth = this.#asked.get(what) ?? 0;
    this.#asked.set(what, nth + 1);
    const hit = matching.find(({ kind, rate }) => this.#draw.fraction(kind, what, nth) < rate);
    if (hit?.kind === 'throttled') return this.#throttle(call);
    return hit && this.#fail(what, nth);
  }

  #throttle({ service }: Call): AwsFault {
    this.throttled++;
    const [name, status] = THROTTLES[service] ?? ['ThrottlingException', 400];
    return new AwsFault(name, 'Rate exceeded', { status });
  }

  #fail(what: string, nth: number): AwsFault | 'drop' {
    if (this.#draw.fraction('drop', what, nth) < 0.5) return 'drop';
    return new AwsFault('ServiceUnavailable', 'Please reduce your request rate or try again.', { status: 503 });
  }
}

function describe({ service, operation, region, input }: Call, roleArn: string): string {
  const asked = JSON.stringify(input, (key, value) => (key === 'Body' || key === '$metadata' ? undefined : value));
  return `${service}:${operation} ${region} ${roleArn} ${asked}`;
}
