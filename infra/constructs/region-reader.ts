import { Aws, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { memberTrust, regionReaderStatements } from '../../core/policies.ts';
import type { Config } from '../config.ts';
import { regionReaderName, resolverRoleName } from '../names.ts';
import { hubAccountIdOf } from './hub-account-id.ts';

const Version = '2012-10-17';

/** Tells a hub in another account which Regions the management account has on: nobody else may be told (Account Management API reference, ListRegions). */
export class RegionReader extends Construct {
  constructor(scope: Construct, id: string, { organizationId }: Config) {
    super(scope, id);
    const partition = Aws.PARTITION;
    const hubAccountId = hubAccountIdOf(Stack.of(this));
    const trust = memberTrust({ partition, organizationId, hubAccountId, roleNames: [resolverRoleName] });
    const Statement = regionReaderStatements({ partition, accountId: Aws.ACCOUNT_ID });
    new CfnRole(this, 'Role', {
      roleName: regionReaderName,
      description: 'Assumed by Muster to learn which Regions this account has on',
      assumeRolePolicyDocument: { Version, Statement: trust },
      policies: [{ policyName: 'Regions', policyDocument: { Version, Statement } }],
    });
  }
}
