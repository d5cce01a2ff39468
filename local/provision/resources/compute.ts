import { z } from 'zod';
import { assumeServiceRole } from '../../services/service-role.ts';
import { ignored, type ResourceContext, resourceType } from '../resource.ts';

const LogDestination = z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }) });

/** Step Functions sets the delivery up with the role that the state machine will have. */
async function deliverLogs(name: string, roleArn: string, context: ResourceContext): Promise<void> {
  const { account, region, services } = context;
  const sourceArn = `arn:${services.cloud.partition}:states:${region}:${account}:stateMachine:${name}`;
  const service = { kind: 'service', principal: 'states.amazonaws.com', sourceAccount: account, sourceArn } as const;
  const caller = await assumeServiceRole(services.cloud, service, { roleArn, sessionName: 'log-delivery', region });
  await services.cloud.dispatch({ service: 'logs', operation: 'CreateLogDelivery', region, caller, input: {} });
}

export const computeTypes = {
  'AWS::Logs::LogGroup': resourceType(
    z.strictObject({ LogGroupName: z.string(), RetentionInDays: ignored }),
    ({ LogGroupName: name }, { services, account, region }) => {
      const { arn } = services.logs.createLogGroup({ account, region, name });
      return { ref: name, attributes: { Arn: `${arn}:*` } };
    },
  ),

  'AWS::Lambda::Function': resourceType(
    z.strictObject({
      FunctionName: z.string(),
      Role: z.string(),
      Handler: z.string(),
      Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
      Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }),
      Timeout: z.number(),
      MemorySize: z.number(),
      LoggingConfig: z.strictObject({ LogGroup: z.string() }),
      TracingConfig: ignored,
      Runtime: ignored,
      Architectures: ignored,
    }),
    (properties, { services, account, region, asset }) => {
      const { arn } = services.lambda.createFunction({
        account,
        region,
        name: properties.FunctionName,
        roleArn: properties.Role,
        code: asset(properties.Code.S3Key),
        handler: properties.Handler,
        environment: properties.Environment.Variables,
        timeoutSeconds: properties.Timeout,
        memoryMb: properties.MemorySize,
        logGroup: properties.LoggingConfig.LogGroup,
      });
      return { ref: properties.FunctionName, attributes: { Arn: arn } };
    },
  ),

  'AWS::StepFunctions::StateMachine': resourceType(
    z.strictObject({
      StateMachineName: z.string(),
      RoleArn: z.string(),
      DefinitionString: z.string(),
      LoggingConfiguration: z.strictObject({
        Destinations: z.array(LogDestination),
        IncludeExecutionData: z.boolean(),
        Level: z.enum(['ALL', 'ERROR', 'FATAL']),
      }),
      TracingConfiguration: z.strictObject({ Enabled: z.boolean() }),
    }),
    async (properties, context) => {
      const { StateMachineName: name, RoleArn: roleArn, LoggingConfiguration: logging } = properties;
      await deliverLogs(name, roleArn, context);
      const arn = context.services.states.createStateMachine(context, {
        name,
        roleArn,
        definition: properties.DefinitionString,
        tracingConfiguration: { enabled: properties.TracingConfiguration.Enabled },
        loggingConfiguration: {
          level: logging.Level,
          includeExecutionData: logging.IncludeExecutionData,
          destinations: logging.Destinations.map(({ CloudWatchLogsLogGroup: { LogGroupArn } }) => ({
            cloudWatchLogsLogGroup: { logGroupArn: LogGroupArn },
          })),
        },
      });
      return { ref: arn, attributes: { Arn: arn, Name: name } };
    },
  ),
};
