import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { stateFiles } from '../../core/run.ts';
import { assessDelivery } from '../../functions/assess-delivery/contract.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { listObjects, readInventory, readObjects, useKey, writeObjects } from '../grants.ts';
import type { Hub } from './hub.ts';

/** Time: LIST answers 1,000 keys in 0.1 s, so 13 types of 100,000 nodes are 130 s. Memory: what it keeps per node and type is about 100 bytes. */
export function assessDeliveryFunction({ stack, config, stores: { inventory, state } }: Hub): IFunction {
  const { prefix, freshnessMinutes, graceMinutes, changes, canary, collection } = config;
  return new ServiceFunction(stack, 'AssessDelivery', {
    contract: assessDelivery,
    environment: {
      STATE_BUCKET: state.bucket.bucketName,
      INVENTORY_BUCKET: inventory.bucket.bucketName,
      INVENTORY_PREFIX: prefix,
      FRESHNESS_MINUTES: String(freshnessMinutes),
      GRACE_MINUTES: String(graceMinutes),
      CANARY_MINUTES: canary.enabled ? String(canary.everyMinutes) : 'off',
      MAX_SHARE: String(changes.maxShare),
      COLLECTION_JUDGED: collection === 'off' ? 'false' : 'true',
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
