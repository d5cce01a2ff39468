/** The report of a run: what `--report` writes and the tables print. A contract: fields may be added, never changed or removed. */

export interface TargetReport {
  readonly accountId: string;
  readonly region: string;
  readonly status: string;
  readonly reasons: readonly string[];
  readonly suspected: readonly string[];
  readonly syncName: string | null;
  readonly decision: string | null;
  readonly nodes: {
    readonly managed: number;
    readonly delivered: number;
    readonly missing: number;
    readonly stale: number;
    readonly silent: number;
  } | null;
  readonly lastDeliveredAt: string | null;
}

export interface ExecutionReport {
  readonly stateMachine: string;
  readonly name: string;
  readonly trigger: 'schedule' | 'event' | 'manual' | 'resume';
  readonly status: string;
  readonly startedAt: string;
  readonly stoppedAt: string | null;
  readonly refused: readonly string[];
}

export interface QueryReport {
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly error: string | null;
}

interface MetricReport {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly datapoints: number;
  readonly last: number;
}

interface AlarmReport {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly history: readonly { readonly at: string; readonly state: string }[];
}

interface DeniedReport {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly why: string;
}

export interface Report {
  readonly version: 1;
  readonly world: string;
  readonly seed: number;
  readonly virtualDuration: string;
  readonly wallSeconds: number;
  readonly executions: readonly ExecutionReport[];
  readonly targets: readonly TargetReport[];
  readonly summary: Readonly<Record<string, number | null>>;
  readonly plan: { readonly hash: string | null; readonly risks: readonly string[] };
  readonly hub: { readonly bucketPolicy: 'same' | 'differs' | 'denies'; readonly key: string };
  readonly remediations: readonly never[];
  readonly catalog: {
    readonly database: string;
    readonly tables: readonly { readonly name: string; readonly columns: number; readonly partitions: number }[];
  };
  readonly queries: readonly QueryReport[];
  readonly metrics: readonly MetricReport[];
  readonly alarms: readonly AlarmReport[];
  readonly explorer: readonly never[];
  readonly events: readonly {
    readonly source: string;
    readonly detailType: string;
    readonly time: string;
    readonly detail: unknown;
  }[];
  readonly wire: {
    readonly calls: Readonly<Record<string, number>>;
    readonly denied: readonly DeniedReport[];
    readonly throttled: number;
  };
  readonly transitions: Readonly<Record<string, number>>;
  readonly invocations: Readonly<Record<string, number>>;
}
