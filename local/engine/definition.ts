/** A state machine as its definition holds it: the JSONata half of the Amazon States Language. `unknown` fields are templates. */

export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly QueryLanguage?: string;
  readonly TimeoutSeconds?: number;
}

export type Assign = Readonly<Record<string, unknown>>;

/** What a state, a choice rule or a catcher leaves with. */
export interface Exit {
  readonly Output?: unknown;
  readonly Assign?: Assign;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

type Catcher = Exit & { readonly ErrorEquals: readonly string[]; readonly Next: string };
type ChoiceRule = Exit & { readonly Condition: unknown; readonly Next: string };

interface Common extends Exit {
  readonly Next?: string;
  readonly End?: boolean;
  readonly QueryLanguage?: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

type Of<Type extends string, Fields = object> = Common & { readonly Type: Type } & Readonly<Fields>;

export type PassState = Of<'Pass'>;
export type SucceedState = Of<'Succeed'>;
export type FailState = Of<'Fail', { Error?: unknown; Cause?: unknown }>;
export type WaitState = Of<'Wait', { Seconds?: unknown; Timestamp?: unknown }>;
export type ChoiceState = Of<'Choice', { Choices: readonly ChoiceRule[]; Default?: string }>;
export type TaskState = Of<
  'Task',
  { Resource: string; Arguments?: unknown; TimeoutSeconds?: unknown; HeartbeatSeconds?: unknown }
>;
export type ParallelState = Of<'Parallel', { Branches: readonly Machine[]; Arguments?: unknown }>;
export type MapState = Of<
  'Map',
  {
    ItemProcessor: Machine & {
      ProcessorConfig?: { Mode?: 'INLINE' | 'DISTRIBUTED'; ExecutionType?: 'STANDARD' | 'EXPRESS' };
    };
    Items?: unknown;
    ItemReader?: ItemReader;
    ItemSelector?: unknown;
    ItemBatcher?: ItemBatcher;
    ResultWriter?: ResultWriter;
    Label?: string;
    MaxConcurrency?: unknown;
    ToleratedFailureCount?: unknown;
    ToleratedFailurePercentage?: unknown;
  }
>;
export type State =
  | PassState
  | SucceedState
  | FailState
  | WaitState
  | ChoiceState
  | TaskState
  | ParallelState
  | MapState;

export type ItemReader = Readonly<{ Resource: string; Arguments?: unknown; ReaderConfig?: unknown }>;
export type ItemBatcher = Readonly<{
  MaxItemsPerBatch?: unknown;
  MaxInputBytesPerBatch?: unknown;
  BatchInput?: unknown;
}>;
export interface ResultWriter {
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly WriterConfig?: { Transformation?: 'NONE' | 'COMPACT' | 'FLATTEN'; OutputType?: 'JSON' | 'JSONL' };
}
