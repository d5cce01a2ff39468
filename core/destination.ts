import * as z from 'zod';
import { fingerprint32 } from './fingerprint.ts';
import type { ObservedSync } from './observation.ts';

/** Where every sync of the fleet delivers. `region` is the bucket's; `prefix` may be empty and has no slash at its ends. */
export const Destination = z.strictObject({
  bucketName: z.string().min(3),
  prefix: z.string(),
  region: z.string().min(1),
  kmsKeyArn: z.string().nullable(),
});
export type Destination = z.infer<typeof Destination>;

export interface DesiredSync {
  readonly syncName: string;
  readonly destination: Destination;
}

/** A sync to a destination is immutable (SSM API reference, UpdateResourceDataSync), so another destination is another name. */
export function desiredSync(destination: Destination): DesiredSync {
  const { bucketName, prefix, region, kmsKeyArn } = destination;
  const identity = JSON.stringify([bucketName, prefix, region, kmsKeyArn, 'Organization']);
  return { syncName: `muster-${fingerprint32(identity)}`, destination };
}

/** Sharing is not compared: ListResourceDataSync may leave it out. */
export function sameDestination(sync: ObservedSync, destination: Destination): boolean {
  return (
    sync.bucketName === destination.bucketName &&
    (sync.prefix ?? '') === destination.prefix &&
    sync.region === destination.region &&
    sync.kmsKeyArn === destination.kmsKeyArn
  );
}

/** A sync as it would be made again; undefined where the list did not tell enough. Whatever is ours is shared with the organization. */
export function madeAgain({ syncName, prefix, ...sync }: ObservedSync): DesiredSync | undefined {
  const { bucketName, region, kmsKeyArn } = sync;
  const { data } = Destination.safeParse({ bucketName, prefix: prefix ?? '', region, kmsKeyArn });
  return data && { syncName, destination: data };
}
