import * as z from 'zod';
import { PlanHash } from '../../core/plan.ts';
import { AccountVisit, RunId } from '../../core/run.ts';
import { AccountId, Region } from '../../core/target.ts';
import { contract } from '../runtime/contract.ts';

const items = (csv: string) => csv.split(',').filter((item) => item !== '');

const accountIds = z.array(AccountId).min(1).optional();

/** `visits` carries the lines of `accountsKey` themselves when they are few, for a worker invoked without a distributed map; else it is empty. */
export const resolveTargets = contract({
  name: 'resolve-targets',
  env: z.object({
    STATE_BUCKET: z.string().min(3),
    REGIONS: z.union([z.literal('all-enabled'), z.string().min(1).transform(items).pipe(z.array(Region).min(1))]),
    ORGANIZATIONAL_UNITS: z.string().transform(items).pipe(z.array(z.string())),
    REGION_READER_NAME: z.string().min(1),
    REMOVE: z.enum(['true', 'false']).transform((value) => value === 'true'),
    EXCLUDE_ACCOUNTS: z.string().transform(items).pipe(z.array(AccountId)),
  }),
  /** What an operator says to muster-converge, and the run's name. `accountIds` narrows each mode to some accounts. */
  input: z.discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('converge'), runId: RunId, accountIds }),
    z.strictObject({ mode: z.literal('plan'), runId: RunId, accountIds }),
    z.strictObject({ mode: z.literal('apply'), runId: RunId, accountIds, plan: PlanHash }),
  ]),
  output: z.strictObject({
    runId: RunId,
    mode: z.enum(['converge', 'plan', 'apply']),
    accountsKey: z.string(),
    accounts: z.int().nonnegative(),
    targets: z.int().nonnegative(),
    excluded: z.int().nonnegative(),
    visits: z.array(AccountVisit),
  }),
});
