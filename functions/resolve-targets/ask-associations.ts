import * as z from 'zod';
import type { StateBucket } from '../../aws/state-bucket.ts';
import type { KnownSettings } from '../../core/association.ts';
import { dueAssociations, knownSettings } from '../../core/collection.ts';
import { TargetMemory } from '../../core/memory.ts';
import { type AccountVisit, stateFiles } from '../../core/run.ts';
import { targetKey } from '../../core/target.ts';
import { Reason } from '../../core/verdict.ts';

/** Of a target's memory only what this asks for, so that its nodes are not held. */
const Remembered = z.object({
  ...TargetMemory.pick({ accountId: true, region: true, collection: true }).shape,
  verdict: z.object({ reasons: z.array(Reason) }).nullable(),
});
type Remembered = z.infer<typeof Remembered>;

/** A target that was found uncollected is asked again at once, so that a mended one is seen by the next converge. */
function dueNow({ collection, verdict }: Remembered, now: Date): KnownSettings | undefined {
  const uncollected = verdict?.reasons.includes('InventoryNotCollected') === true;
  return uncollected ? knownSettings(collection) : dueAssociations(collection, now);
}

/** The visits, each with the Regions whose associations were not asked for within a day. A target that nobody remembers is one of them. */
export async function askAssociations(
  visits: readonly AccountVisit[],
  bucket: StateBucket,
  now: Date,
): Promise<AccountVisit[]> {
  const { values } = await bucket.readLines(stateFiles.memory, Remembered);
  const young = new Set<string>();
  const known = new Map<string, KnownSettings>();
  for (const memory of values) {
    const target = targetKey(memory);
    const due = dueNow(memory, now);
    if (due === undefined) young.add(target);
    else known.set(target, due);
  }
  return visits.map((visit) => {
    const due = visit.regions.filter((region) => !young.has(targetKey({ accountId: visit.accountId, region })));
    const associations = due.map((region) => [
      region,
      known.get(targetKey({ accountId: visit.accountId, region })) ?? {},
    ]);
    return due.length === 0 ? visit : { ...visit, associations: Object.fromEntries(associations) };
  });
}
