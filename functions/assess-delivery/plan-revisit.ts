import type { Evidence } from '../../core/evidence.ts';
import { type Look, needsLook } from '../../core/look.ts';
import type { AccountVisit, SuspiciousNode } from '../../core/run.ts';

/** A line of a batch, and with it the input of a worker, may hold 256 KiB: one target's nodes are spread over several visits before that. */
const nodesPerVisit = 200;
const bytesPerVisit = 90_000;

type Visit = AccountVisit & { compare: Record<string, SuspiciousNode[]>; heartbeat: Record<string, string> };
type Piece = {
  accountId: AccountVisit['accountId'];
  region: AccountVisit['regions'][number];
  compare: SuspiciousNode[];
  heartbeat: string | undefined;
};

function pieces({ memory: { accountId, region } }: Evidence, { compare, heartbeat }: Look): Piece[] {
  const count = Math.max(1, Math.ceil(compare.length / nodesPerVisit));
  return Array.from({ length: count }, (_, index) => {
    const start = index * nodesPerVisit;
    const part = compare.slice(start, start + nodesPerVisit);
    return { accountId, region, compare: part, heartbeat: index === 0 ? heartbeat : undefined };
  });
}

function add(visit: Visit, { region, compare, heartbeat }: Piece): void {
  visit.regions.push(region);
  if (compare.length > 0) visit.compare[region] = compare;
  if (heartbeat !== undefined) visit.heartbeat[region] = heartbeat;
}

/** Everything that must be seen once more before it is judged, an account's Regions together. */
export function planRevisit(evidence: readonly Evidence[]): { visits: AccountVisit[]; waitSeconds: number } {
  const visits: Visit[] = [];
  let waitSeconds = 0;
  let bytes = 0;
  for (const one of evidence) {
    const look = needsLook(one);
    if (look === undefined) continue;
    waitSeconds = Math.max(waitSeconds, look.waitSeconds);
    for (const piece of pieces(one, look)) {
      const { accountId, region } = piece;
      const size = JSON.stringify(piece.compare).length;
      let visit = visits.at(-1);
      if (visit?.accountId !== accountId || visit.regions.includes(region) || bytes + size > bytesPerVisit) {
        visit = { accountId, regions: [], compare: {}, heartbeat: {} };
        visits.push(visit);
        bytes = 0;
      }
      add(visit, piece);
      bytes += size;
    }
  }
  return { visits, waitSeconds };
}
