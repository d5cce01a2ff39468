import { z } from 'zod';
import { assumeServiceRole } from '../../services/service-role.ts';
import { ignored, type ResourceContext, type ResourceType, resourceType } from '../resource.ts';

const logGroup = resourceType(
  'AWS::Logs::LogGroup',
  z.strictObject({ LogGroupName: z.string().optional(), RetentionInDays: ignored, Tags: ignored }),
  ({ LogGroupName }, { services, account, region, nameWithin }) => {
    const name = LogGroupName ?? nameWithin(512);
    const { arn } = services.logs.createLogGroup({ account, region, name });
    return { ref: name, attributes: { Arn: `${arn}:*` } };
  },
);

const lambdaFunction = resourceType(
  'AWS::Lambda::Function',
  z.strictObject({
    FunctionName: z.string().optional(),
    Role: z.string(),
    Handler: z.string(),
    Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
    Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).optional(),
    Timeout: z.number().default(3),
    MemorySize: z.number().default(128),
    TracingConfig: z.strictObject({ Mode: z.enum(['Active', 'PassThrough']) }).optional(),
    LoggingConfig: z.looseObject({ LogGroup: z.string().optional() }).optional(),
    Runtime: ignored,
    Architectures: ignored,
    Description: ignored,
    Tags: ignored,
  }),
  (properties, { services, account, region, nameWithin, asset }) => {
    const name = properties.FunctionName ?? nameWithin(64);
    const { arn } = services.lambda.createFunction({
      account,
      region,
      name,
      roleArn: properties.Role,
      code: asset(properties.Code.S3Key),
      handler: properties.Handler,
      environment: properties.Environment?.Variables ?? {},
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      tracing: properties.TracingConfig?.Mode === 'Active',
    });
    return { ref: name, attributes: { Arn: arn } };
  },
);

const LogDestination = z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }) });

const stateMachine = resourceType(
  'AWS::StepFunctions::StateMachine',
  z.strictObject({
    StateMachineName: z.string().optional(),
    RoleArn: z.string(),
    DefinitionString: z.string(),
    StateMachineType: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD'),
    LoggingConfiguration: z
      .strictObject({
        Destinations: z.array(LogDestination).default([]),
        IncludeExecutionData: z.boolean().default(false),
        Level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).default('OFF'),
      })
      .optional(),
    TracingConfiguration: z.strictObject({ Enabled: z.boolean() }).optional(),
    Tags: ignored,
  }),
  async (properties, context) => {
    const name = properties.StateMachineName ?? context.nameWithin(80);
    const logging = properties.LoggingConfiguration;
    if (logging && logging.Level !== 'OFF') await deliverLogs(name, properties.RoleArn, context);
    const arn = context.services.states.createStateMachine(context, {
      name,
      roleArn: properties.RoleArn,
      definition: properties.DefinitionString,
      type: properties.StateMachineType,
      tracingConfiguration: { enabled: properties.TracingConfiguration?.Enabled ?? false },
      loggingConfiguration: logging && {
        level: logging.Level,
        includeExecutionData: logging.IncludeExecutionData,
        destinations: logging.Destinations.map(({ CloudWatchLogsLogGroup: { LogGroupArn } }) => ({
          cloudWatchLogsLogGroup: { logGroupArn: LogGroupArn },
        })),
      },
    });
    return { ref: arn, attributes: { Arn: arn, Name: name } };
  },
);

/** Step Functions sets the delivery up with the role that the state machine will have. */
async function deliverLogs(name: string, roleArn: string, { cloud, account, region }: ResourceContext): Promise<void> {
  const sourceArn = `arn:${cloud.partition}:states:${region}:${account}:stateMachine:${name}`;
  const service = { kind: 'service', principal: 'states.amazonaws.com', sourceAccount: account, sourceArn } as const;
  const caller = await assumeServiceRole(cloud, service, { roleArn, sessionName: 'log-delivery', region });
  await cloud.dispatch({ service: 'logs', operation: 'CreateLogDelivery', region, caller, input: {} });
}

export const computeTypes: readonly ResourceType[] = [logGroup, lambdaFunction, stateMachine];
