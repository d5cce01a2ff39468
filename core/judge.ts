import { type Evidence, type Facts, readFacts } from './evidence.ts';
import { previousVerdict } from './memory.ts';
import { firstStatus, reasonTable } from './reasons.ts';
import { isWorse, type Reason, type Status, type Verdict } from './verdict.ts';

type Finding = Pick<Verdict, 'status' | 'reasons' | 'suspected'>;

/** What the rows say by themselves. `toConfirm` are the reasons to name as suspected when the status rests on them and they are new. */
export interface Appearance {
  readonly status: Status;
  readonly reasons: Reason[];
  readonly toConfirm: Reason[];
}

export function readAppearance(facts: Facts): Appearance {
  const holding = reasonTable.filter((row) => row.holds(facts));
  const status = holding.map((row) => row.status).reduce((worst, next) => (isWorse(next, worst) ? next : worst));
  const standing = holding.filter((row) => row.status === status || facts.memory.exclusion === null);
  const decisive = standing.filter((row) => row.status === status && row.twoLooks === true);
  return { status, reasons: reasonsOf(standing), toConfirm: reasonsOf(decisive) };
}

function reasonsOf(rows: typeof reasonTable): Reason[] {
  return rows.flatMap(({ reason }) => reason ?? []).sort();
}

/** The one judge. Better is believed at once; worse only on a fresh observation, and Failing only at a second look. */
export function judgeTarget(evidence: Evidence): Verdict {
  const facts = readFacts(evidence);
  const { syncName, decision, observedAt, lastDeliveredAt } = evidence.memory;
  return {
    ...weigh(facts, evidence.runId),
    syncName,
    decision,
    nodes: observedAt === null ? null : facts.nodes,
    nodeIds: facts.nodeIds,
    lastDeliveredAt,
  };
}

function weigh(facts: Facts, runId: string): Finding {
  const { status, reasons, toConfirm } = readAppearance(facts);
  const { memory, stale } = facts;
  const earlier: Finding = previousVerdict(memory, runId) ?? { status: firstStatus, reasons: [], suspected: [] };
  const held = { status: earlier.status, reasons: earlier.reasons };
  if (!isWorse(status, earlier.status)) return { status, reasons, suspected: [] };
  if (stale) return { ...held, suspected: earlier.suspected };
  if (toConfirm.length > 0 && earlier.suspected.length === 0) return { ...held, suspected: toConfirm };
  return { status, reasons, suspected: [] };
}
