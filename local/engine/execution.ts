import { StatesError, Stopped } from './errors.ts';
import { History, WHOLE } from './history.ts';
import { walk } from './machine.ts';
import type { Ended, Host, Launch, Run, Track } from './run.ts';

/** One execution of a state machine, from ExecutionStarted to its end. */
export class Execution implements Ended {
  readonly launch: Launch;
  readonly startMs: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' = 'RUNNING';
  stopMs: number | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  readonly #run: Run;
  readonly #parent: AbortSignal[];

  /** A child ends with its parent. */
  constructor(host: Host, launch: Launch, ...parent: AbortSignal[]) {
    this.launch = launch;
    this.startMs = host.clock.nowMs();
    this.#parent = parent;
    this.#run = { host, launch, history: new History(host.clock), transitions: 0, walk };
  }

  get events() {
    return this.#run.history.events;
  }

  get transitions(): number {
    return this.#run.transitions;
  }

  /** Runs to the end; the caller holds the clock. Never rejects: a failure is a status. */
  async run(): Promise<this> {
    const { launch, history, host } = this.#run;
    const { definition, roleArn, input } = launch;
    const timeout = new AbortController();
    const timeOut = () => timeout.abort(new Stopped('TIMED_OUT'));
    const { TimeoutSeconds } = definition;
    const cancel = TimeoutSeconds && host.clock.at(this.startMs + TimeoutSeconds * 1000, launch.arn, timeOut);
    const track = this.#track(AbortSignal.any([timeout.signal, ...this.#parent]));
    try {
      const details = { input, inputDetails: WHOLE, roleArn };
      history.append(0, 'ExecutionStarted', { executionStartedEventDetails: details });
      const output = JSON.stringify(await walk(definition, JSON.parse(input), track));
      Object.assign(this, { status: 'SUCCEEDED', output });
      const succeeded = { output, outputDetails: WHOLE };
      history.add(track, 'ExecutionSucceeded', { executionSucceededEventDetails: succeeded });
    } catch (thrown) {
      this.#end(track, thrown);
    }
    if (cancel) cancel();
    this.stopMs = host.clock.nowMs();
    return this;
  }

  #track(signal: AbortSignal): Track {
    const { arn, input, name, roleArn, stateMachineArn } = this.launch;
    const StartTime = new Date(this.startMs).toISOString();
    const context = {
      Execution: { Id: arn, Input: JSON.parse(input), Name: name, RoleArn: roleArn, StartTime, RedriveCount: 0 },
      StateMachine: { Id: stateMachineArn, Name: stateMachineArn.split(':').at(-1) },
    };
    return { run: this.#run, path: '', signal, context, variables: {}, last: 0 };
  }

  #end(track: Track, thrown: unknown): void {
    const { history } = this.#run;
    if (thrown instanceof Stopped) {
      this.status = thrown.status;
      history.add(track, thrown.status === 'ABORTED' ? 'ExecutionAborted' : 'ExecutionTimedOut');
      return;
    }
    const { error, cause } = StatesError.of(thrown);
    Object.assign(this, { status: 'FAILED', error, cause });
    history.add(track, 'ExecutionFailed', { executionFailedEventDetails: { error, cause } });
  }
}
