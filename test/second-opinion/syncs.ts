/** What becomes of a target's syncs: converges make, adopt and replace ours, others take its place. */
import type { World } from '../../local/world/schema.ts';
import { obstacleAt } from './access.ts';
import { type Cell, cellsOf } from './cells.ts';
import { faultsOn, lasts, type Period, strikes, TooCloseToCall } from './faults.ts';
import { hubOutages } from './hub.ts';
import { convergesOf, TWO_LOOKS } from './looks.ts';
import { HOUR, MINUTE, settingsOf } from './settings.ts';

/** How our sync stands at the end. */
export interface SyncHistory {
  /** It may stand and point elsewhere. */
  readonly stands: boolean;
  /** When Muster last made it, by a create or a replacement. */
  readonly madeAt: number | undefined;
  readonly refusal: Refusal | undefined;
  /** A Create was refused because S3 refused the test, and none has succeeded since. */
  readonly rejected: boolean;
  /** While a sync carries the target's inventory to our destination. */
  readonly routes: readonly Period[];
}

type Refusal = 'SyncQuotaFull' | 'OrganizationSyncConflict' | 'ReplaceForbidden';

/** Between an act of somebody and a converge; nearer than that, their order is not worth arguing about. */
const APART = 10 * MINUTE;
/** Nodes that churn miss a sync of theirs by then. */
const UNHEEDED = 6 * HOUR + 5 * MINUTE;
/** Kinds that leave no room for our sync, each if it comes first: AWS refuses them the room that ours has taken. */
const RIVALS = ['sync-quota-full', 'organization-sync-elsewhere', 'organization-sync-same-destination'];
const FOREVER = Number.POSITIVE_INFINITY;

type Place = { world: World; cell: Cell };
type Ours = { since: number; pointsElsewhere: boolean };
type Story = {
  ours: Ours | undefined;
  madeAt: number | undefined;
  refusal: Refusal | undefined;
  rejected: boolean;
  routes: Period[];
};

export function syncHistory(world: World, cell: Cell): SyncHistory {
  const place = { world, cell };
  const acts = faultsOn(world, cell, 'sync-deleted', 'sync-wrong-destination');
  const converges = convergesOf(world);
  if (acts.some(({ at }) => at > 0 && converges.some((ms) => Math.abs(ms - at) < APART)))
    throw new TooCloseToCall('somebody touches our sync while Muster converges');
  const story: Story = { ours: undefined, madeAt: undefined, refusal: undefined, rejected: false, routes: [] };
  const moments = [
    ...acts.map(({ at, kind }) => ({ at, happens: () => interfere(story, at, kind) })),
    ...converges.map((at) => ({ at, happens: () => converge(place, story, at) })),
  ].filter(({ at }) => at <= world.duration);
  // Sorting keeps the order of one instant: what somebody did at the start comes before the first converge.
  for (const { happens } of moments.sort((a, b) => a.at - b.at)) happens();
  endRoute(story, FOREVER);
  requireClear(place, story);
  return { ...story, stands: story.ours !== undefined };
}

function interfere(story: Story, at: number, kind: string): void {
  endRoute(story, at);
  story.ours = kind === 'sync-deleted' ? undefined : { since: at, pointsElsewhere: true };
}

function endRoute({ ours, routes }: Story, until: number): void {
  if (ours && !ours.pointsElsewhere) routes.push({ at: ours.since, until });
}

function converge(place: Place, story: Story, ms: number): void {
  const { world, cell } = place;
  if (obstacleAt(world, cell, ms) !== undefined) return;
  const { replaces } = settingsOf(world);
  story.refusal = undefined;
  if (story.ours?.pointsElsewhere) {
    if (!replaces) story.refusal = 'ReplaceForbidden';
    else replace(place, story, ms);
  } else if (story.ours === undefined) create(place, story, ms);
}

function replace(place: Place, story: Story, ms: number): void {
  const { world } = place;
  const inScope = cellsOf(world).filter(({ exclusion }) => exclusion === undefined);
  const wrong = inScope.filter((cell) => strikes(world, 'sync-wrong-destination', { cell, ms }));
  if (wrong.length > Math.max(1, Math.floor(settingsOf(world).maxShare * inScope.length)))
    throw new TooCloseToCall('which of too many syncs are replaced first');
  if (isRefused(place, ms) || hubOutages(world, place.cell).some((outage) => lasts(outage, ms)))
    throw new TooCloseToCall('a replacement is refused, or held back');
  story.ours = { since: ms, pointsElsewhere: false };
  story.madeAt = ms;
}

function create(place: Place, story: Story, ms: number): void {
  const { world, cell } = place;
  const now = (kind: string) => faultsOn(world, cell, kind).filter((fault) => lasts(fault, ms));
  const [twin] = now('organization-sync-same-destination');
  const [rival = settingsOf(world).adopts ? undefined : twin] = now('organization-sync-elsewhere');
  if (twin && rival !== twin) {
    story.ours = { since: twin.at, pointsElsewhere: false };
  } else if (now('sync-quota-full').length > 0) story.refusal = 'SyncQuotaFull';
  else if (rival) {
    if (isRefused(place, ms)) throw new TooCloseToCall('a Create is refused for two causes');
    story.refusal = 'OrganizationSyncConflict';
    if (rival === twin && !story.routes.includes(twin)) story.routes.push(twin);
  } else if (isRefused(place, ms)) story.rejected = true;
  else {
    story.ours = { since: ms, pointsElsewhere: false };
    story.madeAt = ms;
    story.rejected = false;
  }
}

/** Whether Create tests the bucket and S3 refuses. The one fault says that it tests and the other that it does not, whatever is usual. */
function isRefused({ world, cell }: Place, ms: number): boolean {
  if (strikes(world, 'probe-denied', { cell, ms })) return true;
  if (strikes(world, 'delivery-denied', { cell, ms })) return false;
  return world.unknowns.createProbes && hubOutages(world, cell).some((outage) => lasts(outage, ms));
}

/** Whether the grace of a sync ends about when the world does, or so shortly before that nothing can have been seen twice since. */
function isNear(world: World, madeAt: number): boolean {
  const sinceGrace = world.duration - madeAt - settingsOf(world).graceMs;
  return sinceGrace > -APART && sinceGrace < TWO_LOOKS;
}

/** What stands when somebody's sync has gone again, or was made while ours was missing, is not told by the contract. */
function requireClear({ world, cell }: Place, { ours, madeAt, refusal }: Story): void {
  const on = (...kinds: string[]) => faultsOn(world, cell, ...kinds);
  const own = on('sync-deleted', 'sync-wrong-destination');
  const rivals = on(...RIVALS);
  const isOver = ({ until }: Period) => until <= world.duration;
  const lastConverge = Math.max(...convergesOf(world));
  const unheeded = own.filter(({ at }) => at > lastConverge);
  const waitsForReplacement = ours?.pointsElsewhere === true && refusal === undefined;
  const doubts: [boolean, string][] = [
    [waitsForReplacement && (unheeded.length === 0 || !settingsOf(world).replaces), 'nothing has replaced our sync'],
    [madeAt !== undefined && madeAt > 0 && isNear(world, madeAt), 'its grace ends as the world does'],
    [unheeded.length > 0 && (cell.online === 0 || !cell.churns), 'who does not miss it seldom looks at it'],
    [unheeded.some(({ at }) => world.duration - at < UNHEEDED), 'somebody has only just touched our sync'],
    [own.length + rivals.length > 1, 'two acts on the same syncs'],
    [on('foreign-sync').length > 0 && on('sync-quota-full').length > 0, 'a sixth sync'],
    [rivals.some(({ at }) => at > 0 && (madeAt === undefined || madeAt > at)), 'it came before ours'],
    [own.some(isOver) || on('organization-sync-same-destination').some(isOver), 'our sync is taken away again'],
    [rivals.some(isOver) && refusal !== undefined, 'what a Create was refused for is over and nobody has tried again'],
    [on('sync-deleted').some(({ at }) => at === 0), 'there is no sync to delete yet'],
  ];
  const doubt = doubts.find(([holds]) => holds);
  if (doubt) throw new TooCloseToCall(doubt[1]);
}
