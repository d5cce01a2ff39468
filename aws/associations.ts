/**
 * Associations of the inventory document. Per account and Region and second, SSM takes 4 ListAssociations, 3 CreateAssociation, 2 DeleteAssociation and
 * 2 DescribeAssociation (AWS General Reference, Systems Manager quotas): one visit at a time makes one of each at most.
 */
import {
  type Association,
  type AssociationDescription,
  CreateAssociationCommand,
  DeleteAssociationCommand,
  DescribeAssociationCommand,
  paginateListAssociations,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import {
  type AssociationSettings,
  associationOwner,
  type DesiredAssociation,
  inventoryDocument,
  ObservedAssociation,
  ownAssociation,
} from '../core/association.ts';
import { errorKind, errorMessage } from './errors.ts';

type Shown = Association & AssociationDescription;

function observed({ AssociationId, AssociationVersion, AssociationName, ...shown }: Shown): ObservedAssociation {
  const { Targets = [], ScheduleExpression, Overview } = shown;
  return {
    associationId: AssociationId ?? '',
    version: AssociationVersion ?? '1',
    owner: associationOwner(AssociationName),
    targets: Targets.map(({ Key = '', Values = [] }) => ({ key: Key, values: Values })),
    schedule: ScheduleExpression ?? null,
    status: ObservedAssociation.shape.status.safeParse(Overview?.Status).data ?? null,
    counts: Overview?.AssociationStatusAggregatedCount ?? {},
    tagged: null,
    settings: null,
  };
}

/** All that run the inventory document, whoever made them. The list does not show their settings. */
export async function listAssociations(client: SSMClient): Promise<ObservedAssociation[]> {
  const AssociationFilterList = [{ key: 'Name' as const, value: inventoryDocument }];
  const associations: ObservedAssociation[] = [];
  for await (const page of paginateListAssociations({ client, pageSize: 50 }, { AssociationFilterList })) {
    associations.push(...(page.Associations ?? []).map(observed));
  }
  return associations;
}

function settingsOf({ Parameters = {}, OutputLocation }: AssociationDescription): AssociationSettings {
  const { OutputS3BucketName, OutputS3KeyPrefix, OutputS3Region } = OutputLocation?.S3Location ?? {};
  const output = OutputS3BucketName === undefined ? null : OutputS3BucketName;
  return {
    parameters: Parameters,
    output:
      output === null
        ? null
        : { bucketName: output, prefix: OutputS3KeyPrefix ?? null, region: OutputS3Region ?? null },
  };
}

/** Null when it went since it was listed. */
export async function describeAssociation(
  client: SSMClient,
  associationId: string,
): Promise<AssociationSettings | null> {
  try {
    const { AssociationDescription } = await client.send(
      new DescribeAssociationCommand({ AssociationId: associationId }),
    );
    return settingsOf(AssociationDescription ?? {});
  } catch (error) {
    if (errorKind(error) === 'not-found') return null;
    throw error;
  }
}

/** `exists`: somebody else's has the only place, so the associations are to be read again. `quota`: there are 2,000 already. */
export type AssociationCreation =
  | { kind: 'created'; association: ObservedAssociation }
  | { kind: 'exists' | 'quota'; message: string };

/** Muster's own association. Throws what is no answer to the question, a denial too. */
export async function createAssociation(client: SSMClient, wanted: DesiredAssociation): Promise<AssociationCreation> {
  const { targets, schedule, parameters, output } = wanted;
  try {
    const { AssociationDescription = {} } = await client.send(
      new CreateAssociationCommand({
        Name: inventoryDocument,
        AssociationName: ownAssociation,
        Targets: targets.map(({ key, values }) => ({ Key: key, Values: values })),
        Parameters: parameters,
        ...(schedule !== null && { ScheduleExpression: schedule }),
        ...(output !== null && { OutputLocation: { S3Location: s3Location(output) } }),
      }),
    );
    return { kind: 'created', association: { ...observed(AssociationDescription), settings: { parameters, output } } };
  } catch (error) {
    const kind = errorKind(error);
    if (kind === 'already-exists') return { kind: 'exists', message: errorMessage(error) };
    if (kind === 'quota-exceeded') return { kind: 'quota', message: errorMessage(error) };
    throw error;
  }
}

function s3Location({ bucketName, prefix, region }: NonNullable<AssociationSettings['output']>) {
  return {
    OutputS3BucketName: bucketName,
    ...(prefix !== null && { OutputS3KeyPrefix: prefix }),
    ...(region !== null && { OutputS3Region: region }),
  };
}

/** One that is gone already counts as deleted. */
export async function deleteAssociation(client: SSMClient, associationId: string): Promise<void> {
  try {
    await client.send(new DeleteAssociationCommand({ AssociationId: associationId }));
  } catch (error) {
    if (errorKind(error) !== 'not-found') throw error;
  }
}
