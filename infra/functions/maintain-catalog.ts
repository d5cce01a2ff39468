import { ArnFormat } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { stateFiles } from '../../core/run.ts';
import { maintainCatalog } from '../../functions/maintain-catalog/contract.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { listObjects, readInventory, readObjects, useKey, writeObjects } from '../grants.ts';
import { catalogName } from '../names.ts';
import type { Hub } from './hub.ts';

/** Time: at most 2,000 calls of 0.3 s that change partitions, so 600 s; once a month an audit of up to 150 s. 32 new objects of 500 custom types are 16,000 reads of 20 ms, 16 at once, so 20 s. */
export function maintainCatalogFunction({ stack, config, stores: { inventory, state } }: Hub): IFunction {
  const glue = (resource: string, resourceName?: string) =>
    stack.formatArn({
      service: 'glue',
      resource,
      ...(resourceName === undefined ? { arnFormat: ArnFormat.NO_RESOURCE_NAME } : { resourceName }),
    });
  const drops = config.dropPartitionsOfLeftAccounts;
  return new ServiceFunction(stack, 'MaintainCatalog', {
    contract: maintainCatalog,
    environment: {
      STATE_BUCKET: state.bucket.bucketName,
      INVENTORY_BUCKET: inventory.bucket.bucketName,
      INVENTORY_PREFIX: config.prefix,
      DATABASE: catalogName,
      DROP_LEFT_ACCOUNTS: drops ? 'true' : 'false',
    },
    memoryMb: 512,
    grants: [
      {
        sid: 'MaintainTables',
        actions: [
          'glue:GetTables',
          'glue:CreateTable',
          'glue:UpdateTable',
          'glue:GetPartitions',
          'glue:BatchCreatePartition',
          'glue:BatchUpdatePartition',
          ...(drops ? ['glue:BatchDeletePartition'] : []),
        ],
        resources: [glue('catalog'), glue('database', catalogName), glue('table', `${catalogName}/*`)],
        wildcards: {
          [`Resource::arn:<AWS::Partition>:glue:${stack.region}:<AWS::AccountId>:table/${catalogName}/*`]:
            'Every table of its own database.',
        },
      },
      readInventory(inventory, config.prefix, 'Custom:*'),
      useKey(inventory, 'Decrypt'),
      listObjects(state),
      readObjects(
        state,
        stateFiles.partitions,
        stateFiles.registered,
        stateFiles.tables,
        ...(drops ? ['runs/*/scope.jsonl'] : []),
      ),
      writeObjects(state, stateFiles.registered, stateFiles.tables),
      useKey(state, 'Decrypt', 'GenerateDataKey'),
    ],
  }).handler;
}
