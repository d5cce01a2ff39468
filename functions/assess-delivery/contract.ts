import * as z from 'zod';
import { PlanHash } from '../../core/plan.ts';
import { AccountVisit, RunId } from '../../core/run.ts';
import { Region } from '../../core/target.ts';
import { contract } from '../runtime/contract.ts';

const items = (csv: string) => csv.split(',').filter((item) => item !== '');
const minutes = z.coerce.number<string>().int().positive();

/** Pass 1 with something to look at again answers `revisit` and judges nothing yet; the pass that judges answers `revisit.accounts` 0. */
export const assessDelivery = contract({
  name: 'assess-delivery',
  env: z.object({
    STATE_BUCKET: z.string().min(3),
    INVENTORY_BUCKET: z.string().min(3),
    INVENTORY_PREFIX: z.string(),
    FRESHNESS_MINUTES: minutes,
    GRACE_MINUTES: minutes,
    CONTENT_SAMPLE_SHARE: z.coerce.number<string>().min(0).max(1),
    CANARY_MINUTES: z
      .literal('off')
      .transform(() => null)
      .or(minutes),
    MAX_SHARE: z.coerce.number<string>().min(0).max(1),
    COLLECTION_JUDGED: z.enum(['true', 'false']).transform((judged) => judged === 'true'),
    INVENTORY_KEY_ARN: z.string().startsWith('arn:'),
    HUB_REGION: Region,
    ORGANIZATION_ID: z.string().startsWith('o-'),
    REGIONAL_PRINCIPALS: z.string().transform(items).pipe(z.array(Region)),
    KMS_CARRIES_SOURCE_ORG_ID: z.enum(['true', 'false']).transform((carries) => carries === 'true'),
    ALLOWED_DESTINATIONS: z.string().transform(items),
  }),
  input: z.strictObject({
    runId: RunId,
    pass: z.literal([1, 2]),
    /** True when this run resolved its targets; otherwise they are the ones the ledger remembers. */
    scope: z.boolean(),
    /** Whether pass 1 may order replacements and removals of what this run has decided, up to `MAX_SHARE` of the targets. */
    changes: z.boolean().default(false),
    /** Whether the run only plans: its targets are judged as they are now, and nothing of it is remembered. */
    plan: z.boolean().default(false),
  }),
  output: z.strictObject({
    runId: RunId,
    targets: z.int().nonnegative(),
    /** Targets that this run sent a visit to, and those of them that it came back from with everything it asked for. */
    asked: z.int().nonnegative(),
    observed: z.int().nonnegative(),
    summary: z.record(z.string(), z.int().nonnegative()),
    coverage: z.number().nullable(),
    /** The targets, as `account/region`, that an order was refused in because they had moved; a thousand at most. */
    refused: z.array(z.string()),
    plan: z
      .strictObject({
        hash: PlanHash,
        /** Where in the state bucket its decisions are. */
        key: z.string(),
        decisions: z.record(z.string(), z.int().nonnegative()),
        /** Targets that were asked and could not tell what they hold. */
        undecided: z.int().nonnegative(),
        risks: z.array(z.string()),
      })
      .nullable(),
    revisit: z.strictObject({
      key: z.string(),
      accounts: z.int().nonnegative(),
      waitSeconds: z.int().nonnegative(),
      /** The lines of `key` themselves when they are few, as in resolve-targets. */
      visits: z.array(AccountVisit),
    }),
  }),
});
