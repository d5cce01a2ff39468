import type * as Api from '@aws-sdk/client-lambda';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operation, type RoleCaller, type Service } from '../cloud/service.ts';
import type { EnvironmentSettings } from '../lambda/environment.ts';
import { EnvironmentPool } from '../lambda/pool.ts';
import { ownNeed } from './need.ts';
import { openServiceSession } from './service-role.ts';

/** Concurrent executions that an account starts with (Lambda quotas); nothing here is reserved. */
const CONCURRENCY = 1000;

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
    GetAccountSettings: operation<Api.GetAccountSettingsRequest, Api.GetAccountSettingsResponse>({
      needs: (_input, call) => [ownNeed('lambda', call)],
      run: () => ({
        AccountLimit: { ConcurrentExecutions: CONCURRENCY, UnreservedConcurrentExecutions: CONCURRENCY },
      }),
    }),
    Invoke: operation<Api.InvocationRequest, Api.InvocationResponse>({
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

  /** The machines fail on which a function of the hub is at work, however many they are: its callers learn that the runtime exited. */
  async kill(name: string): Promise<number> {
    const hit = [...this.#functions.values()].filter(({ settings }) => settings.name === name);
    const counts = await Promise.all(hit.map(({ settings }) => this.#pool.kill(settings)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Ends the idle execution environments. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  async #invoke({ settings, arn, sent }: Fn, payload: string) {
    const { clock, draw } = this.#cloud;
    const { account, region, name, roleArn, memoryMb } = settings;
    const nth = sent.get(payload) ?? 0;
    sent.set(payload, nth + 1);
    this.invocations[name] = (this.invocations[name] ?? 0) + 1;
    const awsRequestId = draw.uuid('invocation', arn, payload, nth);
    const day = clock.now().toISOString().slice(0, 10).replaceAll('-', '/');
    const stream = `${day}/[$LATEST]${draw.hex('stream', arn).slice(0, 32)}`;
    // Renewed for each invocation, so a warm environment never outlives its credentials.
    const service = { kind: 'service', principal: 'lambda.amazonaws.com', sourceAccount: account } as const;
    const role = { roleArn, sessionName: name, region };
    const { caller, credentials } = await openServiceSession(this.#cloud, service, role);
    const outcome = await this.#pool.use(settings, (environment) =>
      environment.invoke(clock, {
        kind: 'invoke',
        nowMs: clock.nowMs(),
        deadlineMs: clock.nowMs() + settings.timeoutSeconds * 1000,
        seed: draw.hex('chance', arn, awsRequestId),
        payload,
        environment: {
          ...settings.environment,
          ...reserved(settings),
          AWS_ACCESS_KEY_ID: credentials.AccessKeyId ?? '',
          AWS_SECRET_ACCESS_KEY: credentials.SecretAccessKey ?? '',
          AWS_SESSION_TOKEN: credentials.SessionToken ?? '',
          AWS_CREDENTIAL_EXPIRATION: credentials.Expiration?.toISOString() ?? '',
          AWS_ENDPOINT_URL: this.endpoint,
          _X_AMZN_TRACE_ID: this.#trace(awsRequestId),
        },
        context: {
          awsRequestId,
          functionName: name,
          functionVersion: '$LATEST',
          invokedFunctionArn: arn,
          memoryLimitInMB: String(memoryMb),
        },
      }),
    );
    await this.onInvoked({ settings, caller, stream, lines: outcome.lines });
    return outcome;
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

/** "Defined runtime environment variables" (Lambda developer guide) that bundles read, and what keeps the SDK from this machine's own AWS files. */
function reserved({ name, region, handler }: FunctionSettings) {
  return {
    AWS_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: '/var/task',
    _HANDLER: handler,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
