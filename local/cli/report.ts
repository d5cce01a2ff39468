/** The report of a run: what `--report` writes and the tables print. A contract: fields may be added, never changed or removed. */

import type { Authorizer } from '../iam/authorizer.ts';
import type { Alarm } from '../services/monitoring.ts';

export interface TargetReport {
  readonly accountId: string;
  readonly region: string;
  readonly status: string;
  readonly reasons: readonly string[];
  readonly suspected: readonly string[];
  /** The kind of policy that refused us, and the buckets to which a foreign sync sends inventory. */
  readonly denial: string | null;
  readonly foreignSyncs: readonly string[];
  readonly syncName: string | null;
  readonly decision: string | null;
  readonly nodes: Readonly<Record<'managed' | 'delivered' | 'missing' | 'stale' | 'silent' | 'ghosts', number>> | null;
  readonly lastDeliveredAt: string | null;
  readonly slots:
    | readonly { readonly owner: string; readonly syncName: string; readonly bucketName: string | null }[]
    | null;
}

/** What a plan would do in a target, and what that could come to. */
interface PlannedReport {
  readonly accountId: string;
  readonly region: string;
  readonly decision: string;
  readonly syncName: string | null;
  readonly reason: string;
  readonly risks: readonly string[];
}

export interface PlanReport {
  /** Null when nothing was planned. */
  readonly hash: string | null;
  readonly risks: readonly string[];
  readonly decisions: readonly PlannedReport[];
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

export interface Report {
  readonly version: 1;
  readonly world: string;
  readonly seed: number;
  readonly virtualDuration: string;
  readonly wallSeconds: number;
  readonly executions: readonly ExecutionReport[];
  readonly targets: readonly TargetReport[];
  readonly summary: Readonly<Record<string, number | null>>;
  readonly plan: PlanReport;
  readonly hub: { readonly bucketPolicy: 'same' | 'differs' | 'denies'; readonly key: string };
  readonly remediations: readonly never[];
  readonly catalog: {
    readonly database: string;
    /** `edited`: what somebody changed by hand. */
    readonly tables: readonly {
      readonly name: string;
      readonly columns: number;
      readonly partitions: number;
      readonly edited: readonly string[];
    }[];
  };
  readonly queries: readonly QueryReport[];
  readonly metrics: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly datapoints: number;
    readonly last: number;
  }[];
  readonly alarms: readonly Pick<Alarm & { readonly name: string }, 'name' | 'state' | 'history'>[];
  readonly explorer: readonly never[];
  readonly events: readonly {
    readonly source: string;
    readonly detailType: string;
    readonly time: string;
    readonly detail: unknown;
  }[];
  readonly wire: {
    readonly calls: Readonly<Record<string, number>>;
    readonly denied: Authorizer['denials'];
    readonly throttled: number;
  };
  readonly transitions: Readonly<Record<string, number>>;
  readonly invocations: Readonly<Record<string, number>>;
}
