/** The world file: an organization, its nodes and what goes wrong, checked as a whole before anything runs. */
import { z } from 'zod';
import { AccountId, Region } from '../../core/target.ts';
import { CustomTypes } from './custom-types.ts';
import { DurationMs } from './duration.ts';
import { Fault, isByResourceControl } from './faults/kinds.ts';

const count = z.int().min(0);

/** `nodes` run on EC2, `windows` of them on Windows; `hybrid` adds `mi-` nodes; stopped and terminated ones have old objects only. */
const AccountRegion = z
  .strictObject({
    nodes: count.default(0),
    hybrid: count.default(0),
    stopped: count.default(0),
    terminated: count.default(0),
    windows: count.default(0),
    association: z.enum(['all', 'none', 'foreign']).default('all'),
    churn: z.enum(['steady', 'none']).default('steady'),
    custom: CustomTypes.optional(),
    optIn: z.enum(['ENABLED', 'DISABLED']).optional(),
  })
  .refine(({ windows, nodes }) => windows <= nodes, { path: ['windows'], message: 'more Windows nodes than nodes' });

export type AccountRegion = z.infer<typeof AccountRegion>;

const Account = z.strictObject({
  id: AccountId,
  name: z.string().min(1).optional(),
  unit: z.string().optional(),
  state: z.enum(['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED']).default('ACTIVE'),
  regions: z.record(Region, AccountRegion).default({}),
});

const Organization = z.strictObject({
  id: z.string().regex(/^o-[a-z0-9]{10,32}$/),
  rootId: z
    .string()
    .regex(/^r-[0-9a-z]{4,32}$/)
    .default('r-root'),
  managementAccountId: AccountId,
  hubAccountId: AccountId,
  hubRegion: Region,
  units: z
    .array(
      z.strictObject({
        id: z.string().regex(/^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/),
        name: z.string().min(1),
        parent: z.string().optional(),
      }),
    )
    .default([]),
});

/** One switch for each thing that AWS's documentation leaves open; both positions are tested. */
export const Unknowns = z.strictObject({
  /** Whether CreateResourceDataSync writes a test object and fails if it cannot. */
  createProbes: z.boolean().default(true),
  /** Whether a report without changes moves the CaptureTime that SSM holds. */
  hashOnlyPutMovesCaptureTime: z.boolean().default(false),
  /** Whether S3's call to KMS on behalf of Systems Manager carries `aws:SourceOrgID`. */
  kmsCarriesSourceOrgId: z.boolean().default(false),
  /** Whether ListResourceDataSync shows `DestinationDataSharing`. */
  listShowsSharing: z.boolean().default(false),
  /** Whether a delivered object ends with a line feed. */
  trailingNewline: z.boolean().default(false),
  /** What Create answers when another sync already holds the account's one Organization slot in the Region. */
  organizationConflictCode: z
    .enum(['ResourceDataSyncCountExceededException', 'ResourceDataSyncInvalidConfigurationException'])
    .default('ResourceDataSyncCountExceededException'),
  /** Whether both types of sync count against one limit of five. */
  sharedLimit: z.boolean().default(true),
  /** Whether Systems Manager writes as `ssm.<region>.amazonaws.com` in Regions that came online since ap-east-1. */
  regionalPrincipals: z.boolean().default(false),
});

export type Unknowns = z.infer<typeof Unknowns>;

export const World = z
  .strictObject({
    version: z.literal(1),
    seed: z.int().min(0).default(1),
    start: z.iso.datetime().default('2026-11-02T06:00:00Z'),
    duration: DurationMs.default(6 * 3_600_000),
    organization: Organization,
    /** Overrides of muster.config.ts; the synthesis checks them by the config's own schema. */
    config: z.record(z.string(), z.unknown()).default({}),
    unknowns: Unknowns.prefault({}),
    accounts: z.array(Account).default([]),
    faults: z.array(Fault).default([]),
  })
  .superRefine(checkReferences);

export type World = z.infer<typeof World>;

interface Unchecked {
  readonly organization: z.infer<typeof Organization>;
  readonly accounts: readonly z.infer<typeof Account>[];
  readonly faults: readonly Fault[];
}

function checkReferences({ organization, accounts, faults }: Unchecked, context: z.RefinementCtx): void {
  const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const units = new Set(organization.units.map(({ id }) => id));
  const known = new Set<string>([organization.managementAccountId, organization.hubAccountId]);
  const listed = new Set<string>();
  accounts.forEach(({ id, unit }, index) => {
    if (listed.has(id)) refuse(['accounts', index, 'id'], `account ${id} is listed twice`);
    if (unit !== undefined && !units.has(unit)) refuse(['accounts', index, 'unit'], `there is no unit ${unit}`);
    listed.add(id);
    known.add(id);
  });
  organization.units.forEach(({ parent }, index) => {
    if (parent !== undefined && !units.has(parent))
      refuse(['organization', 'units', index, 'parent'], `there is no unit ${parent}`);
  });
  faults.forEach((fault, index) => {
    if (fault.account !== undefined && !known.has(fault.account))
      refuse(['faults', index, 'account'], `there is no account ${fault.account}`);
    if (fault.nodes !== undefined && fault.nodes > onlineNodes(accounts, fault))
      refuse(['faults', index, 'nodes'], 'more nodes than are online there');
    if (isByResourceControl(fault) && organization.hubAccountId === organization.managementAccountId)
      refuse(
        ['faults', index, 'kind'],
        'a resource control policy never binds the management account, which is the hub here',
      );
    if (fault.until !== undefined && fault.until <= fault.at)
      refuse(['faults', index, 'until'], 'a fault must end after it begins');
  });
}

function onlineNodes(accounts: Unchecked['accounts'], { account, region }: Fault): number {
  const regions: Readonly<Record<string, AccountRegion>> = accounts.find(({ id }) => id === account)?.regions ?? {};
  const { nodes = 0, hybrid = 0 } = regions[region ?? ''] ?? {};
  return nodes + hybrid;
}

/** `path.to[0].field: what is wrong`, a line for each thing that is wrong. */
export function describeIssues(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => {
    const field = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
    return `${field.replace(/^\./, '') || '(top level)'}: ${message}`;
  });
}
