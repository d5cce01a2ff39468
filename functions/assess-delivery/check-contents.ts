import type { InventoryBucket } from '../../aws/inventory-bucket.ts';
import { jsonLines, type Lines, type StateBucket } from '../../aws/state-bucket.ts';
import {
  addCandidate,
  ContentLedger,
  drawSample,
  noContents,
  settledMs,
  startSample,
} from '../../core/content-sample.ts';
import type { ListedObject } from '../../core/delivery.ts';
import { parseInventoryKey } from '../../core/inventory-key.ts';
import {
  conclude,
  countByReason,
  QuarantinedObject,
  reviewObject,
  roomLeft,
  startReview,
} from '../../core/quarantine.ts';
import { stateFiles } from '../../core/run.ts';
import { mapBounded } from '../runtime/bounded.ts';
import { lookInto } from './look-into.ts';

const objectsAtOnce = 32;

/** What passes found out, at the versions of its files that all this rests on. */
interface Books {
  readonly quarantine: Lines<QuarantinedObject>;
  readonly contents: Lines<ContentLedger>;
}

export interface CheckedContents {
  readonly books: Books;
  readonly quarantine: QuarantinedObject[];
  readonly contents: ContentLedger;
  /** `unread`: versions that nobody could read just now. */
  readonly effort: { candidates: number; objects: number; reads: number; bytes: number; unread: number };
}

interface ContentCheck {
  /** Takes in one object of the listing. */
  readonly add: (object: ListedObject) => void;
  /** Once all are in: looks into those that are due, where they are not sealed. Writes nothing. */
  readonly finish: (sealed: boolean) => Promise<CheckedContents>;
}

type Sources = { state: StateBucket; inventory: InventoryBucket; prefix: string };
type Settings = { now: Date; contentSampleShare: number };

export async function startContentCheck(
  { state, inventory, prefix }: Sources,
  { now, contentSampleShare: share }: Settings,
): Promise<ContentCheck> {
  const [quarantine, contents] = await Promise.all([
    state.readLines(stateFiles.quarantine, QuarantinedObject),
    state.readLines(stateFiles.contents, ContentLedger),
  ]);
  const [ledger = noContents] = contents.values;
  const review = startReview(quarantine.values);
  const sample = startSample(ledger, now);

  const finish = async (sealed: boolean) => {
    const { chosen, candidates, read } = drawSample(sample, ledger, { share, room: roomLeft(review) });
    const due = [...review.toRead, ...chosen].flatMap((object) => {
      const inventoryKey = parseInventoryKey(prefix, object.key);
      return inventoryKey === undefined ? [] : { object, inventoryKey, retry: false };
    });
    const looks = await mapBounded(sealed ? [] : due, objectsAtOnce, (one) => lookInto(inventory, one));
    const unread = looks.filter(({ outcome }) => outcome === 'unreadable').length;
    const findings = looks.flatMap(({ outcome }) => (typeof outcome === 'string' ? [] : outcome));
    const after = conclude(review, findings, now);
    const [reads, bytes] = [sumOf(looks, 'reads'), sumOf(looks, 'bytes')];
    return {
      books: { quarantine, contents },
      quarantine: after,
      // Where nothing can be read nothing must count as read. One object that nobody can read must not hold up all others.
      contents: {
        ...(sealed || (unread > 0 && unread === due.length) ? ledger : read),
        quarantined: countByReason(after),
      },
      effort: { candidates, objects: due.length, reads, bytes, unread },
    };
  };
  const add = (object: ListedObject) => {
    if (!reviewObject(review, object, settledMs(now))) addCandidate(sample, object);
  };
  return { add, finish };
}

function sumOf<Name extends string>(facts: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return facts.reduce((sum, fact) => sum + fact[name], 0);
}

/**
 * Writes what changed: the quarantine first, since a version that counts as read is not read again. Like the memory each file goes only over the
 * version that was read, so that of two runs at once the slower one is told `Conflict` and looks again.
 */
export async function saveContents(
  { books, quarantine, contents }: CheckedContents,
  state: StateBucket,
): Promise<void> {
  await replaceChanged(state, stateFiles.quarantine, { before: books.quarantine, after: quarantine });
  await replaceChanged(state, stateFiles.contents, { before: books.contents, after: [contents] });
}

async function replaceChanged<Value>(
  state: StateBucket,
  key: string,
  { before, after }: { before: Lines<Value>; after: readonly Value[] },
): Promise<void> {
  const text = jsonLines(after);
  if (before.etag === null || text !== jsonLines(before.values)) await state.replace(key, text, before.etag);
}
