import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MemberRole } from '../constructs/member-role.ts';
import { RegionReader } from '../constructs/region-reader.ts';
import type { ConfiguredStackProps } from './configured.ts';

/** For the management account, which service-managed StackSets never reach. */
export class MusterManagement extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: ConfiguredStackProps) {
    super(scope, id, { ...props, description: 'Muster: the roles of the management account' });
    new MemberRole(this, 'MemberRole', config);
    new RegionReader(this, 'RegionReader', config);
  }
}
