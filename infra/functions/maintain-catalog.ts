import { ArnFormat } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { stateFiles } from '../../core/run.ts';
import { maintainCatalog } from '../../functions/maintain-catalog/contract.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { listObjects, readObjects, useKey, writeObjects } from '../grants.ts';
import { catalogName } from '../names.ts';
import type { Hub } from './hub.ts';

/** Time: BatchCreatePartition registers 100 in 0.3 s, so 13 types of 20,000 new targets are 780 s. */
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
      listObjects(state),
      readObjects(state, stateFiles.partitions, stateFiles.registered, ...(drops ? ['runs/*/scope.jsonl'] : [])),
      writeObjects(state, stateFiles.registered),
      useKey(state, 'Decrypt', 'GenerateDataKey'),
    ],
  }).handler;
}
