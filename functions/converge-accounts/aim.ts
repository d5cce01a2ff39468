import type { z } from 'zod';
import type { StateBucket } from '../../aws/state-bucket.ts';
import { desiredSync } from '../../core/destination.ts';
import { ChangeLimit } from './change-limit.ts';
import type { convergeAccounts } from './contract.ts';
import type { Aim } from './converge-sync.ts';

type Env = z.output<(typeof convergeAccounts)['env']>;
type Batch = Pick<z.output<(typeof convergeAccounts)['input']>, 'mode' | 'runId'>;

const pause = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));

/** What the config asks for in every target, and what this batch is to do about it. */
export function aimOf({ mode, runId }: Batch, env: Env, bucket: StateBucket): Aim {
  const desired = desiredSync({
    bucketName: env.INVENTORY_BUCKET,
    prefix: env.INVENTORY_PREFIX,
    region: env.HUB_REGION,
    kmsKeyArn: env.INVENTORY_KEY_ARN,
  });
  const limit = new ChangeLimit(bucket, { runId, stopAfterFailures: env.STOP_AFTER_FAILURES });
  return { mode, desired, rules: { adopt: env.ADOPT, replace: env.REPLACE }, limit, pause, collection: env.COLLECTION };
}
