/** Whether an inventory association reaches the nodes of a target. */
import type { World } from '../../local/world/schema.ts';
import { obstacleAt } from './access.ts';
import type { Cell } from './cells.ts';
import { convergesOf } from './looks.ts';
import { settingsOf } from './settings.ts';

/** By what the world begins with, or by the association that a converge makes wherever it gets to; nobody asks where the config does not. */
export function isCollected(world: World, cell: Cell): boolean {
  const { collection } = settingsOf(world);
  if (cell.association !== 'none' || collection === 'off') return true;
  return collection === 'ensure' && convergesOf(world).some((ms) => obstacleAt(world, cell, ms) === undefined);
}
