import {
  CreateResourceDataSyncCommand,
  DeleteResourceDataSyncCommand,
  paginateListResourceDataSync,
  type ResourceDataSyncItem,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { DesiredSync } from '../core/destination.ts';
import type { ObservedSync } from '../core/observation.ts';
import { errorKind, errorMessage } from './errors.ts';

function observedSync(item: ResourceDataSyncItem): ObservedSync {
  const destination = item.S3Destination;
  return {
    syncName: item.SyncName ?? '',
    syncType: item.SyncType ?? 'SyncToDestination',
    bucketName: destination?.BucketName ?? null,
    prefix: destination?.Prefix ?? null,
    region: destination?.Region ?? null,
    kmsKeyArn: destination?.AWSKMSKeyARN ?? null,
    lastStatus: item.LastStatus ?? null,
    lastSuccessfulAt: item.LastSuccessfulSyncTime?.toISOString() ?? null,
    createdAt: item.SyncCreatedTime?.toISOString() ?? null,
  };
}

/** Every page: one page hides a sync behind foreign ones. The answer may leave out the type of a SyncToDestination. */
export async function listDataSyncs(client: SSMClient): Promise<ObservedSync[]> {
  const syncs: ObservedSync[] = [];
  for await (const page of paginateListResourceDataSync({ client, pageSize: 50 }, {})) {
    syncs.push(...(page.ResourceDataSyncItems ?? []).map(observedSync));
  }
  return syncs;
}

/**
 * `rejected`: SSM could not write its test object to the bucket. `exists`: somebody was faster, so the syncs are to be read again.
 * `conflict`: the request is refused as such, which a well-formed one only is for the single Organization sync.
 */
export type Creation =
  | { kind: 'created' }
  | { kind: 'exists' }
  | { kind: 'rejected' | 'quota' | 'conflict'; message: string };

function refusalKind(error: unknown): Exclude<Creation['kind'], 'created'> | undefined {
  switch (errorKind(error)) {
    case 'already-exists':
      return 'exists';
    case 'write-refused':
      return 'rejected';
    case 'quota-exceeded':
      return 'quota';
    case 'configuration-refused':
      return 'conflict';
    default:
      return undefined;
  }
}

/** An Organization sync of this account and Region to the central bucket. Throws what is no answer to the question, a denial too. */
export async function createDataSync(client: SSMClient, sync: DesiredSync): Promise<Creation> {
  const { bucketName, prefix, region, kmsKeyArn } = sync.destination;
  const S3Destination = {
    BucketName: bucketName,
    ...(prefix !== '' && { Prefix: prefix }),
    SyncFormat: 'JsonSerDe' as const,
    Region: region,
    ...(kmsKeyArn !== null && { AWSKMSKeyARN: kmsKeyArn }),
    DestinationDataSharing: { DestinationDataSharingType: 'Organization' },
  };
  try {
    const request = { SyncName: sync.syncName, SyncType: 'SyncToDestination', S3Destination };
    await client.send(new CreateResourceDataSyncCommand(request));
    return { kind: 'created' };
  } catch (error) {
    const kind = refusalKind(error);
    if (kind === undefined) throw error;
    return kind === 'exists' ? { kind } : { kind, message: errorMessage(error) };
  }
}

/** Deletes the configuration; what it delivered stays (SSM API reference). One that is gone already is deleted. */
export async function deleteDataSync(client: SSMClient, SyncName: string): Promise<void> {
  try {
    await client.send(new DeleteResourceDataSyncCommand({ SyncName, SyncType: 'SyncToDestination' }));
  } catch (error) {
    if (errorKind(error) !== 'not-found') throw error;
  }
}
