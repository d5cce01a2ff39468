import { describe, expect, it } from 'vitest';
import type { Json, Template } from '../../../local/provision/intrinsics.ts';
import { exampleCloud, hub, management, member } from './example-cloud.ts';

describe('stacks', () => {
  const exporting: Template = {
    Resources: { Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'muster' } } },
    Outputs: {
      Name: { Value: { Ref: 'Group' }, Export: { Name: 'State:Group' } },
      Id: { Value: { Ref: 'AWS::StackId' } },
    },
  };
  const importing: Template = {
    Parameters: { Suffix: { Default: '-other' }, Prefix: { Default: 'the-' } },
    Resources: {
      Group: {
        Type: 'AWS::Logs::LogGroup',
        Properties: {
          LogGroupName: {
            'Fn::Join': ['', [{ Ref: 'Prefix' }, { 'Fn::ImportValue': 'State:Group' }, { Ref: 'Suffix' }]],
          },
        },
      },
    },
  };

  it('give their outputs and exports to the next, which has its parameters', async () => {
    const { provisioner } = exampleCloud({ State: exporting, Pipeline: importing });
    const state = await provisioner.provision('State', hub);
    expect(state.outputs).toMatchObject({
      Name: 'muster',
      Id: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:100000000002:stack\/State\//),
    });
    const pipeline = await provisioner.provision('Pipeline', { ...hub, parameters: { Suffix: '-logs' } });
    expect(pipeline.resources.get('Group')?.ref).toBe('the-muster-logs');
  });

  it('are refused when they have a section that is not understood', async () => {
    const { provisioner } = exampleCloud({ State: { ...exporting, ...{ Conditions: {} } } });
    await expect(provisioner.provision('State', hub)).rejects.toThrow('State: Conditions is not supported');
  });
});

describe('a stack that stands', () => {
  const policy = (Action: string): Json => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  const stack = (action: string, group = 'muster'): Template => ({
    Resources: {
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: group } },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { RoleName: 'R', AssumeRolePolicyDocument: { Statement: [] } },
      },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'P', PolicyDocument: policy(action), Roles: [{ Ref: 'Role' }] },
      },
    },
  });
  const deployed = async () => {
    const { provisioner, services } = exampleCloud({ State: stack('s3:GetObject') });
    await provisioner.provision('State', hub);
    const update = (next: Template) => {
      provisioner.use({ stacks: new Map([['State', next]]), assets: new Map() });
      return provisioner.provision('State', hub);
    };
    const policies = () => services.directory.role('arn:aws:iam::100000000002:role/R')?.policies;
    return { update, policies };
  };

  it('is updated where it differs and left alone where it does not', async () => {
    const { update, policies } = await deployed();
    await update(stack('s3:PutObject'));
    expect(policies()?.map(({ document }) => document)).toEqual([policy('s3:PutObject')]);
  });

  it('is refused what cannot be updated', async () => {
    const { update } = await deployed();
    await expect(update(stack('s3:GetObject', 'other'))).rejects.toThrow(
      'State/Group (AWS::Logs::LogGroup): the embedded cloud does not update this type',
    );
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
    Parameters: { Hub: {} },
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

  it('reach every active member but never the management account', async () => {
    const { provisioner, services, tree, cloud } = exampleCloud({
      Member: { Resources: stackSet({ TemplateBody: JSON.stringify(role) }) },
    });
    const suspended = '100000000011';
    tree.putAccount({ id: suspended, state: 'SUSPENDED', joinedAt: cloud.clock.now() });
    await provisioner.provision('Member', hub);
    const accounts = [management, hub.account, member, suspended];
    expect(accounts.filter((account) => services.directory.role(roleIn(account)))).toEqual([hub.account, member]);
  });

  it('refuse a body that is no JSON', async () => {
    const { provisioner } = exampleCloud({ Member: { Resources: stackSet({ TemplateBody: 'Resources: {}' }) } });
    await expect(provisioner.provision('Member', hub)).rejects.toThrow(
      'Member/Set (AWS::CloudFormation::StackSet): Unexpected token',
    );
  });
});
