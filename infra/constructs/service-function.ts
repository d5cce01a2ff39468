import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { Contract } from '../../functions/runtime/contract.ts';
import { acknowledge } from '../acknowledge.ts';
import { type Grant, give } from '../grants.ts';

type ServiceFunctionProps<Env extends z.ZodType> = {
  contract: Contract<Env, z.ZodType, z.ZodType>;
  /** Exactly what the handler parses: a variable that it reads and the stack forgets does not compile. */
  environment: z.input<Env>;
  memoryMb: number;
  /** Exactly what the code calls. */
  grants: Grant[];
  /** Only where another stack has to name the role. */
  roleName?: string;
};

export class MissingBundle extends Error {
  override readonly name = 'MissingBundle';
}

/** What `npm run bundle` leaves: `<name>/index.cjs`, the same bytes that run locally. */
const bundles = join(import.meta.dirname, '../../dist/functions');

/** @throws {MissingBundle} */
function bundleOf(name: string): Code {
  const folder = join(bundles, name);
  if (existsSync(folder)) return Code.fromAsset(folder);
  throw new MissingBundle(`the function ${name} is not bundled: run \`npm run bundle\` first`);
}

/** What Lambda allows. A fleet is one invocation's work; the state machines give each task ten seconds more before they give it up. */
const longest = Duration.minutes(15);

const runtimeEnvironment = {
  // Standard mode waits 0.1 to 20 s with full jitter; ten attempts outlast half of the calls being throttled in all but 0.5^10 of the cases.
  AWS_RETRY_MODE: 'standard',
  AWS_MAX_ATTEMPTS: '10',
  POWERTOOLS_SERVICE_NAME: 'muster',
  POWERTOOLS_METRICS_NAMESPACE: 'Muster',
  POWERTOOLS_LOG_LEVEL: 'INFO',
};

/** One bundled function with a role and a log group of its own. */
export class ServiceFunction<Env extends z.ZodType> extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<Env>) {
    super(scope, id);
    const functionName = `muster-${props.contract.name}`;
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      ...(props.roleName !== undefined && { roleName: props.roleName }),
    });
    logGroup.grantWrite(role);
    give(role, props.grants);
    this.handler = new LambdaFunction(this, 'Function', {
      functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: bundleOf(props.contract.name),
      handler: 'index.handler',
      memorySize: props.memoryMb,
      timeout: longest,
      tracing: Tracing.ACTIVE,
      environment: { ...runtimeEnvironment, ...strings(props.environment) },
      role,
      logGroup,
    });
    acknowledge(this, {
      'Serverless-LambdaDLQ': 'Only state machines invoke it, synchronously: its failures are theirs to catch.',
      'AwsSolutions-IAM5[Resource::*]': 'X-Ray has no resources to name (Service Authorization Reference).',
    });
  }
}

/** Lambda takes strings only; a contract whose variable is anything else could never be met. */
function strings(environment: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(environment ?? {}).map(([name, value]) => [name, String(value)]));
}
