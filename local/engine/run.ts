import type { Clock } from '../cloud/clock.ts';
import type { Draw } from '../cloud/draw.ts';
import type { Machine, State } from './definition.ts';
import type { History } from './history.ts';

/** Everything an execution reaches outside itself. */
export interface Host {
  readonly clock: Clock;
  readonly draw: Draw;
  /** Calls what a Resource names, as the execution role. Rejects with a `StatesError`. */
  task(resource: string, input: unknown): Promise<unknown>;
  /** Runs a child workflow execution of a distributed map to its end. */
  child(launch: Launch, signal: AbortSignal): Promise<Ended>;
}

export interface Launch {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly roleArn: string;
  readonly definition: Machine;
  /** JSON text. */
  readonly input: string;
  readonly mapRunArn?: string;
}

/** An execution that is over; `output` is JSON text. */
export interface Ended {
  readonly launch: Launch;
  readonly status: string;
  readonly startMs: number;
  readonly stopMs: number | undefined;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** One execution, as its states see it. */
export interface Run {
  readonly host: Host;
  readonly launch: Launch;
  readonly history: History;
  transitions: number;
  /** Runs the states of a machine or item processor; gives the last one's output. */
  walk(machine: Machine, input: unknown, track: Track): Promise<unknown>;
}

/** One sequence of states under way: the execution's own or an iteration's. */
export interface Track {
  readonly run: Run;
  /** Tells tracks apart, by content: what is drawn by chance and the order of timers hang on it. */
  readonly path: string;
  /** Ends the track from outside, with a `Stopped` for a reason. */
  readonly signal: AbortSignal;
  readonly context: Readonly<Record<string, unknown>>;
  /** Own and outer variables; an inner track starts with a copy, so what it assigns stays inside. */
  variables: Readonly<Record<string, unknown>>;
  /** Id of its latest event. */
  last: number;
}

/** A state being executed. */
export interface Visit<S extends State = State> {
  readonly track: Track;
  readonly name: string;
  readonly state: S;
  readonly input: unknown;
  /** Id of its StateEntered event, and of the event before that. */
  readonly entered: number;
  readonly before: number;
  readonly enteredTime: string;
  retryCount: number;
}

/** How a state was left. `text` is `output` as JSON. */
export interface Outcome {
  readonly next: string | undefined;
  readonly output: unknown;
  readonly text: string;
  readonly assign?: Readonly<Record<string, unknown>> | undefined;
}
