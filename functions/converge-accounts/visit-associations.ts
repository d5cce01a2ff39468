import type { SSMClient } from '@aws-sdk/client-ssm';
import { createAssociation, deleteAssociation, describeAssociation, listAssociations } from '../../aws/associations.ts';
import { listManagedNodes } from '../../aws/managed-nodes.ts';
import {
  type DesiredAssociation,
  type KnownSettings,
  type ObservedAssociation,
  versionKey,
} from '../../core/association.ts';
import { needsNodes, planCollection } from '../../core/collection.ts';

/** Asks for associations, and about each only what the list leaves open and nobody knows. */
export async function lookAtAssociations(client: SSMClient, known: KnownSettings): Promise<ObservedAssociation[]> {
  const associations = await listAssociations(client);
  for (const association of associations) {
    if (known[versionKey(association)] === undefined)
      association.settings = await describeAssociation(client, association.associationId);
    if (!needsNodes(association, associations)) continue;
    const filters = association.targets.map(({ key, values }) => ({ Key: key, Values: values }));
    association.tagged = (await listManagedNodes(client, filters)).map(({ nodeId }) => nodeId);
  }
  return associations;
}

type Looked = { associations: ObservedAssociation[]; online: readonly string[]; known: KnownSettings };

/** The associations of a target as they are in the end: those found, or with ours made or made anew. */
export async function ensureCollection(
  client: SSMClient,
  looked: Looked,
  desired: DesiredAssociation,
): Promise<ObservedAssociation[]> {
  const { associations } = looked;
  const plan = planCollection(desired, looked);
  if (plan.step === 'replace') return replace(client, associations, { ours: plan.association, desired });
  return plan.step === 'create' ? ((await create(client, associations, desired)) ?? associations) : associations;
}

/** Undefined when there is no room. Where somebody was faster, AWS refuses ours and theirs is as good: it is read, not fought. */
async function create(
  client: SSMClient,
  others: readonly ObservedAssociation[],
  desired: DesiredAssociation,
): Promise<ObservedAssociation[] | undefined> {
  const creation = await createAssociation(client, desired);
  if (creation.kind === 'created') return [...others, creation.association];
  return creation.kind === 'exists' ? lookAtAssociations(client, {}) : undefined;
}

/** An association is never updated. Whatever keeps the new one from being made, the old one is made again; cut off in between, the next visit creates. */
async function replace(
  client: SSMClient,
  associations: readonly ObservedAssociation[],
  { ours, desired }: { ours: ObservedAssociation; desired: DesiredAssociation },
): Promise<ObservedAssociation[]> {
  const settings = ours.settings ?? (await describeAssociation(client, ours.associationId));
  const old = settings && { ...settings, targets: ours.targets, schedule: ours.schedule };
  const others = associations.filter((one) => one !== ours);
  const restore = async () => (old && (await create(client, others, old))) ?? others;
  await deleteAssociation(client, ours.associationId);
  try {
    return (await create(client, others, desired)) ?? [...(await restore())];
  } catch (error) {
    await restore();
    throw error;
  }
}
