import type { z } from 'zod';
import type { assessDelivery } from './contract.ts';

/** What the config asks evidence to be gathered and judged by. */
export function judgeSettings(env: z.output<(typeof assessDelivery)['env']>) {
  return {
    freshnessMinutes: env.FRESHNESS_MINUTES,
    graceMinutes: env.GRACE_MINUTES,
    canaryMinutes: env.CANARY_MINUTES,
    collection: env.COLLECTION_JUDGED,
    contentSampleShare: env.CONTENT_SAMPLE_SHARE,
  };
}
