/** The fleet of every world of the proof: twelve accounts in six Regions, of which the hub's comes first and the last must be switched on. */
import type { Draw } from '../../local/cloud/draw.ts';
import type { WorldFile } from './in-world.ts';

export const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2', 'eu-south-1'];
export const OPT_IN = 'eu-south-1';
export const MANAGEMENT = '100000000001';
const HUB = '100000000002';
const MEMBERS = Array.from({ length: 10 }, (_, index) => String(100_000_000_010 + index));

export const organization: WorldFile['organization'] = {
  id: 'o-a1b2c3d4e5',
  rootId: 'r-ab12',
  managementAccountId: MANAGEMENT,
  hubAccountId: HUB,
  hubRegion: 'us-east-1',
};

type Account = NonNullable<WorldFile['accounts']>[number];
type Nodes = NonNullable<Account['regions']>[string];

/** Half of the targets have nodes, a quarter of those never change by themselves; one account in ten is not active. */
export function drawFleet(draw: Draw): Account[] {
  return [MANAGEMENT, HUB, ...MEMBERS].map((id) => {
    const isMember = MEMBERS.includes(id);
    const state = isMember && draw.fraction('state', id) < 0.1 ? 'SUSPENDED' : 'ACTIVE';
    const regions = REGIONS.flatMap((region) => {
      const nodes = drawNodes(draw, id, region);
      return nodes ? [[region, nodes]] : [];
    });
    return { id, name: `account-${Number(id) % 100}`, state, regions: Object.fromEntries(regions) };
  });
}

/** Undefined where the file says nothing of a Region: it is as a new account has it. */
function drawNodes(draw: Draw, account: string, region: string): Nodes | undefined {
  const chance = (what: string, share: number) => draw.fraction(what, account, region) < share;
  const one = (what: string, share: number) => (chance(what, share) ? 1 : 0);
  if (region === OPT_IN && chance('off', 0.6)) return chance('untold', 0.5) ? undefined : { optIn: 'DISABLED' };
  const gone = { stopped: one('stopped', 0.2), terminated: one('terminated', 0.1) };
  const place = region === OPT_IN ? { optIn: 'ENABLED' as const, ...gone } : gone;
  if (chance('empty', 0.5)) return place;
  const collected = chance('inspected', 0.1) ? 'foreign' : 'all';
  return {
    ...place,
    nodes: draw.between(1, 4, 'nodes', account, region),
    windows: one('windows', 0.3),
    hybrid: one('hybrid', 0.2),
    association: chance('uncollected', 0.1) ? 'none' : collected,
    churn: chance('idle', 0.25) ? 'none' : 'steady',
  };
}
