/** What is wrong with the bucket's policy or its key strikes every target at once. */
import type { World } from '../../local/world/schema.ts';
import type { Cell } from './cells.ts';
import { faultsOn, type Period } from './faults.ts';
import { showsUnasked } from './looks.ts';

const REASONS = [
  ['key-disabled', 'KeyUnusable'],
  ['bucket-policy-replaced', 'BucketPolicyDrifted'],
] as const;

/** Reasons of every target with online nodes, whether anything should have arrived meanwhile or not. */
export function hubReasons(world: World, cell: Cell): string[] {
  if (cell.online === 0) return [];
  return REASONS.flatMap(([kind, reason]) =>
    faultsOn(world, cell, kind).some((fault) => showsUnasked(world, fault)) ? [reason] : [],
  );
}

/** While they last nothing can be written to the bucket. */
export function hubOutages(world: World, cell: Cell): Period[] {
  return faultsOn(world, cell, ...REASONS.map(([kind]) => kind));
}
