/** A cloud with S3 and SSM alone, one inventory bucket and one member account, for tests of both. */
import type { ListObjectsV2CommandOutput, ListObjectsV2Output } from '@aws-sdk/client-s3';
import type { ResourceDataSyncS3Destination } from '@aws-sdk/client-ssm';
import { AwsFault } from '../../../local/cloud/aws-fault.ts';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import type { Call, Caller, Need, ServiceName } from '../../../local/cloud/service.ts';
import { createS3 } from '../../../local/services/s3.ts';
import type { BucketSettings } from '../../../local/services/s3-bucket.ts';
import { Ssm } from '../../../local/services/ssm.ts';
import { createInventoryContent } from '../../../local/world/inventory-content.ts';
import { Unknowns } from '../../../local/world/schema.ts';

export const HUB = '100000000002';
export const MEMBER = '100000000010';
export const REGION = 'eu-west-1';
const START = new Date('2026-11-02T06:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const administrator = (account: string): Caller => ({
  kind: 'administrator',
  account,
  arn: `arn:aws:iam::${account}:role/Administrator`,
});

export const destination: ResourceDataSyncS3Destination = {
  BucketName: 'inventory-bucket',
  Prefix: 'inventory',
  SyncFormat: 'JsonSerDe',
  Region: 'us-east-1',
  DestinationDataSharing: { DestinationDataSharingType: 'Organization' },
};

interface Asked {
  readonly call: Call;
  readonly needs: readonly Need[];
}

export function createInventoryCloud(options: { unknowns?: Partial<Unknowns>; bucket?: BucketSettings } = {}) {
  const cloud = new Cloud(new Clock(START), new Draw(7));
  const s3 = createS3(cloud);
  const ssm = new Ssm(cloud, {
    content: createInventoryContent(cloud.draw, START),
    organizationOf: () => 'o-a1b2c3d4e5',
    unknowns: Unknowns.parse(options.unknowns ?? {}),
  });
  cloud.add(s3, ssm);
  s3.createBucket({ name: 'inventory-bucket', account: HUB, region: 'us-east-1' }, options.bucket);
  const asked: Asked[] = [];
  /** Refuses a call that needs what the predicate names. */
  let refused: (need: Need, call: Call) => boolean = () => false;
  cloud.authorizeWith((needs, call) => {
    asked.push({ call, needs });
    if (needs.some((need) => refused(need, call))) throw new AwsFault('AccessDenied', 'Access Denied', { status: 403 });
  });
  const askAs = <Output>(caller: Caller, at: { service: ServiceName; region: string }, operation: string) => {
    return (input: object) => cloud.ask<Output>({ ...at, operation, caller, input });
  };
  const inHub = <Output>(operation: string, input: object) =>
    askAs<Output>(administrator(HUB), { service: 's3', region: 'us-east-1' }, operation)(input);
  const inMember = <Output>(operation: string, input: object = {}) =>
    askAs<Output>(administrator(MEMBER), { service: 'ssm', region: REGION }, operation)(input);
  return {
    cloud,
    s3,
    ssm,
    asked,
    refuse: (predicate: (need: Need, call: Call) => boolean) => {
      refused = predicate;
    },
    askAs,
    inHub,
    inMember,
    createSync: (more: object = {}) =>
      inMember('CreateResourceDataSync', { SyncName: 'muster', S3Destination: destination, ...more }),
    advance: (ms: number) => cloud.clock.advanceTo(cloud.clock.nowMs() + ms),
    /** Every key of the inventory bucket. */
    async keys(): Promise<string[]> {
      const answer: ListObjectsV2Output = await inHub<ListObjectsV2CommandOutput>('ListObjectsV2', {
        Bucket: 'inventory-bucket',
      });
      return (answer.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    },
    /** The lines of an object of the inventory bucket, parsed. */
    records(key: string): Record<string, string>[] {
      const text = Buffer.from(s3.bucket('inventory-bucket')?.get(key)?.read() ?? []).toString();
      return text.split('\n').map((line) => JSON.parse(line));
    },
  };
}

/** The fault that a call ends with. */
export async function faultOf(call: Promise<unknown>): Promise<AwsFault> {
  try {
    await call;
  } catch (error) {
    if (error instanceof AwsFault) return error;
    throw error;
  }
  throw new Error('the call was answered');
}
