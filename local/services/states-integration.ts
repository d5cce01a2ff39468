/** What a Task's Resource, an ItemReader and a ResultWriter call: Lambda and any API action of the embedded cloud, as the execution role. */
import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Caller, ServiceName } from '../cloud/service.ts';
import { StatesError } from '../engine/errors.ts';
import { assumeServiceRole } from './service-role.ts';

/** By the name in the ARN: signing name, and the prefix of error names ("AWS SDK service integrations", developer guide). */
const SERVICES: Readonly<Record<string, readonly [ServiceName, string]>> = {
  athena: ['athena', 'Athena'],
  cloudwatch: ['monitoring', 'CloudWatch'],
  eventbridge: ['events', 'EventBridge'],
  glue: ['glue', 'Glue'],
  lambda: ['lambda', 'Lambda'],
  organizations: ['organizations', 'Organizations'],
  s3: ['s3', 'S3'],
  sns: ['sns', 'Sns'],
  sqs: ['sqs', 'Sqs'],
  ssm: ['ssm', 'Ssm'],
};

export interface Place {
  readonly region: string;
  readonly account: string;
  readonly stateMachineArn: string;
  readonly roleArn: string;
}

/** The calls of one execution and its children. */
export class Integration {
  readonly #cloud: Cloud;
  readonly #place: Place;
  #session: Promise<Caller> | undefined;

  constructor(cloud: Cloud, place: Place) {
    this.#cloud = cloud;
    this.#place = place;
  }

  /** Calls `arn:<partition>:states:::lambda:invoke`, `…:aws-sdk:<service>:<action>` or an S3 resource of a distributed map. */
  async call(resource: string, input: unknown): Promise<unknown> {
    const [, , , , , ...parts] = resource.split(':');
    const [service = '', action = '', ...rest] = parts[0] === 'aws-sdk' ? parts.slice(1) : parts;
    const known = SERVICES[service];
    if (
      !known ||
      rest.length > 0 ||
      action.includes('.') ||
      (parts[0] !== 'aws-sdk' && service !== 's3' && service !== 'lambda')
    )
      throw new StatesError('States.Runtime', `The embedded cloud has no integration '${resource}'.`);
    const [name, prefix] = known;
    const invokes = parts[0] === 'lambda';
    const region = this.#place.region;
    const operation = `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
    const caller = await this.#caller();
    try {
      const call = {
        service: name,
        operation,
        region,
        caller,
        input: invokes ? invocation(input) : withTextBody(input),
      };
      return invokes
        ? invoked(await this.#cloud.ask<InvokeCommandOutput>(call))
        : plain(await this.#cloud.dispatch(call));
    } catch (thrown) {
      throw thrown instanceof AwsFault ? this.#failure(thrown, prefix, invokes ? 'AWSLambda' : prefix) : thrown;
    }
  }

  /** A distributed map begins its children as the state machine's role ("IAM policies for using Distributed Map states", developer guide). */
  async permitChild(): Promise<void> {
    const { region, account: owner, stateMachineArn: resource } = this.#place;
    const call = {
      service: 'states',
      operation: 'StartExecution',
      region,
      caller: await this.#caller(),
      input: {},
    } as const;
    try {
      this.#cloud.permit([{ action: 'states:StartExecution', resource, owner }], call);
    } catch (thrown) {
      throw thrown instanceof AwsFault ? this.#failure(thrown, 'StepFunctions', 'AWSStepFunctions') : thrown;
    }
  }

  /** The role's session, which Step Functions keeps alive by itself. In an empty cloud whoever asks is its administrator. */
  #caller(): Promise<Caller> {
    const { otherwise } = this.#cloud.sessions;
    this.#session ??= otherwise ? Promise.resolve(otherwise) : this.#assumeRole();
    return this.#session;
  }

  async #assumeRole(): Promise<Caller> {
    const { region, account, stateMachineArn, roleArn } = this.#place;
    const principal = 'states.amazonaws.com';
    const sessionName = this.#cloud.draw.hex('states session', stateMachineArn, this.#cloud.clock.nowMs()).slice(0, 32);
    try {
      return await assumeServiceRole(
        this.#cloud,
        { kind: 'service', principal, sourceAccount: account, sourceArn: stateMachineArn },
        { roleArn, sessionName, region },
      );
    } catch (thrown) {
      if (!(thrown instanceof AwsFault)) throw thrown;
      throw new StatesError(
        'States.Permissions',
        `Neither the global service principal ${principal}, nor the regional one is authorized to assume the provided role. (${thrown.message})`,
      );
    }
  }

  /** Error names always end in `Exception`; a fault the service's model does not name is the service's own exception. */
  #failure(fault: AwsFault, prefix: string, unmodelled: string): StatesError {
    const named = fault.name.endsWith('Exception') ? fault.name : `${fault.name}Exception`;
    const error = fault.name.startsWith('AccessDenied') ? `${unmodelled}Exception` : named;
    const request = this.#cloud.draw.uuid('request', this.#place.stateMachineArn, this.#cloud.clock.nowMs());
    const extended = prefix === 'S3' ? `, Extended Request ID: ${request}` : '';
    const details = `Service: ${prefix}, Status Code: ${fault.status ?? 400}, Request ID: ${request}${extended}`;
    return new StatesError(`${prefix}.${error}`, `${fault.message} (${details})`);
  }
}

function invocation(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('Payload' in input)) return input;
  return { ...input, Payload: Buffer.from(JSON.stringify(input.Payload)) };
}

/** "lambda:invoke": the payload parsed. A function's error is the state's: its type, and the whole payload as cause. */
function invoked({
  ExecutedVersion,
  FunctionError,
  Payload,
  StatusCode,
}: Omit<InvokeCommandOutput, '$metadata'>): unknown {
  const text = Buffer.from(Payload ?? []).toString();
  const payload = parsed(text);
  if (FunctionError === undefined) return { ExecutedVersion, Payload: payload, StatusCode };
  const type =
    typeof payload === 'object' && payload !== null && 'errorType' in payload ? String(payload.errorType) : '';
  throw new StatesError(type || 'Lambda.Unknown', text);
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

function withTextBody(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('Body' in input)) return input;
  return { ...input, Body: typeof input.Body === 'string' ? input.Body : JSON.stringify(input.Body) };
}

/** An answer as JSON: bytes as text, dates as ISO 8601. */
function plain(answer: unknown): unknown {
  const text = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value);
  const members = Object.entries(answer ?? {}).map(([name, value]) => [name, text(value)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(members)));
}
