import { Draw } from '../cloud/draw.ts';
import { World } from './schema.ts';

/** Regions in the order a generated world takes them: enabled by default, one of each continent early. */
const REGIONS = [
  ...['us-east-1', 'eu-west-1', 'us-west-2', 'ap-southeast-2', 'eu-central-1', 'us-east-2', 'ap-northeast-1'],
  ...['ca-central-1', 'sa-east-1', 'eu-west-2', 'ap-south-1', 'us-west-1', 'ap-southeast-1', 'eu-west-3', 'eu-north-1'],
  ...['ap-northeast-2', 'ap-northeast-3'],
];

const MANAGEMENT = '100000000001';
const HUB = '100000000002';

export const MOST_REGIONS = REGIONS.length;

/** How large a generated world is: `nodes` is the sum over all targets. */
export interface WorldSize {
  readonly accounts: number;
  readonly regions: number;
  readonly nodes: number;
}

/** A fleet without faults: most nodes in few accounts, as fleets are. `accounts` (at least two) counts the management and the hub account. */
export function generateWorld({ accounts, regions, nodes }: WorldSize, seed: number): World {
  const draw = new Draw(seed);
  const scope = REGIONS.slice(0, regions);
  const members = Array.from({ length: accounts - 2 }, (_, index) => String(100_000_000_010 + index));
  const ids = [MANAGEMENT, HUB, ...members];
  const weights = ids.flatMap((id) => scope.map((region) => draw.fraction('weight', id, region) ** 3));
  const parts = shareOut(nodes, weights);
  return World.parse({
    version: 1,
    seed,
    organization: {
      id: 'o-a1b2c3d4e5',
      managementAccountId: MANAGEMENT,
      hubAccountId: HUB,
      hubRegion: scope[0],
    },
    config: { regions: scope },
    accounts: ids.map((id, row) => {
      const own = scope.map((region, column) => ({ region, count: parts[row * scope.length + column] ?? 0 }));
      const regions = own.filter(({ count }) => count > 0);
      return {
        id,
        name: `account-${id.slice(-6)}`,
        regions: Object.fromEntries(
          regions.map(({ region, count }) => [region, { nodes: count, windows: Math.floor(count / 4) }]),
        ),
      };
    }),
  });
}

/** Splits a whole number by weights so that the parts add up to it exactly (largest remainder). */
function shareOut(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map(Math.floor);
  const rest = total - parts.reduce((all, part) => all + part, 0);
  const byRemainder = exact.map((share, index) => ({ index, remainder: share % 1 }));
  byRemainder.sort((a, b) => b.remainder - a.remainder);
  for (const { index } of byRemainder.slice(0, rest)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}
