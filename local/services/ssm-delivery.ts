/** How inventory gets to S3: real PutObjects by the service principal, each authorized, and a refused one is silently lost. */
import type { ResourceDataSyncS3Destination } from '@aws-sdk/client-ssm';
import { AwsFault } from '../cloud/aws-fault.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { ServiceCaller } from '../cloud/service.ts';
import type { Unknowns } from '../world/schema.ts';
import { isOptIn } from './account.ts';
import type { ObjectBody } from './s3-bucket.ts';
import type { PutObjectRequest } from './s3-objects.ts';
import type { InventoryItem, NodeInventory } from './ssm-fleet.ts';
import type { ManagedNode } from './ssm-node.ts';

/** A sync's way to its bucket. */
export interface Route {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly destination: ResourceDataSyncS3Destination;
}

/** One object on its way, before S3 is asked. */
export interface Delivery {
  readonly node: ManagedNode;
  readonly key: string;
  readonly body: () => Uint8Array;
}

/** Lets a delivery pass, alters it, or with undefined withholds it. */
export type DeliveryRule = (delivery: Delivery) => Delivery | undefined;

export class Deliveries {
  readonly #rules = new Set<DeliveryRule>();
  readonly #cloud: Cloud;
  readonly #unknowns: Unknowns;
  readonly #organizationOf: (account: string) => string | undefined;

  /** `organizationOf` gives the value of the request tag `OrgId`. */
  constructor(cloud: Cloud, unknowns: Unknowns, organizationOf: (account: string) => string | undefined) {
    this.#cloud = cloud;
    this.#unknowns = unknowns;
    this.#organizationOf = organizationOf;
  }

  /** Passes every delivery from now on through the rule too, in the order in which rules were added, until it is taken away. */
  addRule(rule: DeliveryRule): () => void {
    // Wrapped, so that the same rule may stand twice and each of the two be taken away by itself.
    const added: DeliveryRule = (delivery) => rule(delivery);
    this.#rules.add(added);
    return () => void this.#rules.delete(added);
  }

  /** The write test of CreateResourceDataSync: false when S3 refuses. It leaves its object (whether for good is not documented). */
  async probe(route: Route): Promise<boolean> {
    // AWS publishes bucket policies with this permission and without: nothing depends on it.
    await this.#ask(route, 'GetBucketAcl', { Bucket: route.destination.BucketName });
    const key = `AWS:InstanceInformation/accountid=${route.account}/test.json`;
    return this.#put(route, key, Buffer.from('{}'));
  }

  /** Writes one object per type, over what stood there. */
  async deliver(route: Route, { node }: NodeInventory, items: readonly InventoryItem[]): Promise<void> {
    for (const item of items) {
      const folder = `${item.type}/accountid=${route.account}/region=${route.region}/resourcetype=ManagedInstanceInventory`;
      const body = () => this.#encode(node, item);
      const passed = this.#pass({ node, key: `${folder}/${node.id}.json`, body });
      if (passed) await this.#put(route, passed.key, passed.body);
    }
  }

  #pass(delivery: Delivery): Delivery | undefined {
    let passed: Delivery | undefined = delivery;
    for (const rule of this.#rules) passed = passed && rule(passed);
    return passed;
  }

  /** A line for each entry, with its envelope. */
  #encode({ id: resourceId }: ManagedNode, { captureTime, schemaVersion, rows }: InventoryItem): Uint8Array {
    const lines = rows().map((row) => JSON.stringify({ ...row, resourceId, captureTime, schemaVersion }));
    return Buffer.from(lines.join('\n') + (this.#unknowns.trailingNewline ? '\n' : ''));
  }

  #put(route: Route, key: string, body: ObjectBody): Promise<boolean> {
    const { BucketName, Prefix, AWSKMSKeyARN, DestinationDataSharing } = route.destination;
    const organization = DestinationDataSharing && this.#organizationOf(route.account);
    return this.#ask(route, 'PutObject', {
      Bucket: BucketName,
      Key: Prefix ? `${Prefix}/${key}` : key,
      Body: body,
      ACL: 'bucket-owner-full-control',
      ...(AWSKMSKeyARN && { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: AWSKMSKeyARN }),
      ...(organization && { Tagging: `OrgId=${organization}` }),
    });
  }

  /** Whether S3 does it. */
  async #ask(route: Route, operation: string, input: PutObjectRequest | { Bucket: string | undefined }) {
    const region = route.destination.Region ?? route.region;
    try {
      await this.#cloud.dispatch({ service: 's3', operation, region, caller: this.#principal(route), input });
      return true;
    } catch (error) {
      if (error instanceof AwsFault) return false;
      throw error;
    }
  }

  #principal({ account, region, name }: Route): ServiceCaller {
    const own = this.#unknowns.regionalPrincipals && isOptIn(region);
    const principal = own ? `ssm.${region}.amazonaws.com` : 'ssm.amazonaws.com';
    const sourceArn = `arn:${this.#cloud.partition}:ssm:${region}:${account}:resource-data-sync/${name}`;
    return { kind: 'service', principal, sourceAccount: account, sourceArn };
  }
}
