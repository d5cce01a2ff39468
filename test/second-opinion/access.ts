/** Whether Muster gets to see a target, and when. */
import type { World } from '../../local/world/schema.ts';
import type { Cell } from './cells.ts';
import { faultsOn, lasts, strikes, TooCloseToCall } from './faults.ts';
import { showsAtEnd } from './looks.ts';
import { HOUR } from './settings.ts';

export type Obstacle = 'RoleUnassumable' | 'DeniedByPolicy' | 'Throttled' | 'CheckFailed';

/** What keeps a visit of that moment from seeing anything. Service control policies never bind the management account. */
export function obstacleAt(world: World, cell: Cell, ms: number): Obstacle | undefined {
  const { managementAccountId } = world.organization;
  const denied = cell.account !== managementAccountId && strikes(world, 'scp-deny', { cell, ms });
  const unheard = unheardAt(world, cell, ms);
  if (denied && unheard !== undefined) throw new TooCloseToCall('which of two obstacles answers first');
  if (strikes(world, 'member-role-missing', { cell, ms })) return 'RoleUnassumable';
  return denied ? 'DeniedByPolicy' : unheard;
}

/** Up to half of the calls may fail without a trace; with all of them nothing is heard; what lies between is chance. */
function unheardAt(world: World, cell: Cell, ms: number): Obstacle | undefined {
  const ofVisits = (service: string | undefined) => ['*', 'ssm', 'sts'].includes(service ?? '');
  const total = faultsOn(world, cell, 'throttle', 'unavailable').filter(
    (fault) => lasts(fault, ms) && ofVisits(fault.service) && (fault.rate ?? 0) > 0.5,
  );
  const [fault, ...others] = total;
  if (others.length > 0 || (fault && (fault.rate !== 1 || fault.service === '*')))
    throw new TooCloseToCall('more than half of the calls fail, but not all');
  if (fault === undefined) return undefined;
  return fault.kind === 'throttle' ? 'Throttled' : 'CheckFailed';
}

/** @throws TooCloseToCall when an obstacle began unnoticed, or ended so late that what stands behind it is not yet told. */
export function requireClearView(world: World, cell: Cell): void {
  const kinds = ['member-role-missing', 'scp-deny', 'throttle', 'unavailable'];
  const obstacles = faultsOn(world, cell, ...kinds).filter(({ at }) => obstacleAt(world, cell, at) !== undefined);
  for (const obstacle of obstacles) {
    showsAtEnd(world, obstacle);
    const isAlone = faultsOn(world, cell).length === 1;
    const sinceEnd = world.duration - obstacle.until;
    if (sinceEnd >= 0 && sinceEnd < 4 * HOUR && !(isAlone && obstacle.at > 0))
      throw new TooCloseToCall('too soon after an obstacle has gone');
  }
}
