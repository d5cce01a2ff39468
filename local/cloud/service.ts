/** What a service of the embedded cloud is: operations, each saying what its caller must be allowed to do and then doing it. */
import type { PolicyDocument } from '../iam/policy.ts';

/** Services by their SigV4 signing name, which is also how the wire and `dispatch` address them. */
export type ServiceName =
  | 'account'
  | 'athena'
  | 'cloudformation'
  | 'events'
  | 'glue'
  | 'kms'
  | 'lambda'
  | 'logs'
  | 'monitoring'
  | 'organizations'
  | 's3'
  | 'sns'
  | 'sqs'
  | 'ssm'
  | 'states'
  | 'sts'
  | 'xray';

/** A session of an IAM role, as STS made it. `arn` is the assumed-role ARN, `roleArn` the role's. */
export interface RoleCaller {
  readonly kind: 'role';
  readonly account: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly sessionName: string;
}

/** An AWS service acting by its principal, for an account (`aws:SourceAccount`) and a resource (`aws:SourceArn`). */
export interface ServiceCaller {
  readonly kind: 'service';
  readonly principal: string;
  readonly sourceAccount?: string;
  readonly sourceArn?: string;
}

/** Somebody whose permissions are not under test: the operator at the CLI, an actor of the world, the provisioner. Never counted, never refused by identity. */
export interface AdministratorCaller {
  readonly kind: 'administrator';
  readonly account: string;
  readonly arn: string;
}

export type Caller = RoleCaller | ServiceCaller | AdministratorCaller;

export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** One permission that a call needs. AWS's service authorization reference names action and resource of each operation. */
export interface Need {
  readonly action: string;
  /** ARN, or `*` where the action has no resource-level permission. */
  readonly resource: string;
  /** Account that owns the resource. */
  readonly owner: string;
  /** Condition keys beyond the global ones, which the authorizer adds itself. */
  readonly context?: ConditionContext;
  /** The resource's own policy (bucket, key, trust, queue, topic), where it has one. */
  readonly policy?: PolicyDocument | undefined;
}

export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly caller: Caller;
  readonly input: unknown;
  /** Condition keys that the calling AWS service brings along. */
  readonly context?: ConditionContext;
}

/** One operation with its types erased; make it with `operation`. */
export interface Operation {
  needs(input: unknown, call: Call): readonly Need[];
  run(input: unknown, call: Call): unknown;
}

/** SDK output shapes without the metadata that only the client adds. */
export type Answer<Output> = Omit<Output, '$metadata'>;

interface TypedOperation<Input, Output> {
  needs(input: Input, call: Call): readonly Need[];
  run(input: Input, call: Call): Answer<Output> | Promise<Answer<Output>>;
}

/** Types an operation by its SDK shapes. The wire decodes by the same schemas, and `dispatch` is called by our own services: that is why the cast holds. */
export function operation<Input, Output>(typed: TypedOperation<Input, Output>): Operation {
  return typed as Operation;
}

/** The operation that a command class of an SDK client stands for. */
type OperationOf<CommandClass> = CommandClass extends abstract new (
  ...args: never[]
) => {
  input: infer Input;
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer Output }>;
}
  ? TypedOperation<Input, Output>
  : never;

type OperationsOf<Sdk> = {
  readonly [Command in keyof Sdk as Command extends `${infer Name}Command` ? Name : never]?: OperationOf<Sdk[Command]>;
};

/** Types operations by the SDK client whose commands they serve: `operations<typeof sdk>({ GetTable: { needs, run } })`. */
export function operations<Sdk>(typed: OperationsOf<Sdk>): Service['operations'] {
  return typed as Service['operations'];
}

type RunsOf<Operations> = {
  readonly [Name in keyof Operations]?: NonNullable<Operations[Name]> extends { run: infer Run } ? Run : never;
};

/** The same where one function tells what each of them needs: `operationsNeeding<typeof sdk>(needs, { GetTable: run })`. */
export function operationsNeeding<Sdk>(
  needs: (input: never, call: Call) => readonly Need[],
  runs: RunsOf<OperationsOf<Sdk>>,
): Service['operations'] {
  const operations = Object.entries(runs).map(([name, run]) => [name, { needs, run }]);
  return Object.fromEntries(operations);
}

export interface Service {
  readonly name: ServiceName;
  readonly operations: Readonly<Record<string, Operation>>;
}
