/** The targets of a world as its file gives them, without a look at what Muster makes of them. */
import type { AccountRegion, World } from '../../local/world/schema.ts';
import musterConfig from '../../muster.config.ts';
import { listOf } from './settings.ts';

/** An account in one Region, with the nodes that the file gives it. */
export interface Cell {
  readonly account: string;
  readonly region: string;
  /** Nodes that are online, on EC2 and elsewhere. */
  readonly online: number;
  readonly churns: boolean;
  readonly association: AccountRegion['association'];
  readonly exclusion: string | undefined;
}

/** Regions that every account has on (Account Management guide, "Enable or disable AWS Regions"). */
const ON_BY_DEFAULT =
  /^(us-(east|west)-[12]|eu-(west-[123]|central-1|north-1)|ap-(south-1|southeast-[12]|northeast-[123])|ca-central-1|sa-east-1)$/;

export function keyOf({ account, region }: Pick<Cell, 'account' | 'region'>): string {
  return `${account}/${region}`;
}

/** Sorted as a report's targets. */
export function cellsOf(world: World): Cell[] {
  const scope = listOf(world.config['regions'] ?? musterConfig.regions);
  const excluded = listOf(world.config['excludeAccounts']);
  const cells = accountsIn(world).flatMap((account) => {
    const { id, state } = account;
    const filtered = excluded.includes(id) ? 'ExcludedByConfig' : undefined;
    const exclusion = state === 'ACTIVE' ? filtered : 'AccountNotActive';
    const regions: Readonly<Record<string, AccountRegion>> = account.regions;
    return scope.map((region) => cellOf({ account: id, region, exclusion }, regions[region]));
  });
  return cells.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** `described` is absent for a Region that the file does not mention: as a new account has it, without nodes. */
function cellOf(place: Pick<Cell, 'account' | 'region' | 'exclusion'>, described: AccountRegion | undefined): Cell {
  const isOn = described ? described.optIn !== 'DISABLED' : ON_BY_DEFAULT.test(place.region);
  const { nodes, hybrid, churn, association } = described ?? {
    nodes: 0,
    hybrid: 0,
    churn: 'steady',
    association: 'all',
  };
  const exclusion = place.exclusion ?? (isOn ? undefined : 'RegionDisabled');
  return { ...place, exclusion, online: nodes + hybrid, churns: churn !== 'none', association };
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
