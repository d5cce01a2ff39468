import type { InventoryBucket } from '../../aws/inventory-bucket.ts';
import type { MalformedLine, StateBucket } from '../../aws/state-bucket.ts';
import { learn } from '../../core/comparison.ts';
import { addObject, type Deliveries, heartbeatOf, noDeliveries } from '../../core/delivery.ts';
import type { Deliverer } from '../../core/delivery-permission.ts';
import type { Evidence, JudgeSettings } from '../../core/evidence.ts';
import { countInspected, type Destinations } from '../../core/foreign-syncs.ts';
import { isSealed } from '../../core/hub.ts';
import { atDestination, enterScope, TargetMemory } from '../../core/memory.ts';
import { Observation } from '../../core/observation.ts';
import { refusedTargets } from '../../core/plan.ts';
import { quarantineByTarget } from '../../core/quarantine.ts';
import { AccountVisit, runFiles, ScopedTarget, stateFiles } from '../../core/run.ts';
import { Target, type TargetKey, targetKey } from '../../core/target.ts';
import type { Log } from '../runtime/log.ts';
import { type CheckedContents, startContentCheck } from './check-contents.ts';
import { readFingerprints } from './read-fingerprints.ts';
import type { SeenHub } from './see-hub.ts';

export type Pass = { runId: string; pass: 1 | 2; scope: boolean };
export type Sources = {
  state: StateBucket;
  inventory: InventoryBucket;
  prefix: string;
  hub: SeenHub;
  buckets: Pick<Destinations, 'ownBucket' | 'allowedBuckets'>;
  log: Log;
};

export type Gathered = {
  evidence: Evidence[];
  /** What the visits of this run saw. */
  seen: Observation[];
  refused: TargetKey[];
  deliveries: Deliveries;
  /** Targets of this run that a visit was sent to, and those that one came back from with everything it asked for. */
  asked: number;
  observed: number;
  /** The version of the memory that all this rests on. */
  memoryEtag: string | null;
  malformed: MalformedLine[];
  contents: CheckedContents;
};

/** One LIST tells both who delivered and what there is to look into. */
async function takeCensus(
  { sealed, ...sources }: Sources & { sealed: boolean },
  settings: { now: Date; contentSampleShare: number },
) {
  const deliveries = noDeliveries(sources.prefix);
  const check = await startContentCheck(sources, settings);
  for await (const object of sources.inventory.census()) {
    if (addObject(deliveries, object)) check.add(object);
  }
  return { deliveries, contents: await check.finish(sealed) };
}

async function askedTargets({ runId, pass, scope }: Pass, state: StateBucket): Promise<Set<TargetKey>> {
  const { accounts, revisit } = runFiles(runId);
  const asked = new Set<TargetKey>();
  for (const key of [...(scope ? [accounts] : []), ...(pass === 2 ? [revisit] : [])]) {
    const { values } = await state.readLines(key, AccountVisit);
    for (const { accountId, regions } of values) {
      for (const region of regions) asked.add(targetKey({ accountId, region }));
    }
  }
  return asked;
}

/** The targets that this run resolved, and those that a plan speaks of although they left; none where it resolved nothing. */
async function scopeOf({ runId, scope }: Pass, state: StateBucket, malformed: MalformedLine[]) {
  if (!scope) return { scoped: [], left: [] };
  const files = runFiles(runId);
  const scoped = await state.readLines(files.scope, ScopedTarget);
  const left = await state.readLines(files.refused, Target);
  malformed.push(...scoped.malformed, ...left.malformed);
  return { scoped: scoped.values, left: left.values };
}

async function observationsOf(runId: string, state: StateBucket, malformed: MalformedLine[]) {
  const observations = new Map<TargetKey, Observation[]>();
  for await (const lines of state.readFolder(runFiles(runId).observations, Observation)) {
    malformed.push(...lines.malformed);
    for (const seen of lines.values) {
      observations.set(targetKey(seen), [...(observations.get(targetKey(seen)) ?? []), seen]);
    }
  }
  return observations;
}

/** Where no sync counts as ours yet, one of our names stands for it. */
function delivererOf({ accountId, region, syncName }: TargetMemory): Deliverer {
  return { accountId, region, syncName: syncName ?? 'muster-00000000' };
}

/** Reads everything that this run and earlier ones know, and joins it per target. Writes nothing. */
export async function gatherEvidence(
  pass: Pass,
  sources: Sources,
  { now, contentSampleShare, ...settings }: JudgeSettings & { now: Date; contentSampleShare: number },
): Promise<Gathered> {
  const { state } = sources;
  const { runId } = pass;
  const remembered = await state.readLines(stateFiles.memory, TargetMemory);
  const malformed = [...remembered.malformed];
  const { scoped, left } = await scopeOf(pass, state, malformed);

  const observations = await observationsOf(runId, state, malformed);
  // Each read would only fail, and be tried again where calls fail at random too, until the client's retries are spent.
  const sealed = isSealed(sources.hub.look);
  const { deliveries, contents } = await takeCensus({ ...sources, sealed }, { now, contentSampleShare });
  const quarantines = quarantineByTarget(contents.quarantine);
  malformed.push(...contents.books.quarantine.malformed, ...contents.books.contents.malformed);
  const seen = [...observations.values()].flat();
  const fingerprints = await readFingerprints(sealed ? [] : seen, sources);
  const asked = await askedTargets(pass, state);

  const memories = new Map(remembered.values.map((memory) => [targetKey(memory), memory]));
  const targets = pass.scope
    ? scoped.map((target) => enterScope(target, memories.get(targetKey(target)), now))
    : remembered.values;
  const learned = targets.map((known) => {
    const target = atDestination(known, sources.inventory.location);
    const key = targetKey(target);
    const delivery = deliveries.targets.get(key);
    const heartbeatMs = heartbeatOf(deliveries, key);
    const bucket = { delivery, quarantine: quarantines.get(key) ?? [], now };
    const news = { observations: observations.get(key) ?? [], heartbeatMs, ...bucket, ...settings };
    return learn(target, { ...news, deliveredFingerprint: fingerprints(target) });
  });
  const destinations = { ...sources.buckets, inspected: countInspected(learned) };
  const evidence = learned.map((memory): Evidence => {
    const key = targetKey(memory);
    const hub = sources.hub.factsOf(delivererOf(memory));
    const bucket = { delivery: deliveries.targets.get(key), quarantine: quarantines.get(key) ?? [] };
    return { memory, ...bucket, hub, destinations, settings, now, runId, asked: asked.has(key) };
  });
  const observed = new Set(seen.filter(({ failure }) => failure === null).map(targetKey)).size;
  const counts = { asked: asked.size, observed, refused: refusedTargets(left, seen) };
  return { evidence, seen, deliveries, ...counts, memoryEtag: remembered.etag, malformed, contents };
}
