import { createEmbeddedCloud } from '../../../local/embedded-cloud.ts';
import type { Template } from '../../../local/provision/intrinsics.ts';
import { Provisioner } from '../../../local/provision/provisioner.ts';
import { Unknowns } from '../../../local/world/schema.ts';

export const hub = { account: '100000000002', region: 'us-east-1' };
export const management = '100000000001';
export const member = '100000000010';

/** A hub with all services, where everything is allowed. */
export function exampleCloud(
  stacks: Readonly<Record<string, Template>>,
  assets: Readonly<Record<string, string>> = {},
) {
  const services = createEmbeddedCloud({
    start: new Date('2026-11-02T06:00:00Z'),
    seed: 7,
    unknowns: Unknowns.parse({}),
    organization: { id: 'o-a1b2c3d4e5', rootId: 'r-ab12', managementAccountId: management },
    hub,
  });
  const { cloud, tree } = services;
  cloud.authorizeWith(() => undefined);
  for (const id of [management, hub.account, member]) tree.putAccount({ id, joinedAt: cloud.clock.now() });
  const assembly = { stacks: new Map(Object.entries(stacks)), assets: new Map(Object.entries(assets)) };
  return { cloud, tree, services, provisioner: new Provisioner(services, assembly) };
}
