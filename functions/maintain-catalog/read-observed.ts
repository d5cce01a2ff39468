import type { StateBucket } from '../../aws/state-bucket.ts';
import { ObservedPartitions } from '../../core/newest-objects.ts';
import { type Census, emptyCensus, parseCensus } from '../../core/partition-census.ts';
import { stateFiles } from '../../core/run.ts';

/** What the latest LIST saw. */
export interface Observed extends Pick<ObservedPartitions, 'newest'> {
  readonly census: Census;
  /** Every type that has objects, sorted. */
  readonly types: readonly string[];
}

export async function readObserved(state: StateBucket): Promise<Observed> {
  const file = await state.readJson(stateFiles.partitions, ObservedPartitions);
  if (file === undefined) return { census: emptyCensus, types: [], newest: {} };
  return { census: parseCensus(file), types: [...new Set(file.typeSets.flat())].sort(), newest: file.newest };
}
