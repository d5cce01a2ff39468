import * as z from 'zod';
import { DesiredAssociation } from '../../core/association.ts';
import { AccountVisit, RunId } from '../../core/run.ts';
import { Region } from '../../core/target.ts';
import { contract } from '../runtime/contract.ts';

/**
 * `converge`: keeps, adopts and creates at once; what would delete is only decided. `apply`: does what the orders of the visits say and nothing else.
 * `plan`: decides and changes nothing. `observe`: looks.
 */
const VisitMode = z.enum(['converge', 'apply', 'plan', 'observe']);

/** What to do about inventory associations: nothing, look, or make sure of the one that stands here as JSON. */
const Collection = z.union([
  z.literal('off').transform(() => undefined),
  z.literal('adopt').transform(() => ({ desired: undefined })),
  z
    .string()
    .startsWith('{')
    .transform((json): unknown => ({ desired: JSON.parse(json) }))
    .pipe(z.object({ desired: DesiredAssociation })),
]);

/** `retry` names the targets whose Create answered `S3 write failed`: the machine waits and calls again, and only the last attempt records the refusal. */
export const convergeAccounts = contract({
  name: 'converge-accounts',
  env: z.object({
    STATE_BUCKET: z.string().min(3),
    MEMBER_ROLE_NAME: z.string().min(1),
    INVENTORY_BUCKET: z.string().min(3),
    INVENTORY_PREFIX: z.string(),
    INVENTORY_KEY_ARN: z.string().startsWith('arn:'),
    HUB_REGION: Region,
    ADOPT: z.enum(['true', 'false']).transform((adopt) => adopt === 'true'),
    REPLACE: z.enum(['safe', 'never']),
    STOP_AFTER_FAILURES: z.coerce.number<string>().int().positive(),
    COLLECTION: Collection,
  }),
  input: z.strictObject({
    runId: RunId,
    mode: VisitMode,
    attempt: z.int().min(1).max(4),
    accounts: z.array(AccountVisit).min(1),
  }),
  output: z.strictObject({
    observed: z.int().nonnegative(),
    failed: z.int().nonnegative(),
    created: z.int().nonnegative(),
    retry: z.array(AccountVisit),
  }),
});
