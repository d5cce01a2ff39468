/** What may go wrong in a world. What each kind does stands in the table of `faults.ts`. */
import { z } from 'zod';
import { AccountId, Region } from '../../core/target.ts';
import { DurationMs } from './duration.ts';

const period = { at: DurationMs.default(0), until: DurationMs.optional() };
const rate = z.number().min(0).max(1);

const InAccount = { account: AccountId, ...period };
const InTarget = { account: AccountId, region: Region, ...period };
const OfCalls = { service: z.string().min(1), rate, ...period };

const SupportedFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('member-role-missing'), ...InAccount }),
  z.strictObject({ kind: z.literal('scp-deny'), ...InAccount, region: Region.optional() }),
  z.strictObject({ kind: z.literal('delivery-denied'), ...InAccount }),
  z.strictObject({ kind: z.literal('probe-denied'), ...InAccount }),
  z.strictObject({ kind: z.literal('sync-failed'), ...InTarget }),
  z.strictObject({ kind: z.literal('throttle'), ...OfCalls }),
  z.strictObject({ kind: z.literal('unavailable'), ...OfCalls }),
]);

const NOT_YET = new Set([
  ...['sync-quota-full', 'organization-sync-elsewhere', 'organization-sync-same-destination', 'sync-wrong-destination'],
  ...['foreign-sync', 'sync-deleted', 'bucket-policy-replaced', 'key-disabled', 'delivery-stopped', 'drop-events'],
  ...['node-silent', 'nodes-stale', 'malformed-object', 'empty-object', 'forged-object'],
  ...['account-created', 'account-suspended', 'account-left', 'region-enabled', 'region-disabled'],
]);

/** A fault of a supported kind; a kind that the format knows but this version does not act out is refused by name, never ignored. */
export const Fault = z
  .looseObject({ kind: z.string() })
  .superRefine(({ kind }, context) => {
    if (NOT_YET.has(kind))
      context.addIssue({ code: 'custom', path: ['kind'], message: `'${kind}' is not supported yet` });
  })
  .pipe(SupportedFault);

export type Fault = z.infer<typeof Fault>;

/** Whether the fault is a resource control policy of the hub account. */
export function actsByResourceControl({ kind }: Fault): boolean {
  return kind === 'delivery-denied' || kind === 'probe-denied';
}
