/** Custom inventory as a world file gives it: what people put on nodes themselves, within Systems Manager's limits ("Systems Manager endpoints and quotas"). */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { NodeInventory } from '../services/ssm-fleet.ts';
import { isoSeconds } from '../services/ssm-node.ts';

const Row = z
  .record(z.string().min(1).max(64), z.string().max(4096))
  .refine((row) => Object.keys(row).length <= 50, 'more than 50 attributes');

export const CustomTypes = z
  .array(
    z.strictObject({
      type: z.string().regex(/^Custom:[A-Z].{0,92}$/, 'not the name of a custom type'),
      /** How many of the online nodes have it, in the order of their ids; all unless given. */
      nodes: z.int().min(1).optional(),
      /** The entries of each node. */
      rows: z.array(Row).min(1),
    }),
  )
  .max(20, 'more than 20 custom types in an account and Region');

export type CustomTypes = z.infer<typeof CustomTypes>;

/** Puts the types on nodes, reported at this time. What is put does not change by itself. */
export function putCustomTypes(nodes: readonly NodeInventory[], types: CustomTypes, at: Date): void {
  const online = nodes.filter(({ node }) => node.status === 'Active');
  for (const { type, nodes: count = online.length, rows } of types) {
    const hash = createHash('md5').update(JSON.stringify(rows)).digest('hex');
    const item = { type, schemaVersion: '1.0', captureTime: isoSeconds(at), rows: () => rows };
    for (const inventory of online.slice(0, count)) inventory.put(item, hash);
  }
}
