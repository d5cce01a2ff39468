import type { Evidence } from './evidence.ts';
import { isDeliverable } from './hub.ts';
import type { ChangeOrder } from './run.ts';
import { type TargetKey, targetKey } from './target.ts';

/**
 * The replacements and removals that an unplanned run may still make: of those it has just decided on as many as its share of the targets in scope,
 * one at least. A hub that denies the target's deliveries would deny its new sync too: it keeps the one it has. What failed last waits longest, so that no target keeps the others from their turn.
 */
export function handOutOrders(
  evidence: readonly Evidence[],
  { runId, maxShare }: { runId: string; maxShare: number },
): Map<TargetKey, ChangeOrder> {
  const inScope = evidence.filter(({ memory }) => memory.exclusion === null).length;
  const budget = Math.max(1, Math.floor(inScope * maxShare));
  const proposals = evidence.flatMap(({ memory, hub }) => {
    const { proposal, changeFailedAt } = memory;
    if (proposal?.runId !== runId) return [];
    if (proposal.order.decision === 'replace' && isDeliverable(hub) === 'no') return [];
    return [{ key: targetKey(memory), order: proposal.order, turn: `${changeFailedAt ?? ''} ${targetKey(memory)}` }];
  });
  const inTurn = proposals.sort((a, b) => (a.turn < b.turn ? -1 : 1)).slice(0, budget);
  return new Map(inTurn.map(({ key, order }) => [key, order]));
}
