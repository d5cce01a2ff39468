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
  const [stack] = await example.provisioner.provision(['Stack'], hub);
  return { ...example, created: stack?.resources.get('It') };
}

describe('names', () => {
  it('are stack, logical id and a suffix when the template gives none, lower case for buckets, and stay from run to run', async () => {
    const [first, second] = [await provisionOne('AWS::S3::Bucket', {}), await provisionOne('AWS::S3::Bucket', {})];
    expect(first.created?.ref).toMatch(/^stack-it-[0-9a-f]{12}$/);
    expect(second.created).toEqual(first.created);
  });

  it('are cut to what the service allows, the suffix kept', async () => {
    const id = 'AVeryLongLogicalIdThatCdkMadeFromManyNestedConstructsAndMore';
    const { provisioner } = exampleCloud({ AStackOfSomeLength: { Resources: { [id]: { Type: 'AWS::S3::Bucket' } } } });
    const [stack] = await provisioner.provision(['AStackOfSomeLength'], hub);
    expect(stack?.resources.get(id)?.ref).toMatch(/^[a-z]+-[a-z]+-[0-9a-f]{12}$/);
    expect(stack?.resources.get(id)?.ref).toHaveLength(63);
  });
});

describe('resource types', () => {
  it('make a bucket with its key, its policy and its versions', async () => {
    const { services } = await provisionOne(
      'AWS::S3::BucketPolicy',
      { Bucket: { Ref: 'Bucket' }, PolicyDocument: allowing('s3:GetObject') },
      {
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: delivery } },
        Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/muster', TargetKeyId: { Ref: 'Key' } } },
        Bucket: {
          Type: 'AWS::S3::Bucket',
          Properties: {
            BucketName: 'inventory',
            VersioningConfiguration: { Status: 'Enabled' },
            OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
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

  it('make a role with inline and attached policies and its boundary', async () => {
    const { services, created } = await provisionOne(
      'AWS::IAM::Role',
      {
        RoleName: 'Worker',
        AssumeRolePolicyDocument: trusting('lambda.amazonaws.com'),
        Policies: [{ PolicyName: 'Inline', PolicyDocument: allowing('s3:GetObject') }],
        PermissionsBoundary: `arn:aws:iam::${hub.account}:policy/boundary`,
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
    expect(role?.boundary?.name).toBe('boundary');
  });

  it('make a function from the folder of its asset', async () => {
    const { functions } = await provisionOne('AWS::Lambda::Function', {
      FunctionName: 'muster-assess-delivery',
      Role: 'arn:role',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Code: { S3Bucket: 'assets', S3Key: `${hash}.zip` },
      Environment: { Variables: { A: 'b' } },
      Timeout: 60,
      MemorySize: 512,
      TracingConfig: { Mode: 'Active' },
    });
    expect(functions).toEqual([
      {
        ...hub,
        name: 'muster-assess-delivery',
        roleArn: 'arn:role',
        code: '/assets/code',
        handler: 'index.handler',
        environment: { A: 'b' },
        timeoutSeconds: 60,
        memoryMb: 512,
        logGroup: '/aws/lambda/muster-assess-delivery',
        tracing: true,
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
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: arnOf('Group') } }],
      },
    };
    const { cloud, provisioner } = exampleCloud({
      Stack: {
        Resources: {
          Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trusting('states.amazonaws.com') } },
          Group: { Type: 'AWS::Logs::LogGroup', Properties: {} },
          It: { Type: 'AWS::StepFunctions::StateMachine', Properties: machine },
        },
      },
    });
    const asked: string[] = [];
    cloud.authorizeWith((needs) => void asked.push(...needs.map(({ action }) => action)));
    const [stack] = await provisioner.provision(['Stack'], hub);
    expect(stack?.resources.get('It')?.ref).toBe(`arn:aws:states:us-east-1:${hub.account}:stateMachine:muster-assess`);
    expect(asked).toEqual(
      expect.arrayContaining(['sts:AssumeRole', 'logs:CreateLogDelivery', 'logs:PutResourcePolicy']),
    );
  });

  it('make rules, queues and topics', async () => {
    const example = exampleCloud({
      Stack: {
        Resources: {
          Dead: { Type: 'AWS::SQS::Queue', Properties: { SqsManagedSseEnabled: true } },
          Queue: {
            Type: 'AWS::SQS::Queue',
            Properties: {
              QueueName: 'work',
              VisibilityTimeout: 60,
              RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 3 },
            },
          },
          QueuePolicy: {
            Type: 'AWS::SQS::QueuePolicy',
            Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: allowing('sqs:SendMessage') },
          },
          Rule: {
            Type: 'AWS::Events::Rule',
            Properties: { EventPattern: { source: ['aws.ssm'] }, Targets: [{ Id: 'T', Arn: arnOf('Queue') }] },
          },
          Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
          TopicPolicy: {
            Type: 'AWS::SNS::TopicPolicy',
            Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: allowing('sns:Publish') },
          },
          Alarm: {
            Type: 'AWS::CloudWatch::Alarm',
            Properties: {
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
          Metadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'x' } },
        },
      },
    });
    await example.provisioner.provision(['Stack'], hub);
    const { cloud, services } = example;
    services.events.emit({ ...hub, source: 'aws.ssm', 'detail-type': 'x', detail: {} });
    await cloud.clock.advanceTo(cloud.clock.nowMs());
    const caller = { kind: 'administrator', account: hub.account, arn: 'arn' } as const;
    const input = { QueueUrl: services.sqs.urlOf(`arn:aws:sqs:us-east-1:${hub.account}:work`) };
    expect(
      await cloud.dispatch({ service: 'sqs', operation: 'GetQueueAttributes', region: hub.region, caller, input }),
    ).toMatchObject({ Attributes: { ApproximateNumberOfMessages: '1' } });
    expect(services.monitoring.alarms()).toMatchObject([
      { definition: { MetricName: 'Coverage', AlarmActions: [expect.stringContaining(':sns:')] } },
    ]);
    expect(services.glue.databases()).toMatchObject([{ name: 'muster' }]);
  });
});

describe('refusals name stack, logical id and type', () => {
  const rolePolicy = { AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') };
  it.each<[string, string, Record<string, Json>, string, string]>([
    ['an unknown type', 'AWS::EC2::VPC', {}, 'UnsupportedResource', 'does not know this type'],
    ['a property that is not understood', 'AWS::SQS::Queue', { FifoQueue: true }, 'UnsupportedProperty', 'FifoQueue'],
    [
      'a managed policy',
      'AWS::IAM::Role',
      { ...rolePolicy, ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] },
      'UnsupportedProperty',
      'ManagedPolicyArns',
    ],
    [
      'a boundary that does not exist',
      'AWS::IAM::Role',
      { ...rolePolicy, PermissionsBoundary: 'arn:x' },
      'ResourceRefused',
      'arn:x does not exist',
    ],
    [
      'what the service refuses',
      'AWS::Events::Rule',
      { EventPattern: { a: [] } },
      'ResourceRefused',
      'Empty arrays are not allowed',
    ],
    ['an unknown reference', 'AWS::S3::Bucket', { BucketName: { Ref: 'Nobody' } }, 'UnknownReference', 'Ref to Nobody'],
    [
      'an unknown asset',
      'AWS::Lambda::Function',
      { Role: 'r', Handler: 'h', Code: { S3Bucket: 'b', S3Key: 'k' } },
      'UnknownReference',
      'no asset k',
    ],
  ])('for %s', async (_case, type, properties, name, message) => {
    await expect(provisionOne(type, properties)).rejects.toThrow(
      expect.objectContaining({
        name,
        message: expect.stringMatching(new RegExp(`^Stack/It \\(${type}\\): [^]*${message}`)),
      }),
    );
  });

  it('and of a stack that the assembly does not hold, the stack', async () => {
    await expect(exampleCloud({}).provisioner.provision(['Nothing'], hub)).rejects.toThrow(
      'the assembly holds no stack Nothing',
    );
  });
});
