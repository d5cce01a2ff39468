/** Everything that a customer has, as the services themselves tell it. */
import type { ListBucketsCommandOutput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { GetQueueAttributesCommandOutput, GetQueueUrlCommandOutput } from '@aws-sdk/client-sqs';
import type { Hub } from '../../local/cli/hub.ts';
import type { Answer } from '../../local/cloud/service.ts';

const perTarget = ['ListResourceDataSync', 'DescribeInstanceInformation', 'ListAssociations', 'GetInventory'];

/**
 * Organization, targets, objects, keys, catalog, metrics, alarms, messages, events and queues, as text that can be compared. What an execution
 * writes about itself, its history, logs and traces, is no part of it.
 */
export async function wholeWorld(hub: Hub, regions: readonly string[]): Promise<Record<string, unknown>> {
  const { account, glue, monitoring, sns, tree } = hub.embedded;
  const world = {
    organization: tree.accounts().map((member) => ({
      member,
      controls: [tree.serviceControlPolicies(member.id), tree.resourceControlPolicies(member.id)],
      regions: regions.map((region) => account.regionState(member.id, region)),
    })),
    targets: await targetsOf(hub, regions),
    objects: await objectsOf(hub),
    policyAndKey: await hub.state(),
    catalog: glue.databases(),
    metrics: monitoring.metrics.all(),
    alarms: monitoring.alarms,
    messages: sns.messages(),
    events: hub.events,
    undelivered: await undelivered(hub),
  };
  return JSON.parse(JSON.stringify(world));
}

async function targetsOf({ embedded: { cloud, tree } }: Hub, regions: readonly string[]): Promise<unknown[]> {
  const targets: unknown[] = [];
  for (const { id } of tree.accounts())
    for (const region of regions)
      for (const operation of perTarget) {
        const question = { service: 'ssm' as const, operation, region, input: {} };
        targets.push([id, region, await cloud.ask({ ...question, caller: cloud.administratorOf(id) })]);
      }
  return targets;
}

/** Each bucket's objects by key; whatever is written anew gets another tag. */
async function objectsOf({ ask }: Hub): Promise<Record<string, string>> {
  const tags: Record<string, string> = {};
  const { Buckets = [] } = await ask<ListBucketsCommandOutput>('s3', 'ListBuckets', {});
  for (const { Name } of Buckets) {
    let ContinuationToken: string | undefined;
    do {
      const input = { Bucket: Name, ContinuationToken };
      const page: Answer<ListObjectsV2CommandOutput> = await ask('s3', 'ListObjectsV2', input);
      for (const { Key, ETag = '' } of page.Contents ?? []) tags[`${Name}/${Key}`] = ETag;
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }
  return tags;
}

async function undelivered({ ask }: Hub): Promise<unknown> {
  const name = { QueueName: 'muster-undelivered-schedules' };
  const { QueueUrl } = await ask<GetQueueUrlCommandOutput>('sqs', 'GetQueueUrl', name);
  const input = { QueueUrl, AttributeNames: ['All'] };
  return (await ask<GetQueueAttributesCommandOutput>('sqs', 'GetQueueAttributes', input)).Attributes;
}
