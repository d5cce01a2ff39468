/** The one schema of muster.config.ts. `docs/config.md` is generated from the descriptions here. */
import { z } from 'zod';
import { AccountId, Region } from '../core/target.ts';
import { CollectionOutput, CollectionParameters, CollectionSchedule, CollectionTargets } from './collection.ts';

const share = z.number().min(0).max(1);
const minutes = z.int().min(1);

/** `rate(...)` or `cron(...)` as EventBridge reads them (EventBridge user guide, schedule expressions). A rate of 1 takes the singular unit. */
const Schedule = z
  .string()
  .regex(
    /^(rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\(\S+( \S+){5}\))$/,
    'neither rate(...) nor cron(...) as EventBridge reads them, such as "rate(1 hour)" or "rate(12 hours)"',
  );

const Schedules = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether the schedules run; switch them off for the first deployment.'),
  converge: Schedule.default('rate(1 day)').describe('When every target is visited.'),
  assess: Schedule.default('rate(1 hour)').describe('When delivery is judged again.'),
  curate: Schedule.default('rate(1 day)').describe('When the inventory is copied to Parquet. Has no effect yet.'),
});

const ExplorerSync = z.strictObject({
  name: z.string().min(1).max(64),
  sourceType: z.string(),
  organizationSourceType: z.string().optional(),
  organizationalUnits: z.array(z.string()).optional(),
  sourceRegions: z.array(Region),
  includeFutureRegions: z.boolean().optional(),
  enableAllOpsDataSources: z.boolean().optional(),
});

const organizationKeys = {
  hubRegion: Region.prefault('us-east-1').describe('Region of the hub: the stacks, the bucket and the tables.'),
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, 'not the id of an organization, such as o-a1b2c3d4e5')
    .describe('Id of the organization; bucket and role trust nobody else.'),
  organizationRootId: z
    .string()
    .regex(/^r-[a-z0-9]{4,32}$/, 'not the id of a root, such as r-ab12')
    .nullable()
    .default(null)
    .describe(
      'Id of the root, for the StackSet of the whole organization; null: asked for when MusterMember is deployed.',
    ),
  stackSetCallAs: z
    .enum(['DELEGATED_ADMIN', 'SELF'])
    .default('DELEGATED_ADMIN')
    .describe('SELF when the hub is the management account.'),
  organizationalUnits: z
    .array(z.string().regex(/^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/, 'not the id of an organizational unit'))
    .default([])
    .describe('Units in scope, with all units below them; empty: the whole organization.'),
  excludeAccounts: z.array(AccountId).default([]).describe('Accounts that are never visited.'),
  regions: z
    .union([z.array(Region).min(1), z.literal('all-enabled')], 'neither a list of Regions nor "all-enabled"')
    .prefault(['us-east-1'])
    .describe('Regions in scope, or "all-enabled": every Region that is enabled for the account.'),
  eventRegions: z
    .array(Region)
    .default([])
    .describe(
      "Where member events are forwarded from besides the organization's event Region; empty: all of `regions`.",
    ),
};

const destinationKeys = {
  bucketName: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'not a bucket name: 3 to 63 lower-case letters, digits and hyphens')
    .nullable()
    .default(null)
    .describe('Name of the inventory bucket; null: CloudFormation makes one.'),
  existingBucket: z
    .string()
    .nullable()
    .default(null)
    .describe('A bucket of yours to deliver to instead. Not supported yet.'),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9!_.'()-]+(\/[A-Za-z0-9!_.'()-]+)*$/, 'a key prefix without a slash at its start or end')
    .default('inventory')
    .describe('Key prefix of the inventory in its bucket.'),
  kmsKeyArn: z.string().nullable().default(null).describe('A key of yours instead of our own. Not supported yet.'),
  regionalPrincipals: z
    .array(Region)
    .default([])
    .describe('Regions whose `ssm.<region>` principal may deliver besides `ssm.amazonaws.com`.'),
  literalAccountPath: z
    .boolean()
    .default(false)
    .describe(
      "Whether a sync may write any account's path, should AWS not replace `aws:SourceAccount` in the bucket policy.",
    ),
  kmsCarriesSourceOrgId: z
    .boolean()
    .default(false)
    .describe('Whether the key policy asks for the organization too; only if S3 names it when it calls KMS for SSM.'),
  sharing: z
    .enum(['organization', 'accounts'])
    .default('organization')
    .describe('Who may deliver: the organization, or the listed accounts (not supported yet).'),
  accounts: z.array(AccountId).default([]).describe('The accounts of sharing "accounts". Not supported yet.'),
  allowedDestinations: z
    .array(z.string().min(3))
    .default([])
    .describe("Buckets besides ours that a target's syncs may write to; any other is a `ForeignSync`."),
};

const roleName = z.string().regex(/^[\w+=,.@-]{1,64}$/, 'not the name of a role');

const accessKeys = {
  memberRoleName: roleName.default('MusterMember').describe('Name of the role that Muster assumes in every account.'),
  permissionsBoundary: z
    .string()
    .regex(/^[\w+=,.@-]{1,128}$/, 'the name of a managed policy, not its ARN')
    .nullable()
    .default(null)
    .describe('Name of a managed policy that bounds every role; it must exist in every account.'),
};

const judgementKeys = {
  freshnessMinutes: minutes.default(120).describe('How long an object proves that its node delivers.'),
  graceMinutes: minutes.default(60).describe('How long a new sync or node may take before it is missed.'),
  schedules: Schedules.prefault({}),
  adopt: z.boolean().default(true).describe('Whether a sync of another name to our destination counts as ours.'),
  replace: z
    .enum(['safe', 'never'])
    .default('safe')
    .describe('Whether a sync of ours that points elsewhere is deleted and made anew.'),
  remove: z
    .boolean()
    .default(false)
    .describe('Whether syncs that Muster made are removed where the config no longer wants them.'),
  changes: z
    .strictObject({
      maxShare: share
        .default(0.02)
        .describe('Largest share of the targets that an unplanned run replaces or removes; one at least.'),
      stopAfterFailures: z.int().min(1).default(5).describe('Failed changes after which a run changes nothing more.'),
    })
    .prefault({}),
  collection: z
    .enum(['off', 'adopt', 'ensure'])
    .default('adopt')
    .describe(
      'Whether associations of AWS-GatherSoftwareInventory are looked at; "ensure" makes one where online nodes have none.',
    ),
  collectionSchedule: CollectionSchedule.default('rate(12 hours)').describe(
    'When the association of "ensure" collects, at least 30 minutes apart.',
  ),
  collectionTargets: CollectionTargets.default('all').describe(
    'Nodes of the association of "ensure": "all", a tag such as "tag:Stage=prod", or node ids with commas between them.',
  ),
  collectionParameters: CollectionParameters,
  collectionOutput: CollectionOutput.nullable()
    .default(null)
    .describe(
      'Where the runs of the association of "ensure" write their output: `bucketName`, `prefix`, `region`; null: nowhere.',
    ),
  canary: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe(
          'Whether a heartbeat is put on a node of a target where nothing is delivered, to see whether it arrives.',
        ),
      everyMinutes: minutes.default(1440).describe('Least time between two heartbeats of a target.'),
    })
    .prefault({}),
  contentSampleShare: share
    .default(0.01)
    .describe(
      'Share of the objects not yet looked into whose content each pass checks: of a few all (1,000), never more than 10,000; 0 for none.',
    ),
  remediation: z
    .strictObject({
      targets: z.enum(['off', 'propose', 'apply']).default('apply').describe('Repairs in targets. Has no effect yet.'),
      hub: z
        .enum(['off', 'propose', 'apply'])
        .default('propose')
        .describe('Repairs of bucket and key policy; "apply" is not supported yet.'),
      maxPerTargetPerDay: z.int().min(1).default(3).describe('Repairs after which a target is left alone for the day.'),
    })
    .prefault({}),
  objectives: z
    .strictObject({
      coverage: share.default(0.99).describe('Share of healthy targets below which an alarm is raised.'),
      freshness: share.default(0.95).describe('Share of fresh nodes. Has no effect yet.'),
    })
    .prefault({}),
};

const operationKeys = {
  notifications: z
    .strictObject({ emails: z.array(z.email()).default([]).describe('Addresses that alarms are sent to.') })
    .prefault({}),
  accountsPerBatch: z.int().min(1).max(100).default(10).describe('Accounts that one worker visits.'),
  maxConcurrency: z.int().min(1).max(1000).default(100).describe('Workers at the same time.'),
  noncurrentDays: z.int().min(1).default(7).describe('Days after which an overwritten inventory object is gone.'),
  runDays: z.int().min(1).default(90).describe("Days after which a run's files, and plans, are gone."),
  dropPartitionsOfLeftAccounts: z
    .boolean()
    .default(false)
    .describe(
      'Whether the tables forget accounts that left the organization or its units in scope; their objects stay in the bucket.',
    ),
  census: z
    .enum(['list', 's3-inventory'])
    .default('list')
    .describe('How the bucket is counted; "s3-inventory" is not supported yet.'),
  explorer: z.array(ExplorerSync).default([]).describe('Syncs for Systems Manager Explorer. Not supported yet.'),
  quickSight: z.record(z.string(), z.unknown()).nullable().default(null).describe('A dashboard. Not supported yet.'),
};

export const Config = z.strictObject({
  ...organizationKeys,
  ...destinationKeys,
  ...accessKeys,
  ...judgementKeys,
  ...operationKeys,
});
export type Config = z.output<typeof Config>;
type ConfigInput = z.input<typeof Config>;

/** Types a config file; it is parsed when the stacks are synthesized. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/** Message: one line per offence, each starting with the path of its field. */
export class InvalidConfig extends Error {
  override readonly name = 'InvalidConfig';
}

function fieldPath(path: PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => text + (typeof key === 'number' ? `[${key}]` : `.${String(key)}`),
    'config',
  );
}

function offences(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return [`${fieldPath(issue.path)}: ${issue.message}`];
  return issue.keys.map((key) => `${fieldPath([...issue.path, key])}: there is no such key`);
}

/** @throws {InvalidConfig} */
export function parseConfig(value: unknown): Config {
  const parsed = Config.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidConfig(parsed.error.issues.flatMap(offences).join('\n'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merge(base: Record<string, unknown>, overrides: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(overrides)) {
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? merge(below, value) : value;
  }
  return merged;
}

/**
 * The config with some of its keys replaced, as a world file does: objects key by key, lists as a whole. The result is checked as one, so an
 * override meets the same schema.
 * @throws {InvalidConfig}
 */
export function parseConfigWith(base: ConfigInput, overrides: unknown): Config {
  if (!isObject(overrides)) throw new InvalidConfig('config: the overrides are not an object');
  return parseConfig(merge(base, overrides));
}
