import { S3Client } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { InventoryBucket } from '../../aws/inventory-bucket.ts';
import { StateBucket } from '../../aws/state-bucket.ts';
import type { assessDelivery } from './contract.ts';
import { seeHub } from './see-hub.ts';

/** Where evidence comes from; `see` looks at the hub anew for each assessment. */
export function openSources(env: z.output<(typeof assessDelivery)['env']>) {
  const client = new S3Client({});
  const { INVENTORY_BUCKET: ownBucket, INVENTORY_PREFIX: prefix } = env;
  return {
    state: new StateBucket(client, env.STATE_BUCKET),
    inventory: new InventoryBucket(client, ownBucket, prefix),
    prefix,
    buckets: { ownBucket, allowedBuckets: new Set(env.ALLOWED_DESTINATIONS) },
    see: seeHub(client, env),
  };
}
