import * as z from 'zod';
import { RunId } from '../../core/run.ts';
import { contract } from '../runtime/contract.ts';

/** `tables` counts those created or grown, `partitionsCreated` those registered now; both are 0 in a steady pass. */
export const maintainCatalog = contract({
  name: 'maintain-catalog',
  env: z.object({
    STATE_BUCKET: z.string().min(3),
    INVENTORY_BUCKET: z.string().min(3),
    INVENTORY_PREFIX: z.string(),
    DATABASE: z.string().min(1),
  }),
  input: z.strictObject({ runId: RunId }),
  output: z.strictObject({
    tables: z.int().nonnegative(),
    partitionsCreated: z.int().nonnegative(),
  }),
});
