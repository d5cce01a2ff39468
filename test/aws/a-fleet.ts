/** A small organization in the embedded cloud, and the deployed handlers driven in process through the real SDK clients. */
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { ListResourceDataSyncCommandOutput } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import { inventoryBucketStatements, inventoryKeyStatements, type PolicyStatement } from '../../core/policies.ts';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import { Clock } from '../../local/cloud/clock.ts';
import { Cloud } from '../../local/cloud/cloud.ts';
import { Draw } from '../../local/cloud/draw.ts';
import type { Call } from '../../local/cloud/service.ts';
import { IamDirectory } from '../../local/iam/directory.ts';
import { createAccount } from '../../local/services/account.ts';
import { Glue } from '../../local/services/glue.ts';
import { Kms } from '../../local/services/kms.ts';
import { OrganizationTree } from '../../local/services/organization-tree.ts';
import { Organizations } from '../../local/services/organizations.ts';
import { createS3 } from '../../local/services/s3.ts';
import { Ssm } from '../../local/services/ssm.ts';
import { createSts } from '../../local/services/sts.ts';
import { listen } from '../../local/wire/server.ts';
import { createInventoryContent } from '../../local/world/inventory-content.ts';
import { Unknowns } from '../../local/world/schema.ts';

const START = new Date('2026-11-02T06:00:00Z');
export const HUB = '100000000002';
export const MANAGEMENT = '100000000001';
export const MEMBERS = Array.from({ length: 25 }, (_, index) => String(100000000100 + index));
export const UNIT = 'ou-ab12-11111111';

const environment = {
  AWS_REGION: 'us-east-1',
  AWS_RETRY_MODE: 'standard',
  AWS_MAX_ATTEMPTS: '1',
  STATE_BUCKET: 'state-bucket',
  REGIONS: 'us-east-1,eu-west-1,ap-east-1',
  ORGANIZATIONAL_UNITS: '',
  EXCLUDE_ACCOUNTS: '',
  REMOVE: 'false',
  MEMBER_ROLE_NAME: 'MusterMember',
  REGION_READER_NAME: 'MusterListRegions',
  INVENTORY_BUCKET: 'inventory-bucket',
  INVENTORY_PREFIX: 'inventory',
  HUB_REGION: 'us-east-1',
  ADOPT: 'true',
  REPLACE: 'safe',
  STOP_AFTER_FAILURES: '5',
  COLLECTION: 'adopt',
  COLLECTION_JUDGED: 'true',
  FRESHNESS_MINUTES: '120',
  GRACE_MINUTES: '60',
  CONTENT_SAMPLE_SHARE: '0.01',
  CANARY_MINUTES: '1440',
  MAX_SHARE: '0.02',
  ORGANIZATION_ID: 'o-a1b2c3d4e5',
  REGIONAL_PRINCIPALS: '',
  KMS_CARRIES_SOURCE_ORG_ID: 'false',
  ALLOWED_DESTINATIONS: '',
  DATABASE: 'muster',
  DROP_LEFT_ACCOUNTS: 'false',
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
};

/** What the policies of the inventory are made of. */
const terms = {
  partition: 'aws',
  organizationId: 'o-a1b2c3d4e5',
  regionalPrincipals: [],
  bucketName: 'inventory-bucket',
  prefix: 'inventory',
  literalAccountPath: false,
};

type Trouble = (call: Call) => AwsFault | 'drop' | undefined;

const denied = new AwsFault('AccessDeniedException', 'with an explicit deny in a service control policy', {
  status: 400,
});
export const deny =
  (operation: string, region?: string): Trouble =>
  (call) =>
    call.operation === operation && (region ?? call.region) === call.region ? denied : undefined;
export const answer =
  (operation: string, fault: AwsFault): Trouble =>
  (call) =>
    call.operation === operation ? fault : undefined;

export async function openFleet(members = MEMBERS.slice(0, 2)) {
  const clock = new Clock(START);
  const cloud = new Cloud(clock, new Draw(7));
  const tree = new OrganizationTree({ id: 'o-a1b2c3d4e5', rootId: 'r-ab12', managementAccountId: MANAGEMENT });
  const directory = new IamDirectory();
  const s3 = createS3(cloud);
  const content = createInventoryContent(cloud.draw, START);
  const unknowns = Unknowns.parse({ createProbes: false });
  const ssm = new Ssm(cloud, { content, organizationOf: () => tree.id, unknowns });
  const account = createAccount(cloud, tree);
  const kms = new Kms(cloud, false);
  const glue = new Glue(cloud);
  const policy = (Statement: PolicyStatement[]) => ({ Version: '2012-10-17', Statement });
  const keyPolicy = policy(inventoryKeyStatements({ ...terms, sourceOrgIdReachesKms: false }));
  const key = kms.createKey({ account: HUB, region: 'us-east-1', policy: keyPolicy });
  cloud.add(s3, ssm, kms, glue, account, new Organizations(cloud, tree), createSts(cloud, directory));

  const calls: string[] = [];
  let trouble: Trouble = () => undefined;
  cloud.authorizeWith(() => undefined);
  const intercept = (call: Call) => {
    calls.push(call.operation);
    return trouble(call);
  };

  tree.addUnit({ id: UNIT, name: 'prod' });
  for (const id of [MANAGEMENT, HUB, ...members]) {
    tree.putAccount({
      id,
      name: `account ${id.slice(-3)}`,
      joinedAt: START,
      ...(members.includes(id) && { parent: UNIT }),
    });
    const trust = {
      Effect: 'Allow' as const,
      Principal: { AWS: `arn:aws:iam::${HUB}:root` },
      Action: 'sts:AssumeRole',
    };
    const roles = id === MANAGEMENT ? ['MusterMember', 'MusterListRegions'] : ['MusterMember'];
    for (const name of roles)
      directory.putRole({
        arn: `arn:aws:iam::${id}:role/${name}`,
        trust: { Version: '2012-10-17', Statement: [trust] },
      });
  }
  tree.delegate(HUB, 'account.amazonaws.com');
  glue.createDatabase('muster');
  for (const name of ['state-bucket', 'inventory-bucket']) s3.createBucket({ name, account: HUB, region: 'us-east-1' });
  s3.putBucketPolicy('inventory-bucket', policy(inventoryBucketStatements(terms)));

  const wire = await listen(cloud, { port: 0, intercept, onBug: (error) => Promise.reject(error) });
  const administrator = { kind: 'administrator', account: HUB, arn: `arn:aws:iam::${HUB}:role/Muster` } as const;
  const credentials = cloud.sessions.issue(administrator, 90 * 24 * 3600);
  const askOf =
    (service: 's3' | 'glue') =>
    <Output>(operation: string, input: object) =>
      cloud.ask<Output>({ service, region: 'us-east-1', operation, caller: administrator, input });
  const ask = askOf('s3');
  const set = (variables: Record<string, string>) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  };
  set({
    ...environment,
    INVENTORY_KEY_ARN: key.arn,
    AWS_ENDPOINT_URL: wire.url,
    AWS_ACCESS_KEY_ID: credentials.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.SecretAccessKey,
    AWS_SESSION_TOKEN: credentials.SessionToken,
  });
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  const context = { invokedFunctionArn: `arn:aws:lambda:us-east-1:${HUB}:function:any` } as Context;

  return {
    tree,
    s3,
    ssm,
    glue,
    /** S3 and Glue as the hub's administrator. */
    ask,
    askGlue: askOf('glue'),
    key,
    account,
    set,
    calls,
    cause: (next: Trouble) => {
      trouble = next;
    },
    async advance(minutes: number) {
      await clock.advanceTo(clock.nowMs() + minutes * 60_000);
      vi.setSystemTime(clock.now());
    },
    async resolve(input: object) {
      vi.resetModules();
      const { handler } = await import('../../functions/resolve-targets/handler.ts');
      return handler({ mode: 'converge', ...input }, context);
    },
    async converge(input: object) {
      vi.resetModules();
      const { handler } = await import('../../functions/converge-accounts/handler.ts');
      return handler(input, context);
    },
    async assess(input: object) {
      vi.resetModules();
      const { handler } = await import('../../functions/assess-delivery/handler.ts');
      return handler(input, context);
    },
    async maintain(input: object) {
      vi.resetModules();
      const { handler } = await import('../../functions/maintain-catalog/handler.ts');
      return handler(input, context);
    },
    /** The names of the syncs in a target. */
    async syncs(account: string, region: string): Promise<string[]> {
      const question = { service: 'ssm', operation: 'ListResourceDataSync', region, input: {} } as const;
      const caller = { ...administrator, account };
      const { ResourceDataSyncItems = [] } = await cloud.ask<ListResourceDataSyncCommandOutput>({
        ...question,
        caller,
      });
      return ResourceDataSyncItems.flatMap(({ SyncName }) => SyncName ?? []);
    },
    async keys(Bucket: string): Promise<string[]> {
      const { Contents = [] } = await ask<ListObjectsV2CommandOutput>('ListObjectsV2', { Bucket });
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
    write: (Key: string, text: string, Bucket = 'state-bucket') =>
      ask('PutObject', { Bucket, Key, Body: Buffer.from(text) }),
    lines(key: string): Record<string, unknown>[] {
      const text = Buffer.from(s3.bucket('state-bucket')?.get(key)?.read() ?? []).toString();
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    },
    async close() {
      vi.useRealTimers();
      vi.unstubAllEnvs();
      await wire.close();
    },
  };
}

export type TestFleet = Awaited<ReturnType<typeof openFleet>>;
