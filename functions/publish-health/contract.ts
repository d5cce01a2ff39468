import * as z from 'zod';
import { RunId } from '../../core/run.ts';
import { contract } from '../runtime/contract.ts';

/** `changed` counts the targets whose status differs from what the run before said. */
export const publishHealth = contract({
  name: 'publish-health',
  env: z.object({ STATE_BUCKET: z.string().min(3) }),
  input: z.strictObject({
    runId: RunId,
    /** When the execution began. */
    startedAt: z.iso.datetime(),
  }),
  output: z.strictObject({
    coverage: z.number().nullable(),
    changed: z.int().nonnegative(),
  }),
});
