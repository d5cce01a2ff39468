/** What the resource types need of the services: the services' own exports, narrowed. */
import type { IamDirectory } from '../iam/directory.ts';
import type { NamedPolicy } from '../iam/policy.ts';
import type { Events } from '../services/events.ts';
import type { Glue } from '../services/glue.ts';
import type { Kms } from '../services/kms.ts';
import type { Logs } from '../services/logs.ts';
import type { Monitoring } from '../services/monitoring.ts';
import type { S3 } from '../services/s3.ts';
import type { Sns } from '../services/sns.ts';
import type { Sqs } from '../services/sqs.ts';
import type { States } from '../services/states.ts';

interface At {
  readonly account: string;
  readonly region: string;
}

export interface FunctionSettings extends At {
  readonly name: string;
  readonly roleArn: string;
  /** Folder that holds the unpacked code. */
  readonly code: string;
  /** `<file without extension>.<export>` */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly tracing: boolean;
}

export interface ProvisionedServices {
  readonly directory: Pick<IamDirectory, 'putRole' | 'putRolePolicy'>;
  readonly s3: Pick<S3, 'createBucket' | 'putBucketPolicy'>;
  readonly kms: Pick<Kms, 'createKey' | 'createAlias'>;
  readonly lambda: { createFunction(settings: FunctionSettings): { arn: string } };
  readonly events: Pick<Events, 'putRule'>;
  readonly glue: Pick<Glue, 'createDatabase'>;
  readonly states: Pick<States, 'createStateMachine'>;
  readonly sqs: Pick<Sqs, 'createQueue' | 'setPolicy'>;
  readonly logs: Pick<Logs, 'createLogGroup'>;
  readonly monitoring: Pick<Monitoring, 'putAlarm'>;
  readonly sns: Pick<Sns, 'createTopic' | 'setPolicy'>;
  /** ACTIVE accounts of the units and of all units below them (a root is one too), without the management account. */
  membersOf(units: readonly string[]): readonly string[];
  /** A managed policy that exists besides the templates, for permissions boundaries. */
  managedPolicy(arn: string): NamedPolicy | undefined;
}
