import { Aws, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { memberRoleStatements, memberTrust } from '../../core/policies.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Config } from '../config.ts';
import { visitorRoleName } from '../names.ts';
import { hubAccountIdOf } from './hub-account-id.ts';

const Version = '2012-10-17';

const anyNode = 'An association is made for nodes; which, the config says. The document it runs is fixed.';

const collectionWildcards = {
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:association/*]':
    'The id of an association is not known before it is made.',
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:*:*:document/AWS-GatherSoftwareInventory]':
    'One document of AWS in whichever Region; it belongs to no account.',
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:*:<AWS::AccountId>:instance/*]': anyNode,
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:managed-instance/*]': anyNode,
};

/** The role that Muster assumes in an account. Its template asks which account the hub is: only there is it the account itself. */
export class MemberRole extends Construct {
  constructor(scope: Construct, id: string, { memberRoleName, organizationId, canary, collection }: Config) {
    super(scope, id);
    const hubAccountId = hubAccountIdOf(Stack.of(this));
    const partition = Aws.PARTITION;
    const trust = memberTrust({ partition, organizationId, hubAccountId, roleNames: [visitorRoleName] });
    const Statement = memberRoleStatements({
      partition,
      accountId: Aws.ACCOUNT_ID,
      canary: canary.enabled,
      collection,
    });
    new CfnRole(this, 'Role', {
      roleName: memberRoleName,
      description: 'Assumed by Muster to keep and observe the resource data syncs of this account',
      assumeRolePolicyDocument: { Version, Statement: trust },
      policies: [{ policyName: 'Member', policyDocument: { Version, Statement } }],
    });
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]':
        'What observes, and PutInventory, have no resource-level permission (Service Authorization Reference).',
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:*:<AWS::AccountId>:resource-data-sync/muster-*]':
        'The syncs of our own names, in whichever Regions the config asks for.',
      ...(collection === 'ensure' && collectionWildcards),
    });
  }
}
