import { describe, expect, it } from 'vitest';
import type { Json, Template } from '../../../local/provision/intrinsics.ts';
import { exampleCloud, hub, management, member } from './example-cloud.ts';

describe('stacks', () => {
  const exporting: Template = {
    Conditions: { Never: { 'Fn::Equals': [1, 2] } },
    Resources: { Bucket: { Type: 'AWS::S3::Bucket' }, Never: { Type: 'AWS::EC2::VPC', Condition: 'Never' } },
    Outputs: {
      Name: { Value: { Ref: 'Bucket' }, Export: { Name: 'State:Bucket' } },
      Id: { Value: { Ref: 'AWS::StackId' } },
      Never: { Value: { Ref: 'Never' }, Condition: 'Never' },
    },
  };
  const importing: Template = {
    Parameters: { Suffix: { Type: 'String' } },
    Resources: {
      Group: {
        Type: 'AWS::Logs::LogGroup',
        Properties: { LogGroupName: { 'Fn::Join': ['', [{ 'Fn::ImportValue': 'State:Bucket' }, { Ref: 'Suffix' }]] } },
      },
    },
  };

  it('give their outputs and exports to the next', async () => {
    const { provisioner } = exampleCloud({ State: exporting, Pipeline: importing });
    const [state, pipeline] = await provisioner.provision(['Pipeline', 'State'], {
      ...hub,
      parameters: { Suffix: '-logs' },
    });
    expect(Object.keys(state?.outputs ?? {})).toEqual(['Name', 'Id']);
    expect(pipeline?.resources.get('Group')?.ref).toBe(`${state?.outputs['Name']}-logs`);
  });
});

describe('stack sets ("Using AWS CloudFormation StackSets with AWS Organizations")', () => {
  const role = {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'MusterMember',
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: { Ref: 'Hub' } } }],
          },
        },
      },
    },
    Parameters: { Hub: { Type: 'String' } },
  };
  const stackSet = (body: Record<string, Json>) => ({
    Set: {
      Type: 'AWS::CloudFormation::StackSet',
      Properties: {
        StackSetName: 'muster-roles',
        PermissionModel: 'SERVICE_MANAGED',
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
        StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: ['r-ab12'] }, Regions: ['us-east-1'] }],
        Parameters: [{ ParameterKey: 'Hub', ParameterValue: { Ref: 'AWS::AccountId' } }],
        ...body,
      },
    },
  });
  const roleIn = (account: string) => `arn:aws:iam::${account}:role/MusterMember`;

  it('reach every active member but never the management account, and those who join later', async () => {
    const { provisioner, services, tree, cloud } = exampleCloud({
      Member: { Resources: stackSet({ TemplateBody: JSON.stringify(role) }) },
    });
    tree.putAccount({ id: '100000000011', state: 'SUSPENDED', joinedAt: cloud.clock.now() });
    await provisioner.provision(['Member'], hub);
    expect(services.directory.roles().map(({ arn }) => arn)).toEqual([hub.account, member].map(roleIn));
    tree.putAccount({ id: '100000000012', joinedAt: cloud.clock.now() });
    await provisioner.deployStackSets('100000000012');
    services.directory.deleteRole(roleIn(member));
    await provisioner.deployStackSets(member);
    expect(services.directory.role(roleIn('100000000012'))).toBeDefined();
    expect(services.directory.role(roleIn(management))).toBeUndefined();
    expect(services.directory.role(roleIn(member))).toBeUndefined();
  });

  it('refuse a body that is no JSON', async () => {
    const { provisioner } = exampleCloud({ Member: { Resources: stackSet({ TemplateBody: 'Resources: {}' }) } });
    await expect(provisioner.provision(['Member'], hub)).rejects.toThrow('the template is not JSON');
  });
});
