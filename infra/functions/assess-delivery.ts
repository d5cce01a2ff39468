import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { stateFiles } from '../../core/run.ts';
import { assessDelivery } from '../../functions/assess-delivery/contract.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { listObjects, readInventory, readObjects, useKey, writeObjects } from '../grants.ts';
import type { Hub } from './hub.ts';

/** Time: LIST answers 1,000 keys in 0.1 s, so 13 types of 100,000 nodes are 130 s. Memory: what it keeps per node and type is about 100 bytes. Contents: the most objects of a pass are 10,000 reads of 20 ms, 32 at once, so 6 s. */
export function assessDeliveryFunction({ stack, config, stores: { inventory, state } }: Hub): IFunction {
  const {
    prefix,
    freshnessMinutes,
    graceMinutes,
    changes,
    canary,
    contentSampleShare,
    collection,
    regionalPrincipals,
  } = config;
  return new ServiceFunction(stack, 'AssessDelivery', {
    contract: assessDelivery,
    environment: {
      STATE_BUCKET: state.bucket.bucketName,
      INVENTORY_BUCKET: inventory.bucket.bucketName,
      INVENTORY_PREFIX: prefix,
      FRESHNESS_MINUTES: String(freshnessMinutes),
      GRACE_MINUTES: String(graceMinutes),
      CONTENT_SAMPLE_SHARE: String(contentSampleShare),
      CANARY_MINUTES: canary.enabled ? String(canary.everyMinutes) : 'off',
      MAX_SHARE: String(changes.maxShare),
      COLLECTION_JUDGED: collection === 'off' ? 'false' : 'true',
      INVENTORY_KEY_ARN: inventory.key.keyArn,
      HUB_REGION: config.hubRegion,
      ORGANIZATION_ID: config.organizationId,
      REGIONAL_PRINCIPALS: regionalPrincipals.join(','),
      KMS_CARRIES_SOURCE_ORG_ID: config.kmsCarriesSourceOrgId ? 'true' : 'false',
      ALLOWED_DESTINATIONS: config.allowedDestinations.join(','),
    },
    memoryMb: 2048,
    grants: [
      listObjects(inventory),
      readInventory(inventory, prefix),
      useKey(inventory, 'Decrypt'),
      { sid: 'LookAtKey', actions: ['kms:DescribeKey', 'kms:GetKeyPolicy'], resources: [inventory.key.keyArn] },
      { sid: 'LookAtBucket', actions: ['s3:GetBucketPolicy'], resources: [inventory.bucket.bucketArn] },
      listObjects(state),
      readObjects(state, 'runs/*', stateFiles.memory, stateFiles.quarantine, stateFiles.contents),
      writeObjects(
        state,
        'runs/*/revisit.jsonl',
        'runs/*/verdicts.jsonl',
        'runs/*/hub.json',
        'plans/*',
        stateFiles.memory,
        stateFiles.verdicts,
        stateFiles.partitions,
        stateFiles.quarantine,
        stateFiles.contents,
      ),
      useKey(state, 'Decrypt', 'GenerateDataKey'),
    ],
  }).handler;
}
