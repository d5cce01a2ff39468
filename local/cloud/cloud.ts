import { AwsFault } from './aws-fault.ts';
import type { Clock } from './clock.ts';
import type { Draw } from './draw.ts';
import type { AdministratorCaller, Answer, Call, Caller, Need, Service, ServiceName } from './service.ts';
import { Sessions } from './sessions.ts';

/** Throws `AwsFault` AccessDenied when a need is not met. */
export type Authorize = (needs: readonly Need[], call: Call) => void;

/** What became of one call; `error` is the fault's name. */
export type CallListener = (call: Call, error: string | undefined) => void;

/** The embedded cloud without a wire: services by name, one door (`dispatch`) that authorizes every call, whoever makes it. */
export class Cloud {
  readonly clock: Clock;
  readonly draw: Draw;
  readonly partition: string = 'aws';
  readonly sessions: Sessions;
  readonly #services = new Map<ServiceName, Service>();
  readonly #listeners: CallListener[] = [];
  #authorize: Authorize = () => undefined;

  constructor(clock: Clock, draw: Draw) {
    this.clock = clock;
    this.draw = draw;
    this.sessions = new Sessions(clock, draw);
  }

  add(...services: readonly Service[]): void {
    for (const service of services) this.#services.set(service.name, service);
  }

  authorizeWith(authorize: Authorize): void {
    this.#authorize = authorize;
  }

  /** Only the check, for what a service does in a caller's name without calling an operation. */
  permit(needs: readonly Need[], call: Call): void {
    this.#authorize(needs, call);
  }

  onCall(listener: CallListener): void {
    this.#listeners.push(listener);
  }

  /** The root user of an account. */
  administratorOf(account: string): AdministratorCaller {
    return { kind: 'administrator', account, arn: `arn:${this.partition}:iam::${account}:root` };
  }

  /** Answers one call. Faults: `NotImplemented` (501) for what is not served, `AccessDenied…` for what is not allowed, else the operation's own. */
  async dispatch(call: Call): Promise<unknown> {
    const { service, operation: name } = call;
    let error: string | undefined = 'InternalFailure';
    try {
      const operation = this.#services.get(service)?.operations[name];
      if (!operation)
        throw new AwsFault('NotImplemented', `the embedded cloud does not serve ${service}:${name}`, { status: 501 });
      this.#authorize(operation.needs(call.input, call), call);
      const answer = await operation.run(call.input, call);
      error = undefined;
      return answer;
    } catch (thrown) {
      if (thrown instanceof AwsFault) error = thrown.name;
      throw thrown;
    } finally {
      for (const listener of this.#listeners) listener(call, error);
    }
  }

  /** `dispatch` for the services among themselves: the caller names the SDK's output shape. */
  async ask<Output>(call: Call): Promise<Answer<Output>> {
    return (await this.dispatch(call)) as Answer<Output>;
  }
}

/** The account a caller acts for: its own, or for an AWS service the one it serves. */
export function accountOf(caller: Caller): string {
  return caller.kind === 'service' ? (caller.sourceAccount ?? '') : caller.account;
}
