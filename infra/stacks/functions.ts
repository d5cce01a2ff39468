import { ArnFormat, Aws, type Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { stateFiles } from '../../core/run.ts';
import { assessDelivery } from '../../functions/assess-delivery/contract.ts';
import { convergeAccounts } from '../../functions/converge-accounts/contract.ts';
import { maintainCatalog } from '../../functions/maintain-catalog/contract.ts';
import { publishHealth } from '../../functions/publish-health/contract.ts';
import { resolveTargets } from '../../functions/resolve-targets/contract.ts';
import type { Config } from '../config.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { listObjects, readInventory, readObjects, useKey, writeObjects } from '../grants.ts';
import { catalogName, visitorRoleName } from '../names.ts';
import type { MusterState } from './state.ts';

const anyAccount = 'It asks about every account of the organization.';

type Hub = { stack: Stack; config: Config; stores: MusterState };

/** Under the names of their placeholders in the state machines. Each may do what its code calls and no more. */
export function createFunctions(
  hub: Hub,
): Record<'ResolveTargets' | 'ConvergeAccounts' | 'AssessDelivery' | 'MaintainCatalog' | 'PublishHealth', IFunction> {
  return {
    ResolveTargets: resolver(hub),
    ConvergeAccounts: visitor(hub),
    AssessDelivery: assessor(hub),
    MaintainCatalog: cataloguer(hub),
    PublishHealth: publisher(hub),
  };
}

/** Time: ListRegions answers 5 calls a second and a run asks about 2,000 accounts at most, 400 s. Memory: 10,000 accounts are about 20 MB. */
function resolver({ stack, config, stores: { state } }: Hub): IFunction {
  const { regions, organizationalUnits, excludeAccounts } = config;
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
    },
    memoryMb: 512,
    grants: [
      { sid: 'ListAccounts', actions: listing, resources: ['*'], wildcards: { 'Resource::*': anyAccount } },
      {
        sid: 'ListRegions',
        actions: ['account:ListRegions'],
        resources: ['*'],
        wildcards: { 'Resource::*': anyAccount },
      },
      listObjects(state),
      readObjects(state, stateFiles.regions),
      writeObjects(state, stateFiles.regions, 'runs/*/accounts.jsonl', 'runs/*/scope.jsonl'),
      useKey(state, 'Decrypt', 'GenerateDataKey'),
    ],
  }).handler;
}

/** Time: a batch of 100 accounts x 34 Regions x 6 calls of 0.3 s, 40 at once, is 153 s; throttling may make it four times as long. */
function visitor({ stack, config, stores: { inventory, state } }: Hub): IFunction {
  const { memberRoleName, prefix, hubRegion, adopt } = config;
  return new ServiceFunction(stack, 'ConvergeAccounts', {
    contract: convergeAccounts,
    environment: {
      STATE_BUCKET: state.bucket.bucketName,
      MEMBER_ROLE_NAME: memberRoleName,
      INVENTORY_BUCKET: inventory.bucket.bucketName,
      INVENTORY_PREFIX: prefix,
      INVENTORY_KEY_ARN: inventory.key.keyArn,
      HUB_REGION: hubRegion,
      ADOPT: adopt ? 'true' : 'false',
    },
    memoryMb: 1024,
    roleName: visitorRoleName,
    grants: [
      {
        sid: 'VisitAccounts',
        actions: ['sts:AssumeRole'],
        resources: [`arn:${Aws.PARTITION}:iam::*:role/${memberRoleName}`],
        wildcards: {
          [`Resource::arn:<AWS::Partition>:iam::*:role/${memberRoleName}`]:
            'The member role of every account; its trust asks for the organization.',
        },
      },
      writeObjects(state, 'runs/*/observations/*'),
      useKey(state, 'GenerateDataKey'),
    ],
  }).handler;
}

/** Time: LIST answers 1,000 keys in 0.1 s, so 13 types of 100,000 nodes are 130 s. Memory: what it keeps per node and type is about 100 bytes. */
function assessor({ stack, config, stores: { inventory, state } }: Hub): IFunction {
  const { prefix, freshnessMinutes, graceMinutes } = config;
  return new ServiceFunction(stack, 'AssessDelivery', {
    contract: assessDelivery,
    environment: {
      STATE_BUCKET: state.bucket.bucketName,
      INVENTORY_BUCKET: inventory.bucket.bucketName,
      INVENTORY_PREFIX: prefix,
      FRESHNESS_MINUTES: String(freshnessMinutes),
      GRACE_MINUTES: String(graceMinutes),
    },
    memoryMb: 2048,
    grants: [
      listObjects(inventory),
      readInventory(inventory, prefix),
      useKey(inventory, 'Decrypt'),
      listObjects(state),
      readObjects(state, 'runs/*', stateFiles.memory),
      writeObjects(
        state,
        'runs/*/revisit.jsonl',
        'runs/*/verdicts.jsonl',
        stateFiles.memory,
        stateFiles.verdicts,
        stateFiles.partitions,
      ),
      useKey(state, 'Decrypt', 'GenerateDataKey'),
    ],
  }).handler;
}

/** Time: BatchCreatePartition registers 100 in 0.3 s, so 13 types of 20,000 new targets are 780 s. */
function cataloguer({ stack, config, stores: { inventory, state } }: Hub): IFunction {
  const glue = (resource: string, resourceName?: string) =>
    stack.formatArn({
      service: 'glue',
      resource,
      ...(resourceName === undefined ? { arnFormat: ArnFormat.NO_RESOURCE_NAME } : { resourceName }),
    });
  return new ServiceFunction(stack, 'MaintainCatalog', {
    contract: maintainCatalog,
    environment: {
      STATE_BUCKET: state.bucket.bucketName,
      INVENTORY_BUCKET: inventory.bucket.bucketName,
      INVENTORY_PREFIX: config.prefix,
      DATABASE: catalogName,
    },
    memoryMb: 512,
    grants: [
      {
        sid: 'MaintainTables',
        actions: ['glue:GetTables', 'glue:CreateTable', 'glue:UpdateTable', 'glue:BatchCreatePartition'],
        resources: [glue('catalog'), glue('database', catalogName), glue('table', `${catalogName}/*`)],
        wildcards: {
          [`Resource::arn:<AWS::Partition>:glue:${stack.region}:<AWS::AccountId>:table/${catalogName}/*`]:
            'Every table of its own database.',
        },
      },
      listObjects(state),
      readObjects(state, stateFiles.partitions, stateFiles.registered),
      writeObjects(state, stateFiles.registered),
      useKey(state, 'Decrypt', 'GenerateDataKey'),
    ],
  }).handler;
}

/** Time: PutEvents takes ten in 0.05 s, so 100,000 changes are 500 s. */
function publisher({ stack, stores: { state } }: Hub): IFunction {
  return new ServiceFunction(stack, 'PublishHealth', {
    contract: publishHealth,
    environment: { STATE_BUCKET: state.bucket.bucketName },
    memoryMb: 512,
    grants: [
      readObjects(state, 'runs/*/verdicts.jsonl'),
      writeObjects(state, stateFiles.summary),
      useKey(state, 'Decrypt', 'GenerateDataKey'),
      {
        sid: 'PublishEvents',
        actions: ['events:PutEvents'],
        resources: [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
      },
    ],
  }).handler;
}
