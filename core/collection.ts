import * as z from 'zod';
import {
  type DesiredAssociation,
  type KnownSettings,
  namedNodes,
  ObservedAssociation,
  settingsFingerprint,
  versionKey,
} from './association.ts';
import { minutesSince } from './moment.ts';

/** What is remembered of a target's associations between two looks at them. */
export const Collection = z.strictObject({
  askedAt: z.iso.datetime(),
  associations: z.array(ObservedAssociation),
});
export type Collection = z.infer<typeof Collection>;

/** An answer is used for a day; an hour less, so that a daily run finds it due. */
const usableMinutes = 23 * 60;

/** What a visit needs to ask about associations, or undefined while the latest answer is young enough. */
export function dueAssociations(collection: Collection | null, now: Date): KnownSettings | undefined {
  if (collection !== null && minutesSince(collection.askedAt, now) < usableMinutes) return undefined;
  return knownSettings(collection);
}

export function knownSettings(collection: Collection | null): KnownSettings {
  const described = (collection?.associations ?? []).flatMap((association) =>
    association.settings === null ? [] : [[versionKey(association), settingsFingerprint(association.settings)]],
  );
  return Object.fromEntries(described);
}

/** Takes in a newer answer; settings that it leaves out are those that were described before. */
export function rememberAssociations(
  before: Collection | null,
  associations: readonly ObservedAssociation[] | null,
  askedAt: string,
): Collection | null {
  const overtaken = before !== null && Date.parse(askedAt) < Date.parse(before.askedAt);
  if (associations === null || overtaken) return before;
  const known = new Map((before?.associations ?? []).map((one) => [versionKey(one), one.settings]));
  return {
    askedAt,
    associations: associations.map((one) => ({
      ...one,
      settings: one.settings ?? known.get(versionKey(one)) ?? null,
    })),
  };
}

type Reach = Pick<ObservedAssociation, 'targets' | 'tagged' | 'counts'>;

function reachesAll({ targets }: Pick<Reach, 'targets'>): boolean {
  return namedNodes(targets) === 'all';
}

/** Null when nobody can tell which nodes an association reaches. */
function reachedNodes({ targets, tagged }: Reach): readonly string[] | null {
  const named = namedNodes(targets);
  return named === null || named === 'all' ? tagged : named;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/**
 * How many of these online nodes no association reaches. One that selects by a resource group reaches as many as its latest run counted; before
 * any run it has the benefit of the doubt.
 */
function unreachedNodes(associations: readonly Reach[], online: readonly string[]): number {
  if (associations.some(reachesAll)) return 0;
  const reached = new Set(associations.flatMap((one) => reachedNodes(one) ?? []));
  const unreached = online.filter((nodeId) => !reached.has(nodeId)).length;
  const unnamed = associations.filter((one) => reachedNodes(one) === null).map(({ counts }) => Object.values(counts));
  if (unnamed.some((counts) => counts.length === 0)) return 0;
  return Math.max(0, unreached - sum(unnamed.flat()));
}

/** Statuses of a run on a node that left no inventory; `Skipped` is none of them: another association with a better claim collects there. */
const failures = ['Failed', 'TimedOut'];

function failedRuns({ counts }: Pick<Reach, 'counts'>): number {
  return sum(failures.map((name) => counts[name] ?? 0));
}

/** How many online nodes an association must have failed for, even if every node that it counted and that is not online failed. */
function failedNodes(association: ObservedAssociation, online: readonly string[]): number {
  const { status, counts } = association;
  const reached = reachesAll(association) ? null : reachedNodes(association);
  const here = reached === null ? online : online.filter((nodeId) => reached.includes(nodeId));
  const counted = sum(Object.values(counts));
  if (counted === 0) return status === 'Failed' ? here.length : 0;
  return Math.max(0, failedRuns(association) - Math.max(0, counted - here.length));
}

/** Whether the nodes that tags select must be looked up: where that tells who is reached, or for whom a run failed. */
export function needsNodes(association: ObservedAssociation, all: readonly ObservedAssociation[]): boolean {
  const byTags = association.targets.every(({ key }) => key === 'tag-key' || key.startsWith('tag:'));
  return byTags && (!all.some(reachesAll) || failedRuns(association) > 0);
}

/** Whether some of these online nodes are not collected from: not reached, or reached and failed. */
export function isUncollected({ associations }: Collection, online: readonly string[]): boolean {
  return unreachedNodes(associations, online) > 0 || associations.some((one) => failedNodes(one, online) > 0);
}

/** `conflict`: ours would fail on nodes that another association selects too, and make that one fail with it. */
export type CollectionStep =
  | { step: 'keep' | 'adopt' | 'create' | 'conflict' }
  | { step: 'replace'; association: ObservedAssociation };

type Look = { associations: readonly ObservedAssociation[]; online: readonly string[]; known: KnownSettings };

/**
 * What to do so that every online node is collected. A node takes one association: Quick Setup's before one that selects nodes, that before one for
 * all nodes; of two that select the same node neither runs (Systems Manager user guide, "Troubleshooting Inventory").
 */
export function planCollection(desired: DesiredAssociation, { associations, online, known }: Look): CollectionStep {
  const ours = associations.find(({ owner }) => owner === 'muster');
  const others = associations.filter((one) => one !== ours);
  if (ours !== undefined && isAsDesired(ours, desired, known)) return { step: 'keep' };
  if (ours === undefined && unreachedNodes(others, online) === 0) return { step: 'adopt' };
  if (others.some((one) => clashes(one, desired))) return { step: 'conflict' };
  return ours === undefined ? { step: 'create' } : { step: 'replace', association: ours };
}

/** Two for all nodes are refused by AWS, two that may select the same node harm each other. */
function clashes(other: ObservedAssociation, desired: DesiredAssociation): boolean {
  if (reachesAll(other) || reachesAll(desired)) return reachesAll(other) && reachesAll(desired);
  const theirs = namedNodes(other.targets);
  const wanted = namedNodes(desired.targets);
  if (!Array.isArray(theirs) || !Array.isArray(wanted)) return true;
  return wanted.some((nodeId) => theirs.includes(nodeId));
}

function isAsDesired(ours: ObservedAssociation, desired: DesiredAssociation, known: KnownSettings): boolean {
  const settings = ours.settings === null ? known[versionKey(ours)] : settingsFingerprint(ours.settings);
  return (
    settings === settingsFingerprint(desired) &&
    ours.schedule === desired.schedule &&
    canonical(ours.targets) === canonical(desired.targets)
  );
}

function canonical(targets: DesiredAssociation['targets']): string {
  const each = targets.map(({ key, values }) => JSON.stringify([key.toLowerCase(), values.toSorted()]));
  return each.sort().join();
}
