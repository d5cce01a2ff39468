import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { StatesError, Stopped } from './errors.ts';
import { History, WHOLE } from './history.ts';
import { walk } from './machine.ts';
import type { Ended, Host, Launch, Run, Track } from './run.ts';
import { Stop } from './stop.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** "Maximum execution time: 5 minutes" for Express workflows (Step Functions service quotas). */
const EXPRESS_SECONDS = 300;

/** One execution of a state machine, from ExecutionStarted to its end. */
export class Execution implements Ended {
  readonly launch: Launch;
  readonly startMs: number;
  status: ExecutionStatus = 'RUNNING';
  stopMs: number | undefined;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  readonly #run: Run;
  readonly #stop: Stop;

  constructor(host: Host, launch: Launch, parent?: Stop) {
    this.launch = launch;
    this.startMs = host.clock.nowMs();
    this.#stop = new Stop(parent);
    this.#run = { host, launch, history: new History(host.clock, launch.express), transitions: 0, walk };
  }

  get events(): readonly HistoryEvent[] {
    return this.#run.history.events;
  }

  get transitions(): number {
    return this.#run.transitions;
  }

  abort(error?: string, cause?: string): void {
    this.#stop.end(new Stopped('ABORTED', error, cause));
  }

  /** Runs to the end; the caller holds the clock. Never rejects: a failure is a status. */
  async run(): Promise<this> {
    const { host, launch } = this.#run;
    const seconds = launch.definition.TimeoutSeconds ?? (launch.express ? EXPRESS_SECONDS : undefined);
    const cancel =
      seconds === undefined
        ? () => undefined
        : host.clock.at(this.startMs + seconds * 1000, launch.arn, () => this.#stop.end(new Stopped('TIMED_OUT')));
    const track = this.#track();
    try {
      this.#run.history.append(0, 'ExecutionStarted', {
        executionStartedEventDetails: { input: launch.input, inputDetails: WHOLE, roleArn: launch.roleArn },
      });
      this.#succeed(track, JSON.stringify(await walk(launch.definition, JSON.parse(launch.input), track)));
    } catch (thrown) {
      this.#end(track, thrown);
    }
    cancel();
    this.#stop.dispose();
    this.stopMs = host.clock.nowMs();
    return this;
  }

  #track(): Track {
    const { launch } = this.#run;
    const context = {
      Execution: {
        Id: launch.arn,
        Input: JSON.parse(launch.input),
        Name: launch.name,
        RoleArn: launch.roleArn,
        StartTime: new Date(this.startMs).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: launch.stateMachineArn, Name: launch.stateMachineArn.split(':').at(-1) },
    };
    return { run: this.#run, path: '', stop: this.#stop, context, variables: {}, last: 0, draws: 0 };
  }

  #succeed(track: Track, output: string): void {
    this.status = 'SUCCEEDED';
    this.output = output;
    this.#run.history.add(track, 'ExecutionSucceeded', {
      executionSucceededEventDetails: { output, outputDetails: WHOLE },
    });
  }

  #end(track: Track, thrown: unknown): void {
    const failure =
      thrown instanceof Stopped || thrown instanceof StatesError
        ? thrown
        : new StatesError('States.Runtime', thrown instanceof Error ? thrown.stack : String(thrown));
    const { error, cause } = failure;
    this.error = error;
    this.cause = cause;
    this.status = failure instanceof Stopped ? failure.status : 'FAILED';
    const details = { error, cause };
    const { history } = this.#run;
    if (this.status === 'ABORTED') history.add(track, 'ExecutionAborted', { executionAbortedEventDetails: details });
    else if (this.status === 'TIMED_OUT')
      history.add(track, 'ExecutionTimedOut', { executionTimedOutEventDetails: details });
    else history.add(track, 'ExecutionFailed', { executionFailedEventDetails: details });
  }
}
