/** Whether somebody else's sync carries a target's inventory where nobody said that it may go. */
import type { World } from '../../local/world/schema.ts';
import type { Cell } from './cells.ts';
import { faultsOn } from './faults.ts';
import { showsAtEnd } from './looks.ts';
import { settingsOf } from './settings.ts';
import type { SyncHistory } from './syncs.ts';

/** The buckets that the faults send to, but Inspector's: that no other account sends there makes it foreign, but it never comes alone. */
const BUCKETS: Readonly<Record<string, readonly string[]>> = {
  'foreign-sync': ['asset-exports-of-another-company'],
  'organization-sync-elsewhere': ['inventory-of-another-team'],
  'sync-quota-full': ['a', 'b', 'c', 'd'].map((team) => `inventory-of-team-${team}`),
};

export function hasForeignSync(world: World, cell: Cell, { madeAt }: SyncHistory): boolean {
  const { allowedDestinations } = settingsOf(world);
  // Another Organization sync finds no room where ours was made before.
  const exists = ({ kind, at }: { kind: string; at: number }) =>
    kind !== 'organization-sync-elsewhere' || madeAt === undefined || madeAt > at;
  return faultsOn(world, cell, ...Object.keys(BUCKETS))
    .filter(exists)
    .filter(({ kind }) => BUCKETS[kind]?.some((bucket) => !allowedDestinations.includes(bucket)))
    .map((fault) => showsAtEnd(world, fault))
    .includes(true);
}
