import { collects, namedNodes, type ObservedAssociation, type Parameters } from './association.ts';
import { type Evidence, readFacts } from './evidence.ts';
import type { InventoryType } from './inventory-types.ts';
import { minutesSince } from './moment.ts';
import type { ManagedNode } from './observation.ts';

type Platform = ManagedNode['platform'];

/** Types that come with registration, whether or not an association collects (AWS blog, "Understanding AWS Systems Manager Inventory Metadata"). */
const registered: readonly InventoryType[] = ['AWS:InstanceInformation', 'AWS:Tag'];

/** A run of the inventory association leaves its own compliance behind (same source). */
const withAnyAssociation: readonly InventoryType[] = ['AWS:ComplianceItem'];

/**
 * The parameter that collects each type, and whether only Windows nodes have it (same source; parameters: Systems Manager user guide, "Configuring
 * inventory collection"). Patch types follow patch operations and custom types what a node was given, so neither can be expected.
 */
const collected: readonly { type: InventoryType; parameter: string; windowsOnly?: true }[] = [
  { type: 'AWS:Application', parameter: 'applications' },
  { type: 'AWS:AWSComponent', parameter: 'awsComponents' },
  { type: 'AWS:Network', parameter: 'networkConfig' },
  { type: 'AWS:InstanceDetailedInformation', parameter: 'instanceDetailedInformation' },
  { type: 'AWS:File', parameter: 'files' },
  { type: 'AWS:Service', parameter: 'services', windowsOnly: true },
  { type: 'AWS:WindowsRole', parameter: 'windowsRoles', windowsOnly: true },
  { type: 'AWS:WindowsUpdate', parameter: 'windowsUpdates', windowsOnly: true },
  { type: 'AWS:WindowsRegistry', parameter: 'windowsRegistry', windowsOnly: true },
];

/** The types that a node must deliver. `parameters` are those of the association that collects it; null when none does. */
export function expectedTypes(platform: Platform, parameters: Parameters | null): InventoryType[] {
  if (parameters === null) return [...registered];
  const wanted = collected.filter(
    ({ parameter, windowsOnly }) => collects(parameters, parameter) && (platform === 'Windows' || !windowsOnly),
  );
  return [...registered, ...withAnyAssociation, ...wanted.map(({ type }) => type)];
}

/** The parameters that a node is collected with; null when no association that ever ran reaches it. As in `planCollection`, Quick Setup's goes before one that selects it. */
export function collectingParameters(associations: readonly ObservedAssociation[], nodeId: string): Parameters | null {
  const forAll = associations.filter(({ targets }) => namedNodes(targets) === 'all');
  const selecting = associations.filter((one) => selectedNodes(one).includes(nodeId));
  const [first] = [...forAll.filter(({ owner }) => owner === 'quick-setup'), ...selecting, ...forAll];
  return first !== undefined && hasRun(first) ? (first.settings?.parameters ?? null) : null;
}

function selectedNodes({ targets, tagged }: ObservedAssociation): readonly string[] {
  const named = namedNodes(targets);
  return named === 'all' ? [] : (named ?? tagged ?? []);
}

function hasRun({ status, counts }: ObservedAssociation): boolean {
  return status === 'Success' || (counts['Success'] ?? 0) > 0;
}

/** The types that online nodes past their grace must deliver and that no online node ever did, sorted. */
export function missingTypes(evidence: Evidence): string[] {
  const { memory, delivery, now, settings } = evidence;
  if (!readFacts(evidence).pastGrace) return [];
  const online = memory.nodes.filter((node) => node.online);
  const due = online.filter(
    ({ firstOnlineAt }) => firstOnlineAt !== null && minutesSince(firstOnlineAt, now) >= settings.graceMinutes,
  );
  const associations = memory.collection?.associations ?? [];
  const expected = due.flatMap(({ nodeId, platform }) =>
    expectedTypes(platform, collectingParameters(associations, nodeId)),
  );
  const delivered = new Set(online.flatMap(({ nodeId }) => [...(delivery?.nodes.get(nodeId)?.types ?? [])]));
  return [...new Set<string>(expected)].filter((type) => !delivered.has(type)).sort();
}
