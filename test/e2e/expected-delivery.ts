/** What a world's file says of the nodes of a target and their deliveries: which never came, which are behind, and whether a canary would tell. */
import type { World } from '../../local/world/schema.ts';
import { hubKinds } from './expected-hub.ts';
import { CONVERGES_EVERY } from './expected-syncs.ts';

/** A target's online nodes, as the file gives them. */
export interface Nodes {
  readonly account: string;
  readonly region: string;
  readonly online: number;
  readonly churns: boolean;
}

export interface ExpectedDelivery {
  /** Online nodes that never delivered, and those of the others that are behind. */
  readonly missing: number;
  readonly behind: number;
  readonly stopped: boolean;
}

export interface Period {
  readonly at: number;
  readonly until: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const BASELINE = 5 * MINUTE;
/** By when each node that churns has delivered something. */
const NEWS = 2 * HOUR + BASELINE;
const NEVER: Period = { at: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/** Of a target: when its sync was made, and whether a visit gets through to it at a moment. */
interface Visits {
  readonly created: number;
  readonly reaches: (atMs: number) => boolean;
}

export function expectedDelivery(world: World, nodes: Nodes, visits: Visits): ExpectedDelivery {
  const life = { created: visits.created, end: world.duration };
  const states = Array.from({ length: nodes.online }, (_, index) =>
    stateOf(nodes, withheld(world, nodes, index), life),
  );
  const count = (wanted: string) => states.filter((state) => state === wanted).length;
  const [missing, behind] = [count('never'), count('behind')];
  if (missing === nodes.online) return { missing, behind, stopped: false };
  const isLost = !nodes.churns && isCanaryLost(world, nodes, { ...visits, sender: states.indexOf('delivers') });
  return { missing, behind, stopped: isLost || behind === nodes.online - missing };
}

/**
 * The baseline comes within five minutes, a node that churns has news within two hours, is behind two hours after its first lost news, and two
 * hourly looks later that is a verdict.
 */
function stateOf(
  { account, region, churns }: Nodes,
  { at, until }: Period,
  { created, end }: { created: number; end: number },
): 'delivers' | 'never' | 'behind' {
  const tooSoon = (what: string) => new Error(`${account}/${region}: too soon after its deliveries ${what} to call`);
  if (until <= created || at > end) return 'delivers';
  if (at > created && at < created + BASELINE) throw tooSoon('began');
  const isOver = end >= until;
  if (isOver && churns && end - until < NEWS) throw tooSoon('were withheld');
  if (isOver && churns) return 'delivers';
  if (at <= created) return 'never';
  if (!churns || end - at <= 2 * HOUR) return 'delivers';
  if (end - at < 6 * HOUR) throw tooSoon('stopped');
  return 'behind';
}

/**
 * Of a fleet where nothing changes: three hours after the baseline every object is older than two hours, so a canary is sent by the next hourly
 * visit that gets through, and again each day. One that did not come in two hours is looked at twice, in that hour and in the next or at the end.
 */
function isCanaryLost(world: World, nodes: Nodes, { created, reaches, sender }: Visits & { sender: number }): boolean {
  const { at, until } = withheld(world, nodes, sender);
  const isAmidst = (edge: number, sent: number) => edge > sent && edge < sent + BASELINE;
  let firstLost = Number.POSITIVE_INFINITY;
  for (let sent = created + 3 * HOUR; sent <= world.duration; sent += 24 * HOUR) {
    while (!reaches(sent) && sent <= world.duration) sent += HOUR;
    if (isAmidst(at, sent) || isAmidst(until, sent)) throw new Error(`${nodes.account}: withheld amidst a canary`);
    const isLost = at <= sent && sent < until;
    firstLost = isLost ? Math.min(firstLost, sent) : Number.POSITIVE_INFINITY;
  }
  return world.duration > firstLost + 2 * HOUR;
}

/** When the deliveries of a target's online node are withheld; nodes are counted by their ids. */
export function withheld({ faults }: World, { account, region, online }: Nodes, index: number): Period {
  const ofAll: readonly string[] = hubKinds;
  const inAccount = faults.filter((fault) => fault.account === account || ofAll.includes(fault.kind));
  const found = inAccount.filter(({ kind, region: where, nodes = 0, at }) => {
    if (/^(delivery|probe)-denied$/.test(kind) || ofAll.includes(kind)) return true;
    const strikes = { 'delivery-stopped': true, 'node-silent': index < nodes, 'nodes-stale': index >= online - nodes };
    if (isOfSync(kind)) return where === region && at > 0;
    return where === region && Object.entries(strikes).some(([known, struck]) => known === kind && struck);
  });
  if (found.length > 1) throw new Error(`${account}/${region}: the second opinion knows one cause for a node only`);
  const [{ at, until = NEVER.until, kind }] = [...found, { ...NEVER, kind: '' }];
  return { at, until: isOfSync(kind) ? CONVERGES_EVERY * Math.ceil(at / CONVERGES_EVERY) : until };
}

/** Somebody takes the sync away or changes it: nothing comes until the next converge has made it anew. */
function isOfSync(kind: string): boolean {
  return kind === 'sync-deleted' || kind === 'sync-wrong-destination';
}
