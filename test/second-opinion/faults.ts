/** Which faults of a world file strike a target, and when. */
import type { Fault } from '../../local/world/faults/kinds.ts';
import type { World } from '../../local/world/schema.ts';
import type { Cell } from './cells.ts';

/** A fault with the fields that some kinds have. */
export type FiledFault = Fault & {
  readonly nodes?: number;
  readonly objects?: number;
  readonly service?: string;
  readonly rate?: number;
};

/** Milliseconds after the start, up to but without `until`, which is infinite for what never ends. */
export interface Period {
  readonly at: number;
  readonly until: number;
}

/** The world is so near a border that the contract allows two verdicts: such a world proves nothing. */
export class TooCloseToCall extends Error {
  override readonly name = 'TooCloseToCall';
}

/** Those of the kinds, or of any, that name the target, its whole account, or nobody at all. */
export function faultsOn(
  { faults }: World,
  { account, region }: Pick<Cell, 'account' | 'region'>,
  ...kinds: string[]
): (FiledFault & Period)[] {
  return faults.flatMap((fault: FiledFault) => {
    if (kinds.length > 0 && !kinds.includes(fault.kind)) return [];
    const there = (fault.account ?? account) === account && (fault.region ?? region) === region;
    return there ? [{ ...fault, until: fault.until ?? Number.POSITIVE_INFINITY }] : [];
  });
}

export function strikes(world: World, kind: string, at: { cell: Pick<Cell, 'account' | 'region'>; ms: number }) {
  return faultsOn(world, at.cell, kind).some((fault) => lasts(fault, at.ms));
}

export function lasts({ at, until }: Period, atMs: number): boolean {
  return at <= atMs && atMs < until;
}

/** What ends when one of two acts of the same kind is taken back is not told. Both denials are the same act but for the test of the bucket. */
export function requireApart(world: World, cell: Pick<Cell, 'account' | 'region'>): void {
  const actOf = ({ kind }: FiledFault) => kind.replace(/^(delivery|probe)-denied$/, 'denied');
  const faults = faultsOn(world, cell).filter(({ kind }) => !/^(throttle|unavailable|.*-object)$/.test(kind));
  const overlapping = faults.find((one, index) =>
    faults
      .slice(index + 1)
      .some((other) => actOf(other) === actOf(one) && one.at < other.until && other.at < one.until),
  );
  if (overlapping) throw new TooCloseToCall(`two faults of the kind ${overlapping.kind} at once`);
}
