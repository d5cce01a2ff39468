import { describe, expect, it } from 'vitest';
import type { Json } from '../../../local/provision/intrinsics.ts';
import { exampleCloud, hub } from './example-cloud.ts';

describe('refusals name stack, logical id and type', () => {
  const rolePolicy = { AssumeRolePolicyDocument: { Statement: [] } };
  it.each<[string, string, Record<string, Json>, string]>([
    ['an unknown type', 'AWS::EC2::VPC', {}, 'does not know this type'],
    ['a property that is not understood', 'AWS::SQS::Queue', { FifoQueue: true }, 'FifoQueue'],
    [
      'a managed policy',
      'AWS::IAM::Role',
      { ...rolePolicy, ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] },
      'ManagedPolicyArns',
    ],
    [
      'a permissions boundary',
      'AWS::IAM::Role',
      { ...rolePolicy, PermissionsBoundary: 'arn:x' },
      'PermissionsBoundary',
    ],
    [
      'what the service refuses',
      'AWS::Events::Rule',
      { Name: 'rule', EventPattern: { a: [] } },
      'Empty arrays are not allowed',
    ],
    ['an unknown reference', 'AWS::S3::Bucket', { BucketName: { Ref: 'Nobody' } }, 'Ref to Nobody'],
    [
      'an unknown asset',
      'AWS::Lambda::Function',
      {
        FunctionName: 'f',
        Role: 'r',
        Handler: 'h',
        Code: { S3Bucket: 'b', S3Key: 'k' },
        Environment: { Variables: {} },
        LoggingConfig: { LogGroup: 'group' },
        Timeout: 60,
        MemorySize: 512,
      },
      'no asset k',
    ],
  ])('for %s', async (_case, type, properties, message) => {
    const { provisioner } = exampleCloud({ Stack: { Resources: { It: { Type: type, Properties: properties } } } });
    await expect(provisioner.provision('Stack', hub)).rejects.toThrow(
      new RegExp(`^Stack/It \\(${type}\\): [^]*${message}`),
    );
  });

  it('and of a stack that the assembly does not hold, the stack', async () => {
    await expect(exampleCloud({}).provisioner.provision('Nothing', hub)).rejects.toThrow(
      'the assembly holds no stack Nothing',
    );
  });
});
