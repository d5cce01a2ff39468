import type * as Api from '@aws-sdk/client-lambda';
import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operation, type RoleCaller, type Service } from '../cloud/service.ts';
import type { EnvironmentSettings } from '../lambda/environment.ts';
import { EnvironmentPool } from '../lambda/pool.ts';

interface FunctionSettings extends EnvironmentSettings {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly roleArn: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly logGroup: string;
}

/** What an invocation leaves: its lines, and who would write them where. */
export interface InvocationRecord {
  readonly settings: FunctionSettings;
  readonly caller: RoleCaller;
  readonly stream: string;
  readonly lines: readonly string[];
}

type InvokeInput = Omit<Api.InvokeCommandInput, 'Payload'> & { readonly Payload?: Uint8Array | string };
type InvokeOutput = Omit<Api.InvokeCommandOutput, 'Payload'> & { readonly Payload: Uint8Array };

interface Fn {
  readonly settings: FunctionSettings;
  readonly arn: string;
  /** How often each payload was sent. */
  readonly sent: Map<string, number>;
}

class Lambda implements Service {
  readonly name = 'lambda';
  /** Of the wire, which functions call. */
  endpoint = '';
  /** Told at the end of each invocation and waited for. */
  onInvoked: (record: InvocationRecord) => Promise<void> = async () => undefined;
  /** By function name. */
  readonly invocations: Record<string, number> = {};
  readonly #cloud: Cloud;
  readonly #functions = new Map<string, Fn>();
  readonly #pool: EnvironmentPool;

  readonly operations = {
    Invoke: operation<InvokeInput, InvokeOutput>({
      needs: ({ FunctionName }, call) => {
        const { arn: resource, settings } = this.#find(FunctionName, call);
        return [{ action: 'lambda:InvokeFunction', resource, owner: settings.account }];
      },
      run: async ({ FunctionName, InvocationType = 'RequestResponse', Payload }, call) => {
        if (InvocationType !== 'RequestResponse')
          throw new AwsFault('NotImplemented', `invocation type ${InvocationType} is not served`, { status: 501 });
        const payload = Buffer.from(Payload ?? '').toString() || '{}';
        const { isError, payload: answer } = await this.#invoke(this.#find(FunctionName, call), payload);
        const error = isError && { FunctionError: 'Unhandled' };
        return { StatusCode: 200, ExecutedVersion: '$LATEST', ...error, Payload: Buffer.from(answer) };
      },
    }),
  };

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#pool = new EnvironmentPool(cloud.clock);
  }

  createFunction(settings: FunctionSettings): { arn: string } {
    const { account, region, name } = settings;
    const arn = this.#arn(account, region, name);
    this.#functions.set(arn, { settings, arn, sent: new Map() });
    return { arn };
  }

  /** Ends the idle execution environments. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  async #invoke({ settings, arn, sent }: Fn, payload: string) {
    const { clock, draw } = this.#cloud;
    const nth = sent.get(payload) ?? 0;
    sent.set(payload, nth + 1);
    this.invocations[settings.name] = (this.invocations[settings.name] ?? 0) + 1;
    const awsRequestId = draw.uuid('invocation', arn, payload, nth);
    const stream = `${clock.now().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${draw.hex('stream', arn).slice(0, 32)}`;
    const { caller, credentials } = await this.#session(settings);
    const outcome = await this.#pool.use(settings, (environment) =>
      environment.invoke(clock, {
        kind: 'invoke',
        nowMs: clock.nowMs(),
        deadlineMs: clock.nowMs() + settings.timeoutSeconds * 1000,
        seed: draw.hex('chance', arn, awsRequestId),
        payload,
        environment: {
          ...settings.environment,
          ...reserved(settings, stream),
          ...credentials,
          ...{ AWS_ENDPOINT_URL: this.endpoint, _X_AMZN_TRACE_ID: this.#trace(awsRequestId) },
        },
        context: {
          awsRequestId,
          functionName: settings.name,
          functionVersion: '$LATEST',
          invokedFunctionArn: arn,
          memoryLimitInMB: String(settings.memoryMb),
          logGroupName: settings.logGroup,
          logStreamName: stream,
        },
      }),
    );
    await this.onInvoked({ settings, caller, stream, lines: outcome.lines });
    return outcome;
  }

  /** Renewed for each invocation, so a warm environment never outlives its credentials. */
  async #session({ account, region, roleArn, name }: FunctionSettings) {
    const { Credentials } = await this.#cloud.ask<AssumeRoleCommandOutput>({
      service: 'sts',
      operation: 'AssumeRole',
      region,
      caller: { kind: 'service', principal: 'lambda.amazonaws.com', sourceAccount: account },
      input: { RoleArn: roleArn, RoleSessionName: name },
    });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = Credentials ?? {};
    const caller = this.#cloud.sessions.resolve(AccessKeyId);
    if (typeof caller !== 'object' || caller.kind !== 'role') throw new Error(`sts gave no session of ${roleArn}`);
    const credentials = {
      AWS_ACCESS_KEY_ID: AccessKeyId,
      AWS_SECRET_ACCESS_KEY: SecretAccessKey,
      AWS_SESSION_TOKEN: SessionToken,
      AWS_CREDENTIAL_EXPIRATION: Expiration?.toISOString() ?? '',
    };
    return { caller, credentials };
  }

  /** Not sampled: there is no daemon to send segments to ("Tracing header", X-Ray developer guide). */
  #trace(awsRequestId: string): string {
    const id = this.#cloud.draw.hex('trace', awsRequestId);
    const seconds = Math.floor(this.#cloud.clock.nowMs() / 1000).toString(16);
    return `Root=1-${seconds}-${id.slice(0, 24)};Parent=${id.slice(24, 40)};Sampled=0`;
  }

  #arn(account: string, region: string, name: string): string {
    return `arn:${this.#cloud.partition}:lambda:${region}:${account}:function:${name}`;
  }

  /** By name or ARN, either with `:$LATEST`. */
  #find(nameOrArn = '', { region, caller }: Call): Fn {
    const plain = nameOrArn.replace(/:\$LATEST$/, '');
    const arn = plain.startsWith('arn:') ? plain : this.#arn(accountOf(caller), region, plain);
    const found = this.#functions.get(arn);
    if (found) return found;
    throw new AwsFault('ResourceNotFoundException', `Function not found: ${arn}`, { status: 404 });
  }
}

export type { Lambda };

export function createLambda(cloud: Cloud): Lambda {
  return new Lambda(cloud);
}

/** "Defined runtime environment variables" (Lambda developer guide), and what keeps the SDK from this machine's own AWS files. */
function reserved({ name, region, handler, memoryMb, logGroup }: FunctionSettings, stream: string) {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: stream,
    LAMBDA_TASK_ROOT: '/var/task',
    TZ: ':UTC',
    _HANDLER: handler,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
