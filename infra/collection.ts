/** Which association of AWS-GatherSoftwareInventory the config asks for (Systems Manager user guide, "Configuring inventory collection"). */
import { z } from 'zod';
import type { collectionLists, collectionSwitches, DesiredAssociation } from '../core/association.ts';

const Switch = z.enum(['Enabled', 'Disabled'], 'neither "Enabled" nor "Disabled"').default('Enabled');

const FileSearch = z.strictObject({
  Path: z.string().min(1),
  Pattern: z.array(z.string().min(1)).min(1).optional(),
  Recursive: z.boolean().optional(),
  DirScanLimit: z.int().min(1).optional(),
});

const RegistrySearch = z.strictObject({
  Path: z.string().min(1),
  Recursive: z.boolean().optional(),
  ScanLimit: z.int().min(1).optional(),
  ValueNames: z.array(z.string().min(1)).min(1).optional(),
});

/** A JSON list as text, and kept as text; empty for none. */
function listAsText(search: z.ZodType, example: string) {
  const isList = (text: string) => {
    try {
      return z.array(search).min(1).safeParse(JSON.parse(text)).success;
    } catch {
      return false;
    }
  };
  return z
    .string()
    .refine((text) => text === '' || isList(text), `not a JSON list as text, such as ${example}`)
    .default('');
}

/** The parameters of the document, with its defaults. */
export const CollectionParameters = z
  .strictObject({
    applications: Switch.describe('Whether applications are collected.'),
    awsComponents: Switch.describe('Whether components of AWS, such as the agent, are collected.'),
    customInventory: Switch.describe('Whether custom inventory is collected.'),
    instanceDetailedInformation: Switch.describe('Whether processors and kernels are collected.'),
    networkConfig: Switch.describe('Whether network interfaces are collected.'),
    services: Switch.describe('Whether services of Windows are collected.'),
    windowsRoles: Switch.describe('Whether roles of Windows are collected.'),
    windowsUpdates: Switch.describe('Whether updates of Windows are collected.'),
    files: listAsText(FileSearch, '[{"Path":"/usr/bin","Pattern":["*ssh*"],"Recursive":false}]').describe(
      'Files to collect, a JSON list as text; empty: none.',
    ),
    windowsRegistry: listAsText(
      RegistrySearch,
      '[{"Path":"HKEY_LOCAL_MACHINE\\\\SOFTWARE","Recursive":true}]',
    ).describe('Keys of the Windows registry to collect, a JSON list as text; empty: none.'),
  } satisfies Record<(typeof collectionSwitches | typeof collectionLists)[number], z.ZodType>)
  .prefault({});

const nodeId = '(i-[0-9a-f]{8}|m?i-[0-9a-f]{17})';

/** `all`, `tag:Key=Value`, or up to 50 node ids with commas between them. */
export const CollectionTargets = z
  .string()
  .regex(
    new RegExp(`^(all|tag:[^=]{1,128}=.{0,256}|${nodeId}(,${nodeId}){0,49})$`),
    'neither "all" nor a tag such as "tag:Stage=prod" nor up to 50 node ids with commas between them',
  );

/** A rate in minutes; infinity for anything longer. */
function rateMinutes(expression: string): number {
  const [, minutes = 'Infinity'] = /^rate\((\d+) minutes?\)$/.exec(expression) ?? [];
  return Number(minutes);
}

/** State Manager's cron may begin with seconds; the minutes are a number or a step from one (Systems Manager user guide, "Cron and rate expressions"). */
const cron = /^cron\((\d+ )?(\d{1,2}|(\*|\d{1,2})\/(3\d|4\d|5\d))( \S+){5}\)$/;
const rate = /^rate\((1 (hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$/;

export const CollectionSchedule = z
  .string()
  .refine(
    (expression) => cron.test(expression) || (rate.test(expression) && rateMinutes(expression) >= 30),
    'neither rate(...) nor cron(...) at least 30 minutes apart: Systems Manager collects no more often',
  );

export const CollectionOutput = z.strictObject({
  bucketName: z.string().min(3).max(63),
  prefix: z.string().min(1).max(500).nullable().default(null),
  region: z.string().min(3).max(20).nullable().default(null),
});

interface CollectionConfig {
  readonly collection: 'off' | 'adopt' | 'ensure';
  readonly collectionSchedule: string;
  readonly collectionTargets: string;
  readonly collectionParameters: z.output<typeof CollectionParameters>;
  readonly collectionOutput: z.output<typeof CollectionOutput> | null;
}

/** What the worker is told: `off`, `adopt`, or the association to make sure of as JSON. */
export function collectionOrder(config: CollectionConfig): string {
  return config.collection === 'ensure' ? JSON.stringify(desiredAssociation(config)) : config.collection;
}

function desiredAssociation(config: CollectionConfig): DesiredAssociation {
  const { collectionTargets, collectionSchedule, collectionParameters, collectionOutput } = config;
  const given = Object.entries(collectionParameters).filter(([, value]) => value !== '');
  return {
    targets: [targetsOf(collectionTargets)],
    schedule: collectionSchedule,
    parameters: Object.fromEntries(given.map(([name, value]) => [name, [value]])),
    output: collectionOutput,
  };
}

function targetsOf(targets: string): DesiredAssociation['targets'][number] {
  if (targets === 'all') return { key: 'InstanceIds', values: ['*'] };
  if (!targets.startsWith('tag:')) return { key: 'InstanceIds', values: targets.split(',') };
  const end = targets.indexOf('=');
  return { key: targets.slice(0, end), values: [targets.slice(end + 1)] };
}
