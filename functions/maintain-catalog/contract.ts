import * as z from 'zod';
import { RunId } from '../../core/run.ts';
import { contract } from '../runtime/contract.ts';

const count = z.int().nonnegative();

/**
 * `tables` counts those created or grown, `tablesEdited` those that somebody changed by hand, the partitions are those of this pass: but for
 * `tablesEdited` all are 0 in a steady one.
 */
export const maintainCatalog = contract({
  name: 'maintain-catalog',
  env: z.object({
    STATE_BUCKET: z.string().min(3),
    INVENTORY_BUCKET: z.string().min(3),
    INVENTORY_PREFIX: z.string(),
    DATABASE: z.string().min(1),
    DROP_LEFT_ACCOUNTS: z.stringbool(),
  }),
  input: z.strictObject({ runId: RunId }),
  output: z.strictObject({
    tables: count,
    tablesEdited: count,
    partitionsCreated: count,
    partitionsUpdated: count,
    partitionsDropped: count,
  }),
});
