/**
 * Which objects to look into, so that no version is read twice and none is forgotten while there is room. Objects are taken window by window of
 * their LastModified, the newest window first, and within one in the order of their fingerprints: where a pass stopped says of every object
 * whether it was read, without a list of them. What a pass holds is bounded whatever the fleet: twice `mostObjects` entries of some 550 bytes, 11 MB.
 */
import * as z from 'zod';
import { ContentReason } from './content-check.ts';
import type { ListedObject } from './delivery.ts';
import { fingerprint64 } from './fingerprint.ts';

const Moment = z.iso.datetime();

/** A stretch of time that was read in part. */
const ReadWindow = z.strictObject({
  /** Objects later than this belong to it; null: from the beginning. */
  after: Moment.nullable(),
  through: Moment,
  /** The fingerprint of the last object that was read, empty before any. */
  readTo: z.string(),
});
type ReadWindow = z.infer<typeof ReadWindow>;

/** What was looked into and what it came to. */
export const ContentLedger = z.strictObject({
  schemaVersion: z.literal(1),
  /** Whatever is not later was read or stands in `backlog`; null before the first pass. */
  readThrough: Moment.nullable(),
  /** The newest first. */
  backlog: z.array(ReadWindow),
  /** Objects in quarantine by reason. */
  quarantined: z.partialRecord(ContentReason, z.int().positive()),
});
export type ContentLedger = z.infer<typeof ContentLedger>;

export const noContents: ContentLedger = { schemaVersion: 1, readThrough: null, backlog: [], quarantined: {} };

/** A fleet of a hundred nodes has about as many objects: it is read whole. */
const fewestObjects = 1_000;
/** At 32 at once and 20 ms each six seconds. */
const mostObjects = 10_000;
/** A day of hourly passes; what is still unread then waits until it changes. */
const mostWindows = 24;
/** What is as new as this may still be overwritten at the same second, or by S3's clock be older than by ours: it waits for the next pass. */
const settlingMs = 60_000;

interface Candidate {
  readonly object: ListedObject;
  readonly window: number;
  readonly print: string;
}

interface Sample {
  /** How far the windows reach. */
  readonly through: string;
  readonly windows: readonly (ReadWindow & { afterMs: number; throughMs: number; candidates: number })[];
  best: Candidate[];
  /** Whatever comes after it will not be chosen: of millions of objects only a few ten thousand are ever sorted. */
  last: Candidate | undefined;
}

/** The latest LastModified that a pass looks at. */
export function settledMs(now: Date): number {
  return now.getTime() - settlingMs;
}

export function startSample({ readThrough, backlog }: ContentLedger, now: Date): Sample {
  const settled = new Date(settledMs(now)).toISOString();
  const isNew = readThrough === null || readThrough < settled;
  const windows = [...(isNew ? [{ after: readThrough, through: settled, readTo: '' }] : []), ...backlog];
  const timed = windows.map((window) => ({
    ...window,
    afterMs: window.after === null ? Number.NEGATIVE_INFINITY : Date.parse(window.after),
    throughMs: Date.parse(window.through),
    candidates: 0,
  }));
  return { through: isNew ? settled : readThrough, windows: timed, best: [], last: undefined };
}

/** Takes an object in, in place, if it was not read yet. */
export function addCandidate(sample: Sample, object: ListedObject): void {
  const window = sample.windows.findIndex(({ afterMs }) => object.lastModifiedMs > afterMs);
  const found = sample.windows[window];
  if (found === undefined || object.lastModifiedMs > found.throughMs) return;
  const print = fingerprint64(`${object.key} ${object.lastModifiedMs}`);
  if (print <= found.readTo) return;
  found.candidates += 1;
  const candidate = { object, window, print };
  if (sample.last !== undefined && compare(candidate, sample.last) > 0) return;
  sample.best.push(candidate);
  if (sample.best.length < 2 * mostObjects) return;
  sample.best = firstOf(sample.best, mostObjects);
  sample.last = sample.best.at(-1);
}

function firstOf(candidates: readonly Candidate[], count: number): Candidate[] {
  return candidates.toSorted(compare).slice(0, count);
}

function compare(a: Candidate, b: Candidate): number {
  return a.window - b.window || (a.print < b.print ? -1 : 1);
}

/** How much of the candidates may be read: their share, but all of a few, none for a share of 0, and never more than `room`. */
export interface SampleLimits {
  readonly share: number;
  readonly room: number;
}

/** What to read now, and the ledger for when it has been read. */
export function drawSample(
  { through, windows, best }: Sample,
  ledger: ContentLedger,
  { share, room }: SampleLimits,
): { chosen: ListedObject[]; candidates: number; read: ContentLedger } {
  const candidates = windows.reduce((sum, window) => sum + window.candidates, 0);
  const wanted = share === 0 ? 0 : Math.max(Math.ceil(share * candidates), fewestObjects);
  const taken = firstOf(best, Math.min(wanted, mostObjects, room));
  const backlog = windows.flatMap(({ after, through: end, readTo, candidates: all }, index) => {
    const ofWindow = taken.filter(({ window }) => window === index);
    if (ofWindow.length === all) return [];
    return [{ after, through: end, readTo: ofWindow.at(-1)?.print ?? readTo }];
  });
  return {
    chosen: taken.map(({ object }) => object),
    candidates,
    read: { ...ledger, readThrough: through, backlog: backlog.slice(0, mostWindows) },
  };
}
