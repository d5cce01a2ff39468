/** What a Task's Resource, an ItemReader and a ResultWriter call: Lambda, and any API action of Athena, Glue and S3, as the execution role. */
import type { GetQueryExecutionCommandOutput, StartQueryExecutionCommandOutput } from '@aws-sdk/client-athena';
import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Answer, Caller } from '../cloud/service.ts';
import type { Machine } from '../engine/definition.ts';
import { StatesError } from '../engine/errors.ts';
import { assumeServiceRole } from './service-role.ts';

/** By signing name: the prefix of a service's error names, and its own exception for faults that its model does not name. */
const ERRORS = {
  athena: ['Athena', 'AmazonAthenaException'],
  glue: ['Glue', 'GlueException'],
  lambda: ['Lambda', 'AWSLambdaException'],
  s3: ['S3', 'S3Exception'],
  states: ['StepFunctions', 'AWSStepFunctionsException'],
} as const;

/** API actions that a Task may name; of Glue only the SDK integration has those of the Data Catalog. */
const ACTIONS: readonly (readonly [RegExp, Exclude<keyof typeof ERRORS, 'states'>])[] = [
  [/:::(?:aws-sdk:)?athena:(\w)(\w+)$/, 'athena'],
  [/:::aws-sdk:glue:(\w)(\w+)$/, 'glue'],
  [/:::(?:aws-sdk:)?s3:(\w)(\w+)$/, 's3'],
];

/** Between two looks at a query that a task waits for. */
const POLL_MS = 1000;

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly definition: string;
  readonly machine: Machine;
  readonly created: Date;
  /** Logging, tracing and whatever else DescribeStateMachine hands back. */
  readonly settings: object;
}

/** The calls of one execution and its children. */
export class Integration {
  readonly #cloud: Cloud;
  readonly #machine: StateMachine;
  #session: Promise<Caller> | undefined;

  constructor(cloud: Cloud, machine: StateMachine) {
    this.#cloud = cloud;
    this.#machine = machine;
  }

  /** Calls `arn:<partition>:states:::lambda:invoke`, `…:athena:startQueryExecution.sync`, `…:s3:<action>` or `…:aws-sdk:<service>:<action>`. */
  async call(resource: string, input: unknown): Promise<unknown> {
    const given: Record<string, unknown> = { ...Object(input) };
    if (resource.endsWith(':::lambda:invoke')) {
      const Payload = 'Payload' in given ? Buffer.from(JSON.stringify(given['Payload'])) : undefined;
      const call = { service: 'lambda', operation: 'Invoke', input: { ...given, Payload } } as const;
      return invoked(await this.#as(call, (whole) => this.#cloud.ask<InvokeCommandOutput>(whole)));
    }
    if (resource.endsWith(':::athena:startQueryExecution.sync')) return this.#query(given);
    for (const [pattern, service] of ACTIONS) {
      const [, first, rest] = pattern.exec(resource) ?? [];
      if (!first) continue;
      const { Body } = given;
      const text = Body !== undefined && { Body: typeof Body === 'string' ? Body : JSON.stringify(Body) };
      const call = { service, operation: `${first.toUpperCase()}${rest}`, input: { ...given, ...text } };
      return plain(await this.#as(call, (whole) => this.#cloud.dispatch(whole)));
    }
    throw new StatesError('States.Runtime', `The embedded cloud has no integration '${resource}'.`);
  }

  /** "Run a Job (.sync)": waits for the query's end; what it failed of is the cause ("Run Athena queries with Step Functions", developer guide). */
  async #query(input: object): Promise<unknown> {
    const start = { service: 'athena', operation: 'StartQueryExecution', input } as const;
    const { QueryExecutionId } = await this.#as(start, (call) =>
      this.#cloud.ask<StartQueryExecutionCommandOutput>(call),
    );
    const look = { service: 'athena', operation: 'GetQueryExecution', input: { QueryExecutionId } } as const;
    for (;;) {
      await this.#cloud.clock.sleep(POLL_MS, `${QueryExecutionId}`);
      const answer = await this.#as(look, (call) => this.#cloud.ask<GetQueryExecutionCommandOutput>(call));
      const state = answer.QueryExecution?.Status?.State;
      if (state === 'SUCCEEDED') return plain(answer);
      if (state === 'FAILED' || state === 'CANCELLED')
        throw new StatesError('States.TaskFailed', JSON.stringify(answer));
    }
  }

  /** A distributed map begins its children as the state machine's role ("IAM policies for using Distributed Map states", developer guide). */
  async permitChild(): Promise<void> {
    const { account: owner, arn: resource } = this.#machine;
    const call = { service: 'states', operation: 'StartExecution', input: {} } as const;
    const need = { action: 'states:StartExecution', resource, owner };
    await this.#as(call, async (whole) => this.#cloud.permit([need], whole));
  }

  /** Makes a call in the role's session, which Step Functions keeps alive by itself. */
  async #as<Given extends { readonly service: keyof typeof ERRORS }, Result>(
    call: Given,
    make: (call: Given & { readonly region: string; readonly caller: Caller }) => Promise<Result>,
  ): Promise<Result> {
    this.#session ??= this.#assumeRole();
    const caller = await this.#session;
    try {
      return await make({ ...call, region: this.#machine.region, caller });
    } catch (thrown) {
      throw thrown instanceof AwsFault ? this.#failure(thrown, call.service) : thrown;
    }
  }

  /** In an empty cloud whoever asks is its administrator. */
  async #assumeRole(): Promise<Caller> {
    const { otherwise } = this.#cloud.sessions;
    if (otherwise) return otherwise;
    const { region, account: sourceAccount, arn: sourceArn, roleArn } = this.#machine;
    const principal = 'states.amazonaws.com';
    const service = { kind: 'service', principal, sourceAccount, sourceArn } as const;
    const sessionName = this.#cloud.draw.hex('states session', sourceArn, this.#cloud.clock.nowMs()).slice(0, 32);
    try {
      return await assumeServiceRole(this.#cloud, service, { roleArn, sessionName, region });
    } catch (thrown) {
      if (!(thrown instanceof AwsFault)) throw thrown;
      const text = `Neither the global service principal ${principal}, nor the regional one is authorized to assume the provided role.`;
      throw new StatesError('States.Permissions', `${text} (${thrown.message})`);
    }
  }

  /** Error names always end in `Exception`. */
  #failure(fault: AwsFault, service: keyof typeof ERRORS): StatesError {
    const [prefix, unmodelled] = ERRORS[service];
    const named = fault.name.endsWith('Exception') ? fault.name : `${fault.name}Exception`;
    const error = fault.name.startsWith('AccessDenied') ? unmodelled : named;
    const request = this.#cloud.draw.uuid('request', this.#machine.arn, this.#cloud.clock.nowMs());
    const extended = service === 's3' ? `, Extended Request ID: ${request}` : '';
    const details = `Service: ${prefix}, Status Code: ${fault.status ?? 400}, Request ID: ${request}${extended}`;
    return new StatesError(`${prefix}.${error}`, `${fault.message} (${details})`);
  }
}

/** "lambda:invoke": the payload parsed. A function's error is the state's: its type, and the whole payload as cause. */
function invoked({ ExecutedVersion, FunctionError, Payload, StatusCode }: Answer<InvokeCommandOutput>): unknown {
  const text = Buffer.from(Payload ?? []).toString();
  const payload: unknown = JSON.parse(text || 'null');
  if (FunctionError === undefined) return { ExecutedVersion, Payload: payload, StatusCode };
  throw new StatesError(String(Object(payload).errorType ?? 'Lambda.Unknown'), text);
}

/** An answer as JSON: bytes as text, dates as ISO 8601. */
function plain(answer: unknown): unknown {
  const text = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value);
  const members = Object.entries(answer ?? {}).map(([name, value]) => [name, text(value)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(members)));
}
