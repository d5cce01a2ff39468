/** How inventory gets to S3: real PutObjects by the service principal, each authorized, and a refused one is silently lost (domain.md 1, 5, 6). */
import type { GetBucketAclCommandOutput, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ResourceDataSyncS3Destination } from '@aws-sdk/client-ssm';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cancel } from '../cloud/clock.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Call, ServiceCaller } from '../cloud/service.ts';
import type { ObjectBody } from './s3-bucket.ts';
import type { PutObjectRequest } from './s3-objects.ts';
import type { InventoryItem, NodeInventory } from './ssm-fleet.ts';
import type { InventoryRow, ManagedNode } from './ssm-node.ts';
import type { SsmUnknowns } from './ssm-unknowns.ts';

/** Regions with a service principal of their own in AWS's texts until 2022: ap-east-1 and later ones (domain.md 6.4, 9). */
const LATER_REGIONS = new Set(
  'af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1'.split(
    ' ',
  ),
);

/** A sync's way to its bucket. */
export interface Route {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly destination: ResourceDataSyncS3Destination;
}

/** One object on its way, before S3 is asked. */
export interface Delivery {
  readonly route: Route;
  readonly node: ManagedNode;
  readonly type: string;
  readonly key: string;
  /** Entries with their envelope, as the lines of the object. */
  readonly records: () => InventoryRow[];
  readonly body: () => Uint8Array;
}

/** Lets a delivery pass, alters it, or with undefined withholds it. */
export type DeliveryRule = (delivery: Delivery) => Delivery | undefined;

export interface DeliveryOptions {
  readonly unknowns: SsmUnknowns;
  /** The organization an account is in. */
  readonly organizationOf: (account: string) => string | undefined;
}

export class Deliveries {
  readonly #cloud: Cloud;
  readonly #options: DeliveryOptions;
  readonly #rules: DeliveryRule[] = [];

  constructor(cloud: Cloud, options: DeliveryOptions) {
    this.#cloud = cloud;
    this.#options = options;
  }

  addRule(rule: DeliveryRule): Cancel {
    this.#rules.push(rule);
    return () => {
      const index = this.#rules.indexOf(rule);
      if (index >= 0) this.#rules.splice(index, 1);
    };
  }

  /** The write test of CreateResourceDataSync: false when S3 refuses. It leaves its object (domain.md 1.2, 1.3). */
  async probe(route: Route): Promise<boolean> {
    // AWS publishes bucket policies with and without this permission (UG2026-RDS, UG2026-WALK): nothing depends on it.
    const { BucketName: Bucket } = route.destination;
    await this.#ask<GetBucketAclCommandOutput>(route, 'GetBucketAcl', { Bucket });
    const key = `${prefixOf(route)}AWS:InstanceInformation/accountid=${route.account}/test.json`;
    return this.#put(route, key, Buffer.from('{}'));
  }

  /** Writes one object per type, over what stood there. */
  async deliver(route: Route, { node }: NodeInventory, items: readonly InventoryItem[]): Promise<void> {
    for (const item of items) {
      const records = () => item.rows().map((row) => withEnvelope(row, node, item));
      const delivery = {
        route,
        node,
        type: item.type,
        key: `${prefixOf(route)}${item.type}/accountid=${route.account}/region=${route.region}/resourcetype=ManagedInstanceInventory/${node.id}.json`,
        records,
        body: () => this.#encode(records()),
      };
      const passed = this.#rules.reduce<Delivery | undefined>((sent, rule) => sent && rule(sent), delivery);
      if (passed) await this.#put(route, passed.key, passed.body);
    }
  }

  #encode(records: readonly InventoryRow[]): Uint8Array {
    const lines = records.map((record) => JSON.stringify(record)).join('\n');
    return Buffer.from(this.#options.unknowns.trailingNewline ? `${lines}\n` : lines);
  }

  #put(route: Route, key: string, body: ObjectBody): Promise<boolean> {
    const { BucketName, AWSKMSKeyARN, DestinationDataSharing } = route.destination;
    const organization = DestinationDataSharing && this.#options.organizationOf(route.account);
    return this.#ask<PutObjectCommandOutput>(route, 'PutObject', {
      Bucket: BucketName,
      Key: key,
      Body: body,
      ACL: 'bucket-owner-full-control',
      ...(AWSKMSKeyARN && { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: AWSKMSKeyARN }),
      ...(organization && { Tagging: `OrgId=${organization}` }),
    });
  }

  async #ask<Output>(
    route: Route,
    operation: string,
    input: PutObjectRequest | { Bucket: string | undefined },
  ): Promise<boolean> {
    const region = route.destination.Region ?? route.region;
    const call: Call = { service: 's3', operation, region, caller: this.#principal(route), input };
    try {
      await this.#cloud.ask<Output>(call);
      return true;
    } catch (error) {
      if (error instanceof AwsFault) return false;
      throw error;
    }
  }

  #principal({ account, region, name }: Route): ServiceCaller {
    const own = this.#options.unknowns.regionalPrincipals && LATER_REGIONS.has(region);
    return {
      kind: 'service',
      principal: own ? `ssm.${region}.amazonaws.com` : 'ssm.amazonaws.com',
      sourceAccount: account,
      sourceArn: `arn:${this.#cloud.partition}:ssm:${region}:${account}:resource-data-sync/${name}`,
    };
  }
}

function prefixOf({ destination: { Prefix } }: Route): string {
  return Prefix ? `${Prefix}/` : '';
}

function withEnvelope(
  row: InventoryRow,
  node: ManagedNode,
  { captureTime, schemaVersion }: InventoryItem,
): InventoryRow {
  return { ...row, resourceId: node.id, captureTime, schemaVersion };
}
