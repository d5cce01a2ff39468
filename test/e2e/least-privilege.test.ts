import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GetTableCommandOutput } from '@aws-sdk/client-glue';
import type { ListBucketsCommandOutput } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { configOf } from '../../local/cli/hub.ts';
import type { EmbeddedCloud } from '../../local/embedded-cloud.ts';
import { listOf, type PolicyDocument, type PolicyStatement } from '../../local/iam/policy.ts';
import { World } from '../../local/world/schema.ts';
import { PolicyProof } from './policy-proof.ts';
import { HUB, MANAGEMENT, PAYMENTS, STOREFRONT, smallWorld } from './small-world.ts';
import { assemblyOf, runWorldFile, type WorldFile } from './world-runner.ts';

const SEED = 7;

/** What no request of these worlds shows to be needed, each with its reason. */
const EXCEPTIONS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^key \S+: Allow kms:\*$/, 'key administration: without it nobody could ever change the key again'],
  [/StateMachineRole.*: Allow xray:/, 'X-Ray: Step Functions sends its own segments, which are not emulated'],
  [/RunMaps Allow states:(Describe|Stop)Execution$/, 'Step Functions follows and ends the children of a map itself'],
  [/WriteResults Allow s3:\w+Multipart\w+$/, 'only results of more than 5 MB go up in parts'],
  [
    /^key \S+: Allow kms:Decrypt$/,
    'a publisher to an encrypted topic needs both (SNS developer guide, Key management)',
  ],
];

/** More accounts than one invocation takes, over two converges: idle nodes are compared, some never deliver, alarms go off, calls are throttled. */
function idleWorld(): WorldFile {
  const ids = Array.from({ length: 12 }, (_, index) => String(100_000_000_020 + index));
  const regions = { 'us-east-1': { nodes: 1, churn: 'none' as const } };
  return smallWorld({
    seed: SEED,
    duration: 'PT26H',
    accounts: [MANAGEMENT, ...ids].map((id) => ({ id, regions })),
    faults: [
      { kind: 'throttle', service: '*', rate: 0.1 },
      { kind: 'delivery-denied', account: '100000000020' },
      // A replacement that fails.
      { kind: 'sync-wrong-destination', account: '100000000021', region: 'us-east-1' },
      { kind: 'probe-denied', account: '100000000021' },
    ],
  });
}

/** Over two converges; the catalog is to forget who leaves. */
function worldOfUnits(): WorldFile {
  const { config } = smallWorld();
  const organizationalUnits = ['ou-ab12-11111111', 'ou-ab12-22222222'];
  const dropPartitionsOfLeftAccounts = true;
  const custom = [{ type: 'Custom:Rack', rows: [{ Row: '1' }] }];
  const accounts = (smallWorld().accounts ?? []).map((account) =>
    account.id === PAYMENTS ? { ...account, regions: { 'us-east-1': { nodes: 1, custom } } } : account,
  );
  return smallWorld({
    seed: SEED,
    duration: 'PT25H',
    config: { ...config, organizationalUnits, dropPartitionsOfLeftAccounts },
    accounts,
  });
}

/** Between the two an account leaves the units, and people take a column and what is known of partitions. */
function disturbCatalog({ cloud, s3, tree }: EmbeddedCloud): void {
  const caller = cloud.administratorOf(HUB);
  const ask = <Output>(service: 'glue' | 's3', operation: string, input: object) =>
    cloud.ask<Output>({ service, operation, region: 'us-east-1', caller, input });
  cloud.clock.at(cloud.clock.nowMs() + 20 * 3_600_000, 'the catalog is disturbed', async () => {
    tree.putAccount({ id: STOREFRONT, parent: 'ou-ab12-33333333', joinedAt: cloud.clock.now() });
    const { Buckets = [] } = await ask<ListBucketsCommandOutput>('s3', 'ListBuckets', {});
    for (const { Name = '' } of Buckets) s3.bucket(Name)?.remove('catalog/partitions.json');
    const DatabaseName = 'muster';
    const { Table } = await ask<GetTableCommandOutput>('glue', 'GetTable', { DatabaseName, Name: 'aws_tag' });
    const { Columns = [], ...descriptor } = Table?.StorageDescriptor ?? {};
    const StorageDescriptor = { ...descriptor, Columns: Columns.slice(1) };
    await ask('glue', 'UpdateTable', { DatabaseName, TableInput: { ...Table, StorageDescriptor } });
  });
}

/** Associations are ours to make, and those that stand are of an older config. One Region may be off in the management account, which only itself can tell. */
function collectingWorld(): WorldFile {
  const regions = ['us-east-1', 'eu-west-1', 'eu-south-1'];
  const nodes = { 'us-east-1': { nodes: 1, association: 'none' as const } };
  return smallWorld({
    seed: SEED,
    duration: 'PT1H',
    config: { regions, collection: 'ensure' },
    accounts: [MANAGEMENT, PAYMENTS].map((id) => ({ id, regions: nodes })),
  });
}

function placeOutgrown({ ssm }: EmbeddedCloud): void {
  const outgrown = { AssociationName: 'MusterInventory', ScheduleExpression: 'rate(1 day)' };
  for (const account of [MANAGEMENT, PAYMENTS]) ssm.placeAssociation(account, 'us-east-1', outgrown);
}

/** A day in which somebody has deleted the roles that EventBridge starts executions with; the management account has a sync to be replaced. */
function worldWithoutStarts(): WorldFile {
  const faults: WorldFile['faults'] = [{ kind: 'sync-wrong-destination', account: MANAGEMENT, region: 'us-east-1' }];
  return smallWorld({ seed: SEED, duration: 'PT24H', accounts: [], faults });
}

function loseStarts({ cloud, directory }: EmbeddedCloud): void {
  const { putRole } = directory;
  directory.putRole = (settings) => {
    if (settings.arn.includes('EventsRole'))
      cloud.clock.at(cloud.clock.nowMs() + 60_000, settings.arn, () => directory.deleteRole(settings.arn));
    return putRole.call(directory, settings);
  };
}

async function prove(file: WorldFile, disturb: (embedded: EmbeddedCloud) => void = () => undefined) {
  const proof = new PolicyProof();
  await runWorldFile(file, (embedded) => {
    proof.watch(embedded);
    disturb(embedded);
  });
  return proof;
}

function namesOf({ name, document }: PolicyProof['deployed'][number]): string[] {
  return listOf(document.Statement).map((_, index) => `${name} ${index}`);
}

describe('the synthesized policies', () => {
  let proof: PolicyProof;
  let proofs: PolicyProof[];
  let collecting: PolicyProof;
  beforeAll(async () => {
    proof = await prove(idleWorld());
    collecting = await prove(collectingWorld(), placeOutgrown);
    proofs = [
      proof,
      await prove(worldOfUnits(), disturbCatalog),
      await prove(worldWithoutStarts(), loseStarts),
      collecting,
    ];
  });

  it('hold no action of a statement without which every request would be decided just the same', () => {
    const needed = new Map<string, boolean>();
    for (const one of proofs)
      for (const [statement, isNeeded] of one.actions())
        needed.set(statement, needed.get(statement) === true || isNeeded);
    expect(needed.size).toBeGreaterThan(90);
    const idle = [...needed].flatMap(([action, isNeeded]) => (isNeeded ? [] : [action]));
    expect(idle.filter((action) => !EXCEPTIONS.some(([pattern]) => pattern.test(action)))).toEqual([]);
    for (const [pattern, reason] of EXCEPTIONS)
      expect([reason, idle.some((action) => pattern.test(action))]).toEqual([reason, true]);
  });

  it('are all under proof, statement by statement', async () => {
    const folder = await assemblyOf(configOf(World.parse(idleWorld())));
    const files = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
    const templates = files.map((file) => readFileSync(join(folder, file), 'utf8'));
    const written = templates.flatMap((text) => [...text.matchAll(/\\?"Effect\\?":/g)]).length;
    expect(new Set(proof.deployed.flatMap(namesOf)).size).toBe(written);
  });

  it.each(['ssm:CreateAssociation', 'ssm:DeleteAssociation'])(
    'let %s run the inventory document and no other, which could run code on every node',
    (action) => {
      const on = (document: string) =>
        new Set(collecting.allowedOn(action, `arn:aws:ssm:us-east-1::document/${document}`));
      expect(on('AWS-GatherSoftwareInventory')).toEqual(new Set([true]));
      expect(on('AWS-RunShellScript')).toEqual(new Set([false]));
      expect(on('AWS-GatherSoftwareInventory-2')).toEqual(new Set([false]));
    },
  );

  describe('are caught when they hold more than is needed', () => {
    const Allow = { Sid: 'Planted', Effect: 'Allow', Resource: '*' } as const;
    it.each<[string, PolicyStatement]>([
      ['all of Systems Manager', { ...Allow, Action: 'ssm:*' }],
      ['an action that nothing calls', { ...Allow, Action: 'ssm:SendCommand' }],
      ['what another statement gives already', { ...Allow, Action: 'ssm:ListResourceDataSync' }],
      ['a denial of what is never asked', { ...Allow, Effect: 'Deny', Action: 'ssm:SendCommand' }],
    ])('%s', (_what, planted) => {
      const member = proof.deployed.find(({ name }) => name.startsWith('Member of role'))?.document ?? {
        Statement: [],
      };
      const document: PolicyDocument = { ...member, Statement: [...listOf(member.Statement), planted] };
      const changed = proof.replacing(member, document);
      const needed = listOf(document.Statement).map((_, index) => changed.isNeeded(document, index));
      expect(needed).toContain(false);
      expect(listOf(member.Statement).map((_, index) => proof.isNeeded(member, index))).toEqual([true, true, true]);
    });
  });
});
