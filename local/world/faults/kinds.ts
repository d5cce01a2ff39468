/** Every kind of fault, and the shape that each has in a world file. */
import { z } from 'zod';
import type { AccountId, Region } from '../../../core/target.ts';
import { DurationMs } from '../duration.ts';
import { accessFaults } from './access.ts';
import { contentFaults } from './contents.ts';
import { deliveryFaults } from './delivery.ts';
import type { FaultKind } from './fault.ts';
import { hubFaults } from './hub.ts';
import { syncFaults } from './syncs.ts';
import { wireFaults } from './wire.ts';

export const faultKinds: Readonly<Record<string, FaultKind>> = {
  ...accessFaults,
  ...syncFaults,
  ...deliveryFaults,
  ...contentFaults,
  ...hubFaults,
  ...wireFaults,
};

/** A fault as the schema of its kind lets it pass; `at` and `until` are milliseconds after the start. */
export interface Fault {
  readonly kind: string;
  readonly at: number;
  readonly until?: number | undefined;
  readonly account?: AccountId;
  readonly region?: Region;
  /** How many online nodes of the target. */
  readonly nodes?: number;
  /** How many keys of its online nodes. */
  readonly objects?: number;
}

const NOT_YET = new Set([
  ...['drop-events'],
  ...['account-created', 'account-suspended', 'account-left', 'region-enabled', 'region-disabled'],
]);

const period = { at: DurationMs.default(0), until: DurationMs.optional() };
const schemas = Object.entries(faultKinds).map(([kind, { shape }]) =>
  z.strictObject({ kind: z.literal(kind), ...period, ...shape }),
);

/** A fault of a supported kind; a kind that the format knows but this version does not act out is refused by name, never ignored. */
export const Fault = z
  .looseObject({ kind: z.string() })
  .superRefine(({ kind }, context) => {
    if (NOT_YET.has(kind))
      context.addIssue({ code: 'custom', path: ['kind'], message: `'${kind}' is not supported yet` });
  })
  .pipe(z.discriminatedUnion('kind', schemas as [(typeof schemas)[number]]))
  // Each shape is known where its kind is defined; here they are alike but for their fields.
  .transform((fault): Fault => fault);

export function isByResourceControl({ kind }: Fault): boolean {
  return faultKinds[kind]?.byResourceControl === true;
}
