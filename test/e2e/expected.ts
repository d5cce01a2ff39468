/** What a world must come to, from the world file and the contract of statuses and reasons alone: a second opinion that knows nothing of `core`. */
import { type AccountRegion, World } from '../../local/world/schema.ts';
import musterConfig from '../../muster.config.ts';
import { expectedContents } from './expected-contents.ts';
import { expectedDelivery, type Nodes } from './expected-delivery.ts';
import { hasForeignSync, isToldOfHub } from './expected-hub.ts';
import { CONVERGES_EVERY, expectedSync } from './expected-syncs.ts';
import type { WorldFile } from './world-runner.ts';

export interface Expectation {
  readonly status: string;
  readonly reasons: readonly string[];
}

/** An account in one Region, with the nodes that the file gives it. */
interface Cell extends Nodes {
  readonly collected: boolean;
  readonly exclusion: string | undefined;
}

const ON_BY_DEFAULT =
  /^(us-(east|west)-[12]|eu-(west-[123]|central-1|north-1)|ap-(south-1|southeast-[12]|northeast-[123])|ca-central-1|sa-east-1)$/;

/** Worst first; a status is that of its worst reason. */
const REASONS: readonly (readonly [status: string, reasons: string])[] = [
  ['Excluded', 'AccountNotActive RegionDisabled ExcludedByConfig'],
  [
    'Blocked',
    'RoleUnassumable DeniedByPolicy SyncQuotaFull OrganizationSyncConflict DestinationRejected ReplaceForbidden',
  ],
  ['Failing', 'SyncMissing SyncFailed NotDelivering DeliveryStopped KeyUnusable BucketPolicyDrifted'],
  ['Degraded', 'NodesMissing NodesStale InventoryNotCollected ForeignSync DataQuarantined DataForged'],
];

/** By `account/region`, as the report's targets sort. */
export function expectedTargets(file: WorldFile): Record<string, Expectation> {
  const world = World.parse(file);
  const cells = cellsOf(world).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return Object.fromEntries(cells.map((cell) => [keyOf(cell), expectationOf(world, cell)]));
}

/** (Healthy + Empty) / (all - Excluded); null when nothing is in scope. */
export function expectedCoverage(targets: Readonly<Record<string, Expectation>>): number | null {
  const statuses = Object.values(targets).map(({ status }) => status);
  const inScope = statuses.filter((status) => status !== 'Excluded');
  const good = inScope.filter((status) => status === 'Healthy' || status === 'Empty');
  return inScope.length === 0 ? null : good.length / inScope.length;
}

function keyOf({ account, region }: Pick<Cell, 'account' | 'region'>): string {
  return `${account}/${region}`;
}

function expectationOf(world: World, cell: Cell): Expectation {
  const reasons = cell.exclusion === undefined ? reasonsOf(world, cell).sort() : [cell.exclusion];
  const worst = REASONS.find(([, known]) => reasons.some((reason) => known.split(' ').includes(reason)));
  return { status: worst?.[0] ?? (cell.online > 0 ? 'Healthy' : 'Empty'), reasons };
}

function reasonsOf(world: World, cell: Cell): string[] {
  const reaches = (atMs: number) => obstacle(world, cell, atMs) === undefined;
  const { created, delivers, refusal } = expectedSync(world, cell, reaches);
  const contents = delivers === undefined ? [] : expectedContents(world, cell, delivers);
  const atEnd = obstacle(world, cell, world.duration);
  if (atEnd !== undefined) return [atEnd, ...contents];
  const standing = created !== undefined || refusal === 'ReplaceForbidden';
  const deleted = isDeleted(world, cell);
  const failed = created !== undefined && strikes(world, 'sync-failed', cell, world.duration);
  const nothing = { missing: cell.online, behind: 0, stopped: false };
  const { missing, behind, stopped } =
    delivers === undefined ? nothing : expectedDelivery(world, cell, { created: delivers, reaches });
  const reasons = Object.entries({
    [refusal ?? '']: refusal !== undefined,
    SyncMissing: !standing || deleted,
    SyncFailed: failed,
    NotDelivering: missing > 0 && missing === cell.online && standing && !failed,
    DeliveryStopped: stopped,
    KeyUnusable: cell.online > 0 && isToldOfHub(world, 'key-disabled'),
    BucketPolicyDrifted: cell.online > 0 && isToldOfHub(world, 'bucket-policy-replaced'),
    NodesMissing: missing > 0,
    NodesStale: behind > 0 && behind < cell.online - missing,
    InventoryNotCollected: cell.online > 0 && !isCollected(world, cell, reaches),
    ForeignSync: hasForeignSync(world, cell, created),
  }).flatMap(([reason, holds]) => (holds ? [reason] : []));
  return [...reasons, ...contents];
}

/** By what the world begins with, or by the association that a converge makes wherever it gets to. */
function isCollected({ config, duration }: World, { collected }: Cell, reaches: (atMs: number) => boolean): boolean {
  if (config['collection'] === 'off' || collected) return true;
  const converges = Array.from(
    { length: Math.floor(duration / CONVERGES_EVERY) + 1 },
    (_, day) => day * CONVERGES_EVERY,
  );
  return config['collection'] === 'ensure' && converges.some(reaches);
}

/** What keeps Muster from seeing a target at a moment. Service control policies never bind the management account. */
function obstacle(world: World, cell: Cell, atMs: number): string | undefined {
  if (strikes(world, 'member-role-missing', cell, atMs)) return 'RoleUnassumable';
  const bound = cell.account !== world.organization.managementAccountId;
  return bound && strikes(world, 'scp-deny', cell, atMs) ? 'DeniedByPolicy' : undefined;
}

/** Whether the sync was deleted since the last converge, and long enough ago that its nodes made somebody look: where none is, nobody does. */
function isDeleted(world: World, cell: Cell): boolean {
  const lastConverge = world.duration - (world.duration % CONVERGES_EVERY);
  const isGone = world.faults.some(
    ({ kind, account, region, at }) =>
      kind === 'sync-deleted' && account === cell.account && region === cell.region && at > lastConverge,
  );
  return isGone && cell.online > 0;
}

function strikes(
  world: World,
  kind: World['faults'][number]['kind'],
  cell: Pick<Cell, 'account' | 'region'>,
  atMs: number,
): boolean {
  return world.faults.some((fault) => {
    if (fault.kind !== kind || !('account' in fault) || fault.account !== cell.account) return false;
    const here = !('region' in fault) || fault.region === undefined || fault.region === cell.region;
    return here && fault.at <= atMs && atMs < (fault.until ?? Number.POSITIVE_INFINITY);
  });
}

function cellsOf(world: World): Cell[] {
  const { regions: scope = musterConfig.regions ?? [] } = world.config;
  const excluded = listOf(world.config['excludeAccounts']);
  return accountsIn(world).flatMap(({ id, state, regions: described }) => {
    const regions: Readonly<Record<string, AccountRegion>> = described;
    const isOn = (region: string) => {
      const here = regions[region];
      return here ? here.optIn !== 'DISABLED' : ON_BY_DEFAULT.test(region);
    };
    return listOf(scope).map((region): Cell => {
      const { nodes = 0, hybrid = 0, churn, association } = regions[region] ?? {};
      const inactive = state === 'ACTIVE' ? undefined : 'AccountNotActive';
      const filtered = excluded.includes(id) ? 'ExcludedByConfig' : undefined;
      const exclusion = inactive ?? filtered ?? (isOn(region) ? undefined : 'RegionDisabled');
      const online = nodes + hybrid;
      return { account: id, region, online, churns: churn !== 'none', collected: association !== 'none', exclusion };
    });
  });
}

/** The accounts of the config's units and of all units below them; the management and the hub account are accounts too. */
function accountsIn({ organization, accounts, config }: World) {
  const implied = [organization.managementAccountId, organization.hubAccountId]
    .filter((id, index, all) => all.indexOf(id) === index && !accounts.some((account) => account.id === id))
    .map((id) => ({ id, unit: undefined, state: 'ACTIVE', regions: {} }) as const);
  const all: readonly Pick<World['accounts'][number], 'id' | 'unit' | 'state' | 'regions'>[] = [
    ...implied,
    ...accounts,
  ];
  const wanted = listOf(config['organizationalUnits']);
  const isBelow = (unit: string | undefined): boolean => {
    if (unit === undefined) return false;
    return wanted.includes(unit) || isBelow(organization.units.find(({ id }) => id === unit)?.parent);
  };
  return wanted.length === 0 ? all : all.filter(({ unit }) => isBelow(unit));
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** What each fault may and must make AWS refuse, as patterns over `principal action resource why`. */
export function expectedDenials(file: WorldFile): RegExp[] {
  const { faults, organization } = World.parse(file);
  const hub = `arn:aws:iam::${organization.hubAccountId}`;
  return faults.flatMap((fault) => {
    if (fault.kind === 'bucket-policy-replaced')
      return [
        /^ssm\.amazonaws\.com s3:(GetBucketAcl|PutObject) \S+ because no resource-based policy allows the s3:\w+ action$/,
      ];
    if (!('account' in fault)) return [];
    const role = `arn:aws:iam::${fault.account}:role/MusterMember`;
    switch (fault.kind) {
      case 'member-role-missing':
        return [new RegExp(`^${hub}:role/MusterConvergeAccounts sts:AssumeRole ${role} `)];
      case 'scp-deny':
        if (fault.account === organization.managementAccountId) return [];
        return [new RegExp(`^${role} ssm:\\w+ .* with an explicit deny in a service control policy$`)];
      case 'sync-wrong-destination':
        return [
          new RegExp(
            `^ssm\\.amazonaws\\.com s3:PutObject \\S+/earlier-inventory/\\S+/accountid=${fault.account}/region=${fault.region}/\\S+ because no resource-based policy allows`,
          ),
        ];
      case 'delivery-denied':
      case 'probe-denied':
        return [
          new RegExp(
            `^ssm\\.amazonaws\\.com s3:PutObject \\S+/accountid=${fault.account}/\\S+ with an explicit deny in a resource control policy$`,
          ),
        ];
      default:
        return [];
    }
  });
}
