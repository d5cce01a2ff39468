import { Aws } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { stateFiles } from '../../core/run.ts';
import { resolveTargets } from '../../functions/resolve-targets/contract.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { listObjects, readObjects, useKey, writeObjects } from '../grants.ts';
import { regionReaderName, resolverRoleName } from '../names.ts';
import type { Hub } from './hub.ts';

const anyAccount = 'It asks about every account of the organization.';

/** Time: ListRegions answers 5 calls a second and a run asks about 2,000 accounts at most, 400 s. Memory: 10,000 accounts are about 20 MB. */
export function resolveTargetsFunction({ stack, config, stores: { state } }: Hub): IFunction {
  const { regions, organizationalUnits, excludeAccounts, remove } = config;
  const listing =
    organizationalUnits.length === 0
      ? ['organizations:ListAccounts']
      : ['organizations:ListAccountsForParent', 'organizations:ListOrganizationalUnitsForParent'];
  return new ServiceFunction(stack, 'ResolveTargets', {
    contract: resolveTargets,
    environment: {
      STATE_BUCKET: state.bucket.bucketName,
      REGIONS: regions === 'all-enabled' ? regions : regions.join(','),
      ORGANIZATIONAL_UNITS: organizationalUnits.join(','),
      EXCLUDE_ACCOUNTS: excludeAccounts.join(','),
      REGION_READER_NAME: regionReaderName,
      REMOVE: remove ? 'true' : 'false',
    },
    memoryMb: 512,
    roleName: resolverRoleName,
    grants: [
      { sid: 'ListAccounts', actions: listing, resources: ['*'], wildcards: { 'Resource::*': anyAccount } },
      {
        sid: 'ListRegions',
        actions: ['account:ListRegions'],
        resources: ['*'],
        wildcards: { 'Resource::*': anyAccount },
      },
      {
        sid: 'ListRegionsOfManagement',
        actions: ['sts:AssumeRole'],
        resources: [`arn:${Aws.PARTITION}:iam::*:role/${regionReaderName}`],
        wildcards: {
          [`Resource::arn:<AWS::Partition>:iam::*:role/${regionReaderName}`]:
            'Only the management account has the role; which account that is, the stack is not told.',
        },
      },
      listObjects(state),
      readObjects(state, stateFiles.regions, stateFiles.memory, 'plans/*'),
      writeObjects(state, stateFiles.regions, 'runs/*/accounts.jsonl', 'runs/*/scope.jsonl', 'runs/*/refused.jsonl'),
      useKey(state, 'Decrypt', 'GenerateDataKey'),
    ],
  }).handler;
}
