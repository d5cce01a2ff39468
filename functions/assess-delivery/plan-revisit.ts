import type { KnownSettings } from '../../core/association.ts';
import { dueAssociations } from '../../core/collection.ts';
import type { Evidence } from '../../core/evidence.ts';
import { type Look, needsLook } from '../../core/look.ts';
import type { AccountVisit, ChangeOrder, SuspiciousNode } from '../../core/run.ts';
import { type TargetKey, targetKey } from '../../core/target.ts';

/** A line of a batch, and with it the input of a worker, may hold 256 KiB: one target's nodes are spread over several visits before that. */
const nodesPerVisit = 200;
const bytesPerVisit = 90_000;

/** A visit that is done for an order alone. */
const noLook: Look = { waitSeconds: 0, compare: [], heartbeat: undefined };

type Visit = AccountVisit & {
  compare: Record<string, SuspiciousNode[]>;
  heartbeat: Record<string, string>;
  orders: Record<string, ChangeOrder>;
  associations: Record<string, KnownSettings>;
};
type Piece = {
  accountId: AccountVisit['accountId'];
  region: AccountVisit['regions'][number];
  compare: SuspiciousNode[];
  heartbeat?: string | undefined;
  order?: ChangeOrder | undefined;
  associations?: KnownSettings | undefined;
};
type Revisit = { one: Evidence; look: Look; order: ChangeOrder | undefined };

/** All but the comparison goes with the first of a target's pieces. */
function pieces({ one, look: { compare, heartbeat }, order }: Revisit): Piece[] {
  const { accountId, region, collection } = one.memory;
  const count = Math.max(1, Math.ceil(compare.length / nodesPerVisit));
  return Array.from({ length: count }, (_, index) => {
    const start = index * nodesPerVisit;
    const part = compare.slice(start, start + nodesPerVisit);
    const once = index === 0 ? { heartbeat, order, associations: dueAssociations(collection, one.now) } : {};
    return { accountId, region, compare: part, ...once };
  });
}

function add(visit: Visit, { region, compare, heartbeat, order, associations }: Piece): void {
  visit.regions.push(region);
  if (compare.length > 0) visit.compare[region] = compare;
  if (heartbeat !== undefined) visit.heartbeat[region] = heartbeat;
  if (order !== undefined) visit.orders[region] = order;
  if (associations !== undefined) visit.associations[region] = associations;
}

/** Everything that must be seen once more before it is judged, and every target with an order; an account's Regions together. */
export function planRevisit(
  evidence: readonly Evidence[],
  orders: ReadonlyMap<TargetKey, ChangeOrder>,
): { visits: AccountVisit[]; waitSeconds: number } {
  const revisits = evidence.flatMap((one): Revisit[] => {
    const look = needsLook(one);
    const order = orders.get(targetKey(one.memory));
    return look === undefined && order === undefined ? [] : [{ one, look: look ?? noLook, order }];
  });
  const waitSeconds = revisits.reduce((longest, { look }) => Math.max(longest, look.waitSeconds), 0);
  return { visits: pack(revisits.flatMap(pieces)), waitSeconds };
}

function pack(all: readonly Piece[]): AccountVisit[] {
  const visits: Visit[] = [];
  let bytes = 0;
  for (const piece of all) {
    const { accountId, region, compare, order } = piece;
    const size = JSON.stringify({ compare, order }).length;
    let visit = visits.at(-1);
    if (visit?.accountId !== accountId || visit.regions.includes(region) || bytes + size > bytesPerVisit) {
      visit = { accountId, regions: [], compare: {}, heartbeat: {}, orders: {}, associations: {} };
      visits.push(visit);
      bytes = 0;
    }
    add(visit, piece);
    bytes += size;
  }
  return visits;
}
