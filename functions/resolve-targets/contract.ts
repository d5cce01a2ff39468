import * as z from 'zod';
import { AccountVisit, RunId } from '../../core/run.ts';
import { AccountId, Region } from '../../core/target.ts';
import { contract } from '../runtime/contract.ts';

const items = (csv: string) => csv.split(',').filter((item) => item !== '');

/** `visits` carries the lines of `accountsKey` themselves when they are few, for a worker invoked without a distributed map; else it is empty. */
export const resolveTargets = contract({
  name: 'resolve-targets',
  env: z.object({
    STATE_BUCKET: z.string().min(3),
    REGIONS: z.union([z.literal('all-enabled'), z.string().min(1).transform(items).pipe(z.array(Region).min(1))]),
    ORGANIZATIONAL_UNITS: z.string().transform(items).pipe(z.array(z.string())),
    EXCLUDE_ACCOUNTS: z.string().transform(items).pipe(z.array(AccountId)),
  }),
  input: z.strictObject({ runId: RunId, accountIds: z.array(AccountId).min(1).optional() }),
  output: z.strictObject({
    runId: RunId,
    accountsKey: z.string(),
    accounts: z.int().nonnegative(),
    targets: z.int().nonnegative(),
    excluded: z.int().nonnegative(),
    visits: z.array(AccountVisit),
  }),
});
