import { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { lookAtHub } from '../../aws/hub.ts';
import type { Deliverer, DeliveryPlace } from '../../core/delivery-permission.ts';
import { type HubFacts, type HubLook, readHub } from '../../core/hub.ts';
import type { Log } from '../runtime/log.ts';
import type { assessDelivery } from './contract.ts';

type Self = Pick<DeliveryPlace, 'partition' | 'accountId'>;

/** What was seen of the hub, and what follows from it for each target. */
export type SeenHub = { look: HubLook; factsOf: (deliverer: Deliverer) => HubFacts };

/** To be called once per assessment, with where the function itself runs. A look that failed is told in the log and leaves what rests on it unknown. */
export function seeHub(
  s3: S3Client,
  env: z.output<(typeof assessDelivery)['env']>,
): (self: Self, log: Log) => Promise<SeenHub> {
  const kms = new KMSClient({});
  const known = {
    region: env.HUB_REGION,
    organizationId: env.ORGANIZATION_ID,
    bucketName: env.INVENTORY_BUCKET,
    prefix: env.INVENTORY_PREFIX,
    keyArn: env.INVENTORY_KEY_ARN,
    regionalPrincipals: env.REGIONAL_PRINCIPALS,
    sourceOrgIdReachesKms: env.KMS_CARRIES_SOURCE_ORG_ID,
  };
  return async (self, log) => {
    const look = await lookAtHub({ s3, kms }, known);
    for (const [what, looked] of Object.entries(look)) {
      if (looked.status === 'unread') log.warn('hub not seen', { what, why: looked.why });
    }
    return { look, factsOf: readHub(look, { ...known, ...self }) };
  };
}
