import * as z from 'zod';
import { fingerprint32 } from './fingerprint.ts';

/** The one document that collects inventory; "the aws:softwareInventory plugin can only be invoked via ssm-associate" (Systems Manager user guide, Inventory). */
export const inventoryDocument = 'AWS-GatherSoftwareInventory';

/** What Muster calls the association that it makes, one per account and Region. */
export const ownAssociation = 'MusterInventory';

/** A key such as `InstanceIds` or `tag:Stage` and its values, as an association has them (SSM API reference, Target). */
const NodeSelection = z.strictObject({ key: z.string(), values: z.array(z.string()) });
type NodeSelection = z.infer<typeof NodeSelection>;

/** The document takes each parameter as a list of one string. */
const Parameters = z.record(z.string(), z.array(z.string()));
export type Parameters = z.infer<typeof Parameters>;

const OutputLocation = z.strictObject({
  bucketName: z.string(),
  prefix: z.string().nullable(),
  region: z.string().nullable(),
});

/** What ListAssociations does not show. */
export const AssociationSettings = z.strictObject({
  parameters: Parameters,
  /** Where the runs' own output goes; null: nowhere. */
  output: OutputLocation.nullable(),
});
export type AssociationSettings = z.infer<typeof AssociationSettings>;

/** An association that the config asks for. */
export const DesiredAssociation = AssociationSettings.extend({
  targets: z.array(NodeSelection).min(1),
  schedule: z.string().nullable(),
});
export type DesiredAssociation = z.infer<typeof DesiredAssociation>;

/** An association of the inventory document as ListAssociations shows it (SSM API reference, Association). */
export const ObservedAssociation = z.strictObject({
  associationId: z.string(),
  /** Counts up whenever somebody updates the association. */
  version: z.string(),
  owner: z.enum(['muster', 'inspector', 'quick-setup', 'other']),
  targets: z.array(NodeSelection),
  schedule: z.string().nullable(),
  status: z.enum(['Pending', 'Success', 'Failed']).nullable(),
  /** Nodes by the status that the latest run had on them. */
  counts: z.record(z.string(), z.int().nonnegative()),
  /** The nodes that its tags select; null where its targets name nodes themselves, or select in a way that cannot be looked up. */
  tagged: z.array(z.string()).nullable(),
  /** Null when this very version was described before. */
  settings: AssociationSettings.nullable(),
});
export type ObservedAssociation = z.infer<typeof ObservedAssociation>;

/** Names as Amazon Inspector's and the Systems Manager user guide have them ("Scanning Amazon EC2 instances", "Troubleshooting Inventory"). */
export function associationOwner(name: string | undefined): ObservedAssociation['owner'] {
  if (name === ownAssociation) return 'muster';
  if (name?.startsWith('InspectorInventoryCollection')) return 'inspector';
  return name?.startsWith('AWS-QuickSetup-') ? 'quick-setup' : 'other';
}

/** The nodes that some targets name themselves: all of them, those of a list, or null when tags or groups select. */
export function namedNodes(targets: readonly NodeSelection[]): 'all' | readonly string[] | null {
  const lists = targets.map(({ key, values }) => (isNodeIds(key) ? values : null));
  if (lists.some((values) => values?.includes('*'))) return 'all';
  return lists.every((values) => values !== null) ? lists.flat() : null;
}

/** AWS's own documentation writes the key in both cases. */
function isNodeIds(key: string): boolean {
  return key.toLowerCase() === 'instanceids';
}

/** The parameters of the document that are switches, on unless an association says otherwise. */
export const collectionSwitches = [
  'applications',
  'awsComponents',
  'customInventory',
  'instanceDetailedInformation',
  'networkConfig',
  'services',
  'windowsRoles',
  'windowsUpdates',
] as const;

/** Those that take a JSON list as text; empty: nothing is collected. */
export const collectionLists = ['files', 'windowsRegistry'] as const;

/** Whether an association with these parameters collects what a parameter stands for (Systems Manager user guide, "Configuring inventory collection"). */
export function collects(parameters: Parameters, name: string): boolean {
  const [value] = parameters[name] ?? [];
  if (collectionLists.some((list) => list === name)) return (value ?? '') !== '';
  return value !== 'Disabled';
}

/** The same for settings that mean the same, whether or not defaults are spelt out. */
export function settingsFingerprint({ parameters, output }: AssociationSettings): string {
  const switches = collectionSwitches.map((name) => collects(parameters, name));
  const lists = collectionLists.map((name) => parameters[name]?.[0] ?? '');
  const place = output && [output.bucketName, output.prefix, output.region];
  return fingerprint32(JSON.stringify([switches, lists, place]));
}

/** By association and version, the fingerprints of the settings that were described before: what is not here must be described. */
export const KnownSettings = z.record(z.string(), z.string());
export type KnownSettings = z.infer<typeof KnownSettings>;

export function versionKey({ associationId, version }: Pick<ObservedAssociation, 'associationId' | 'version'>): string {
  return `${associationId}:${version}`;
}
