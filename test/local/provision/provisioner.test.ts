import { describe, expect, it } from 'vitest';
import type { Json, TemplateResource } from '../../../local/provision/intrinsics.ts';
import { exampleCloud, hub } from './example-cloud.ts';

const trusting = (Service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }],
});
const allowing = (Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const delivery = {
  Statement: [
    { Effect: 'Allow', Action: 'kms:GenerateDataKey', Principal: { Service: 'ssm.amazonaws.com' }, Resource: '*' },
  ],
};
const hash = 'a'.repeat(64);

/** A stack of the name `Stack` that holds one resource `It`, provisioned at the hub. */
async function provisionOne(
  Type: string,
  Properties: Record<string, Json>,
  more: Record<string, TemplateResource> = {},
) {
  const example = exampleCloud(
    { Stack: { Resources: { ...more, It: { Type, Properties } } } },
    { [hash]: '/assets/code' },
  );
  const { resources } = await example.provisioner.provision('Stack', hub);
  return { ...example, created: resources.get('It') };
}

const encrypted = {
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:key' },
      },
    ],
  },
};

describe('names', () => {
  it('are stack, logical id and a suffix when the template gives none, lower case for buckets, and stay from run to run', async () => {
    const first = await provisionOne('AWS::S3::Bucket', encrypted);
    const second = await provisionOne('AWS::S3::Bucket', encrypted);
    expect(first.created?.ref).toMatch(/^stack-it-[0-9a-f]{12}$/);
    expect(second.created).toEqual(first.created);
  });

  it('are cut to what the service allows, the suffix kept', async () => {
    const id = 'AVeryLongLogicalIdThatCdkMadeFromManyNestedConstructsAndMore';
    const bucket = { Type: 'AWS::S3::Bucket', Properties: encrypted };
    const { provisioner } = exampleCloud({ AStackOfSomeLength: { Resources: { [id]: bucket } } });
    const { resources } = await provisioner.provision('AStackOfSomeLength', hub);
    expect(resources.get(id)?.ref).toMatch(/^[a-z]+-[a-z]+-[0-9a-f]{12}$/);
    expect(resources.get(id)?.ref).toHaveLength(63);
  });
});

describe('resource types', () => {
  it('make a bucket with its key, its policy and its versions', async () => {
    const { services } = await provisionOne(
      'AWS::S3::BucketPolicy',
      { Bucket: { Ref: 'Bucket' }, PolicyDocument: allowing('s3:GetObject') },
      {
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: delivery } },
        Bucket: {
          Type: 'AWS::S3::Bucket',
          Properties: {
            BucketName: 'inventory',
            VersioningConfiguration: { Status: 'Enabled' },
            OwnershipControls: encrypted.OwnershipControls,
            BucketEncryption: {
              ServerSideEncryptionConfiguration: [
                {
                  BucketKeyEnabled: true,
                  ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arnOf('Key') },
                },
              ],
            },
          },
        },
      },
    );
    const settings = services.s3.bucket('inventory')?.settings;
    expect(settings).toMatchObject({
      versioning: true,
      policy: allowing('s3:GetObject'),
      encryption: { bucketKey: true },
    });
    expect(services.kms.key(settings?.encryption?.keyArn ?? '').policy).toEqual(delivery);
  });

  it('make a role with inline and attached policies', async () => {
    const { services, created } = await provisionOne(
      'AWS::IAM::Role',
      {
        RoleName: 'Worker',
        AssumeRolePolicyDocument: trusting('lambda.amazonaws.com'),
        Policies: [{ PolicyName: 'Inline', PolicyDocument: allowing('s3:GetObject') }],
      },
      {
        Attached: {
          Type: 'AWS::IAM::Policy',
          DependsOn: 'It',
          Properties: { PolicyName: 'Attached', Roles: [{ Ref: 'It' }], PolicyDocument: allowing('sqs:SendMessage') },
        },
      },
    );
    const arn = `arn:aws:iam::${hub.account}:role/Worker`;
    expect(created).toMatchObject({ ref: 'Worker', attributes: { Arn: arn } });
    const role = services.directory.role(arn);
    expect(role?.policies.map(({ document }) => document)).toEqual([
      allowing('s3:GetObject'),
      allowing('sqs:SendMessage'),
    ]);
  });

  it('make a function from the folder of its asset', async () => {
    const { cloud, services, provisioner } = exampleCloud(
      {
        Stack: {
          Resources: {
            It: {
              Type: 'AWS::Lambda::Function',
              Properties: {
                FunctionName: 'muster-assess-delivery',
                Role: 'arn:role',
                Handler: 'index.handler',
                Runtime: 'nodejs24.x',
                Code: { S3Bucket: 'assets', S3Key: `${hash}.zip` },
                Environment: { Variables: { A: 'b' } },
                LoggingConfig: { LogGroup: 'group' },
                Timeout: 60,
                MemorySize: 512,
              },
            },
          },
        },
      },
      { [hash]: '/assets/code' },
    );
    const made: unknown[] = [];
    services.lambda.createFunction = (settings) => {
      made.push(settings);
      return { arn: `arn:${cloud.partition}:lambda` };
    };
    await provisioner.provision('Stack', hub);
    expect(made).toEqual([
      {
        ...hub,
        name: 'muster-assess-delivery',
        roleArn: 'arn:role',
        code: '/assets/code',
        handler: 'index.handler',
        environment: { A: 'b' },
        timeoutSeconds: 60,
        memoryMb: 512,
        logGroup: 'group',
      },
    ]);
  });

  it('make a state machine whose role may deliver its logs ("Logging using CloudWatch Logs", Step Functions)', async () => {
    const machine = {
      StateMachineName: 'muster-assess',
      RoleArn: arnOf('Role'),
      DefinitionString: JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'End',
        States: { End: { Type: 'Succeed' } },
      }),
      LoggingConfiguration: {
        Level: 'ERROR',
        IncludeExecutionData: true,
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: arnOf('Group') } }],
      },
      TracingConfiguration: { Enabled: true },
    };
    const { cloud, provisioner } = exampleCloud({
      Stack: {
        Resources: {
          Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trusting('states.amazonaws.com') } },
          Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'group' } },
          It: { Type: 'AWS::StepFunctions::StateMachine', Properties: machine },
        },
      },
    });
    const asked: string[] = [];
    cloud.authorizeWith((needs) => void asked.push(...needs.map(({ action }) => action)));
    const { resources } = await provisioner.provision('Stack', hub);
    expect(resources.get('It')?.ref).toBe(`arn:aws:states:us-east-1:${hub.account}:stateMachine:muster-assess`);
    expect(asked).toEqual(
      expect.arrayContaining(['sts:AssumeRole', 'logs:CreateLogDelivery', 'logs:PutResourcePolicy']),
    );
  });

  it('make rules, queues and topics', async () => {
    const example = exampleCloud({
      Stack: {
        Resources: {
          Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work', SqsManagedSseEnabled: true } },
          QueuePolicy: {
            Type: 'AWS::SQS::QueuePolicy',
            Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: allowing('sqs:SendMessage') },
          },
          Rule: {
            Type: 'AWS::Events::Rule',
            Properties: {
              Name: 'rule',
              EventPattern: { source: ['aws.ssm'] },
              Targets: [{ Id: 'T', Arn: 'arn:aws:firehose:::none', DeadLetterConfig: { Arn: arnOf('Queue') } }],
            },
          },
          Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms', KmsMasterKeyId: 'arn:key' } },
          TopicPolicy: {
            Type: 'AWS::SNS::TopicPolicy',
            Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: allowing('sns:Publish') },
          },
          Alarm: {
            Type: 'AWS::CloudWatch::Alarm',
            Properties: {
              AlarmName: 'CoverageLow',
              AlarmDescription: 'Fewer targets are healthy than the objective asks for.',
              ActionsEnabled: true,
              Dimensions: [],
              TreatMissingData: 'ignore',
              Namespace: 'Muster',
              MetricName: 'Coverage',
              Statistic: 'Minimum',
              Period: 300,
              EvaluationPeriods: 1,
              DatapointsToAlarm: 1,
              Threshold: 0.99,
              ComparisonOperator: 'LessThanThreshold',
              AlarmActions: [{ Ref: 'Topic' }],
            },
          },
          Database: {
            Type: 'AWS::Glue::Database',
            Properties: { CatalogId: hub.account, DatabaseInput: { Name: 'muster' } },
          },
          View: {
            Type: 'AWS::Glue::Table',
            Properties: {
              CatalogId: hub.account,
              DatabaseName: { Ref: 'Database' },
              TableInput: {
                Name: 'nodes',
                TableType: 'VIRTUAL_VIEW',
                ViewOriginalText: '/* Presto View: */',
                StorageDescriptor: { Columns: [{ Name: 'a', Type: 'string' }], SerdeInfo: {} },
              },
            },
          },
        },
      },
    });
    await example.provisioner.provision('Stack', hub);
    const { cloud, services } = example;
    services.events.emit({ ...hub, source: 'aws.ssm', 'detail-type': 'x', detail: {} });
    await cloud.clock.advanceTo(cloud.clock.nowMs());
    const caller = { kind: 'administrator', account: hub.account, arn: 'arn' } as const;
    const input = { QueueUrl: services.sqs.urlOf(`arn:aws:sqs:us-east-1:${hub.account}:work`) };
    expect(
      await cloud.dispatch({ service: 'sqs', operation: 'GetQueueAttributes', region: hub.region, caller, input }),
    ).toMatchObject({ Attributes: { ApproximateNumberOfMessages: '1' } });
    expect(services.monitoring.alarms).toMatchObject([
      { definition: { MetricName: 'Coverage', AlarmActions: [expect.stringContaining(':sns:')] } },
    ]);
    expect(services.glue.databases()).toMatchObject([{ name: 'muster', tables: [{ name: 'nodes', columns: 1 }] }]);
  });

  it('make a workgroup and its named queries', async () => {
    const results = {
      OutputLocation: 's3://results/athena/',
      EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: 'arn:key' },
    };
    const WorkGroupConfiguration = {
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 1_000_000,
      PublishCloudWatchMetricsEnabled: true,
      EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
      ResultConfiguration: results,
    };
    const { services, created } = await provisionOne(
      'AWS::Athena::NamedQuery',
      { Name: 'one', Database: 'muster', WorkGroup: { Ref: 'Group' }, QueryString: 'SELECT 1', Description: 'One' },
      { Group: { Type: 'AWS::Athena::WorkGroup', Properties: { Name: 'muster', WorkGroupConfiguration } } },
    );
    const [query] = services.athena.namedQueries();
    expect(query).toMatchObject({ id: created?.ref, name: 'one', workGroup: 'muster', queryString: 'SELECT 1' });
  });
});
