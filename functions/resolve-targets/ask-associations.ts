import * as z from 'zod';
import type { StateBucket } from '../../aws/state-bucket.ts';
import type { KnownSettings } from '../../core/association.ts';
import { dueAssociations, knownSettings } from '../../core/collection.ts';
import { TargetMemory } from '../../core/memory.ts';
import { type AccountVisit, stateFiles } from '../../core/run.ts';
import { targetKey } from '../../core/target.ts';
import { Reason } from '../../core/verdict.ts';

/** Of a target's memory only what this asks for, and of that only the answer: neither its nodes nor its associations are held. */
function remembered(now: Date) {
  const part = z.object({
    ...TargetMemory.pick({ accountId: true, region: true, collection: true }).shape,
    verdict: z.object({ reasons: z.array(Reason) }).nullable(),
  });
  return part.transform((memory) => ({ target: targetKey(memory), known: dueNow(memory, now) }));
}

type Answer = { collection: TargetMemory['collection']; verdict: { reasons: Reason[] } | null };

/** A target that was found uncollected is asked again at once, so that a mended one is seen by the next converge. */
function dueNow({ collection, verdict }: Answer, now: Date): KnownSettings | undefined {
  const uncollected = verdict?.reasons.includes('InventoryNotCollected') === true;
  return uncollected ? knownSettings(collection) : dueAssociations(collection, now);
}

/** The visits, each with the Regions whose associations were not asked for within a day. A target that nobody remembers is one of them, one that leaves is not. */
export async function askAssociations(
  visits: readonly AccountVisit[],
  bucket: StateBucket,
  now: Date,
): Promise<AccountVisit[]> {
  const { values } = await bucket.readLines(stateFiles.memory, remembered(now));
  const knownOf = new Map(values.map(({ target, known }) => [target, known]));
  return visits.map((visit) => {
    const { accountId, regions, leaving = {} } = visit;
    const staying = regions.filter((region) => !(region in leaving));
    const due = staying.flatMap((region) => {
      const target = targetKey({ accountId, region });
      const known = knownOf.has(target) ? knownOf.get(target) : {};
      return known === undefined ? [] : [[region, known]];
    });
    return due.length === 0 ? visit : { ...visit, associations: Object.fromEntries(due) };
  });
}
