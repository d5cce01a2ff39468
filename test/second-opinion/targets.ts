/** What a world must come to, from its file and the contract of statuses and reasons alone: a second opinion that knows nothing of `core`. */
import { World } from '../../local/world/schema.ts';
import { obstacleAt, requireClearView } from './access.ts';
import { type Cell, cellsOf, keyOf } from './cells.ts';
import { isCollected } from './collection.ts';
import { contentReasons } from './contents.ts';
import { outcomeOf } from './delivery.ts';
import { faultsOn, requireApart, TooCloseToCall } from './faults.ts';
import { hasForeignSync } from './foreign-syncs.ts';
import { hubOutages, hubReasons } from './hub.ts';
import { convergesOf, showsAtEnd } from './looks.ts';
import { MINUTE, settingsOf } from './settings.ts';
import { worstOf } from './statuses.ts';
import { type SyncHistory, syncHistory } from './syncs.ts';

export interface Expectation {
  readonly status: string;
  readonly reasons: readonly string[];
}

/** By `account/region`, as the report's targets sort. @throws TooCloseToCall */
export function expectedTargets(file: unknown): Record<string, Expectation> {
  const world = World.parse(file);
  return Object.fromEntries(cellsOf(world).map((cell) => [keyOf(cell), expectationOf(world, cell)]));
}

/** (Healthy + Empty) / (all - Excluded); null when nothing is in scope. */
export function expectedCoverage(targets: Readonly<Record<string, Expectation>>): number | null {
  const statuses = Object.values(targets).map(({ status }) => status);
  const inScope = statuses.filter((status) => status !== 'Excluded');
  const good = inScope.filter((status) => status === 'Healthy' || status === 'Empty');
  return inScope.length === 0 ? null : good.length / inScope.length;
}

function expectationOf(world: World, cell: Cell): Expectation {
  if (cell.exclusion !== undefined) return { status: 'Excluded', reasons: [cell.exclusion] };
  requireApart(world, cell);
  requireClearView(world, cell);
  const history = syncHistory(world, cell);
  const reasons = reasonsOf(world, cell, history).sort();
  return { status: worstOf(reasons) ?? calmStatus(world, cell, history), reasons };
}

/** Of a target that nothing is wrong with. */
function calmStatus(world: World, cell: Cell, { madeAt }: SyncHistory): string {
  const age = world.duration - (madeAt ?? Number.NEGATIVE_INFINITY);
  if (age < 10 * MINUTE) throw new TooCloseToCall('its baseline is on its way');
  if (age < settingsOf(world).graceMs) return 'Converging';
  return cell.online > 0 ? 'Healthy' : 'Empty';
}

function reasonsOf(world: World, cell: Cell, history: SyncHistory): string[] {
  const obstacle = obstacleAt(world, cell, world.duration);
  const contents = contentReasons(world, cell, history);
  // A refused Create stands until one succeeds, and what lies in the bucket lies there, seen or not.
  const lasting = [...contents, ...(history.rejected ? ['DestinationRejected'] : [])];
  if (obstacle === undefined) return [...lasting, ...seenReasons(world, cell, history)];
  const wasSeen = convergesOf(world).some((ms) => obstacleAt(world, cell, ms) === undefined);
  if (wasSeen && cell.online > 0 && hubOutages(world, cell).length > 0)
    throw new TooCloseToCall('what an old view is worth');
  return [obstacle, ...lasting];
}

function seenReasons(world: World, cell: Cell, history: SyncHistory): string[] {
  const { stands, refusal } = history;
  const { missing, behind, stopped } = outcomeOf(world, cell, history);
  const failed = stands && faultsOn(world, cell, 'sync-failed').some((fault) => showsAtEnd(world, fault));
  const holding = Object.entries({
    SyncMissing: !stands,
    SyncFailed: failed,
    NotDelivering: missing > 0 && missing === cell.online && stands && !failed,
    DeliveryStopped: stopped,
    NodesMissing: missing > 0,
    NodesStale: behind > 0 && behind < cell.online,
    InventoryNotCollected: cell.online > 0 && !isCollected(world, cell),
    ForeignSync: hasForeignSync(world, cell, history),
  }).flatMap(([reason, holds]) => (holds ? [reason] : []));
  return [...holding, ...(refusal ? [refusal] : []), ...hubReasons(world, cell)];
}
