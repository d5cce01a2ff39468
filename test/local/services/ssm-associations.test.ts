import type {
  CreateAssociationCommandOutput,
  DescribeAssociationCommandOutput,
  GetInventoryCommandOutput,
  ListAssociationsCommandOutput,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { createInventoryCloud, faultOf, HOUR, MEMBER, REGION } from './inventory-cloud.ts';

const Name = 'AWS-GatherSoftwareInventory';
const all = { Name, Targets: [{ Key: 'InstanceIds', Values: ['*'] }] };
const byTag = (value: string) => ({ Name, Targets: [{ Key: 'tag:Environment', Values: [value] }] });

function createAssociationCloud(description: object = { nodes: 6, association: 'none' }) {
  const made = createInventoryCloud();
  made.ssm.addNodes(MEMBER, REGION, description);
  const create = async (input: object) => {
    const { AssociationDescription } = await made.inMember<CreateAssociationCommandOutput>('CreateAssociation', input);
    return AssociationDescription;
  };
  const list = async (value = Name) => {
    const AssociationFilterList = [{ key: 'Name', value }];
    const found = await made.inMember<ListAssociationsCommandOutput>('ListAssociations', { AssociationFilterList });
    return found.Associations ?? [];
  };
  const counts = async () => {
    const associations = await list();
    return associations.map(({ AssociationName, Overview }) => [
      AssociationName,
      Overview?.Status,
      Overview?.AssociationStatusAggregatedCount,
    ]);
  };
  const types = () => new Set(made.ssm.nodes(MEMBER, REGION).flatMap((node) => node.items().map(({ type }) => type)));
  return { ...made, create, list, counts, types };
}

describe('ListAssociations (SSM API reference)', () => {
  it.each([
    ['all', 'Inventory-Association'],
    ['foreign', 'InspectorInventoryCollection-do-not-delete'],
    ['none', undefined],
  ])('with association %s names %s, without its parameters', async (association, name) => {
    const { list, inMember } = createAssociationCloud({ nodes: 1, association });
    const found = await list();
    expect(found.map(({ AssociationName }) => AssociationName)).toEqual(name ? [name] : []);
    for (const one of found) {
      expect(one).toMatchObject({
        Targets: all.Targets,
        Overview: { AssociationStatusAggregatedCount: { Success: 1 } },
      });
      expect(one).not.toHaveProperty('Parameters');
    }
    expect(await list('AWS-RunShellScript')).toEqual([]);
    const byShape = { AssociationFilterList: [{ key: 'Shape', value: 'round' }] };
    expect(await faultOf(inMember('ListAssociations', byShape))).toMatchObject({ name: 'NotImplemented' });
  });
});

describe('an association (Systems Manager user guide, "Configuring inventory collection")', () => {
  it('is Pending until each node reports, and from then on they have what it collects', async () => {
    const { create, counts, types, advance, inMember, ssm } = createAssociationCloud();
    const Parameters = { applications: ['Enabled'], networkConfig: ['Disabled'] };
    const made = await create({ ...all, AssociationName: 'Ours', ScheduleExpression: 'rate(12 hours)', Parameters });
    expect(made).toMatchObject({ AssociationVersion: '1', Parameters, Overview: { Status: 'Pending' } });
    expect(await counts()).toEqual([['Ours', 'Pending', { Pending: 6 }]]);
    expect(types().has('AWS:Application')).toBe(false);
    await advance(2 * HOUR);
    expect(await counts()).toEqual([['Ours', 'Success', { Success: 6 }]]);
    expect([types().has('AWS:Application'), types().has('AWS:Network')]).toEqual([true, false]);
    const ResultAttributes = [{ TypeName: 'AWS:Application' }];
    const { Entities = [] } = await inMember<GetInventoryCommandOutput>('GetInventory', { ResultAttributes });
    expect(Entities.every(({ Data }) => Data?.['AWS:Application'])).toBe(true);
    expect(ssm.nodes(MEMBER, REGION)).toHaveLength(6);
  });

  it('has its nodes deliver, also those whose content never changes', async () => {
    const { create, createSync, keys, advance } = createAssociationCloud({
      nodes: 3,
      association: 'none',
      churn: 'none',
    });
    await createSync();
    await advance(HOUR);
    await create(all);
    await advance(3 * HOUR);
    expect((await keys()).filter((key) => key.includes('AWS:Application'))).toHaveLength(3);
  });

  it('is known by its id until it is deleted', async () => {
    const { create, inMember, list } = createAssociationCloud();
    const OutputLocation = { S3Location: { OutputS3BucketName: 'runs' } };
    const { AssociationId } = (await create({ ...all, OutputLocation })) ?? {};
    const described = await inMember<DescribeAssociationCommandOutput>('DescribeAssociation', { AssociationId });
    expect(described.AssociationDescription).toMatchObject({ Name, OutputLocation });
    await inMember('DeleteAssociation', { AssociationId });
    expect(await list()).toEqual([]);
    for (const operation of ['DescribeAssociation', 'DeleteAssociation'])
      expect(await faultOf(inMember(operation, { AssociationId }))).toMatchObject({ name: 'AssociationDoesNotExist' });
    expect(await faultOf(inMember('DeleteAssociation', { Name }))).toMatchObject({ name: 'NotImplemented' });
  });

  it.each([
    ['another document', { ...all, Name: 'AWS-RunShellScript' }, 'InvalidDocument'],
    ['no target', { Name }, 'InvalidTarget'],
    ['a resource group', { Name, Targets: [{ Key: 'resource-groups:Name', Values: ['x'] }] }, 'NotImplemented'],
    ['a schedule that is none', { ...all, ScheduleExpression: 'hourly' }, 'InvalidSchedule'],
    ['a rate below half an hour', { ...all, ScheduleExpression: 'rate(29 minutes)' }, 'InvalidSchedule'],
    ['a parameter that is none', { ...all, Parameters: { everything: ['Enabled'] } }, 'InvalidParameters'],
    ['a value that is none', { ...all, Parameters: { services: ['Yes'] } }, 'InvalidParameters'],
    ['what is not served', { ...all, MaxErrors: '1' }, 'NotImplemented'],
  ])('with %s is refused', async (_case, input, name) => {
    const { create, list } = createAssociationCloud();
    expect(await faultOf(create(input))).toMatchObject({ name });
    expect(await list()).toEqual([]);
  });

  it('needs itself, its document and the nodes it names (Service Authorization Reference)', async () => {
    const { create, inMember, asked } = createAssociationCloud();
    const Targets = [{ Key: 'InstanceIds', Values: ['i-00000001', 'mi-00000000000000001'] }];
    const { AssociationId } = (await create({ Name, Targets })) ?? {};
    await inMember('DeleteAssociation', { AssociationId });
    const resources = asked.flatMap(({ needs }) => needs.map(({ action, resource }) => `${action} ${resource}`));
    expect(resources).toEqual([
      `ssm:CreateAssociation arn:aws:ssm:${REGION}:${MEMBER}:association/*`,
      `ssm:CreateAssociation arn:aws:ssm:${REGION}::document/${Name}`,
      `ssm:CreateAssociation arn:aws:ec2:${REGION}:${MEMBER}:instance/i-00000001`,
      `ssm:CreateAssociation arn:aws:ssm:${REGION}:${MEMBER}:managed-instance/mi-00000000000000001`,
      `ssm:DeleteAssociation arn:aws:ssm:${REGION}:${MEMBER}:association/${AssociationId}`,
      `ssm:DeleteAssociation arn:aws:ssm:${REGION}::document/${Name}`,
    ]);
  });
});

describe('two associations (Systems Manager user guide, "Troubleshooting Inventory")', () => {
  it('cannot both be for all nodes', async () => {
    const { create, list } = createAssociationCloud({ nodes: 1, association: 'foreign' });
    expect(await faultOf(create(all))).toMatchObject({
      message: expect.stringContaining('Multiple apply all associations with document'),
    });
    expect(await list()).toHaveLength(1);
  });

  it('run where they have the better claim: one that selects a node skips it for the one for all', async () => {
    const { create, list, advance } = createAssociationCloud({ nodes: 12, association: 'all' });
    await create({ ...byTag('staging'), AssociationName: 'Staging' });
    await advance(2 * HOUR);
    const [forAll = {}, staging] = (await list()).map(({ Overview }) => Overview?.AssociationStatusAggregatedCount);
    expect(staging).toEqual({ Success: forAll['Skipped'] });
    expect((forAll['Success'] ?? 0) + (forAll['Skipped'] ?? 0)).toBe(12);
  });

  it('that select the same node both fail for it', async () => {
    const { create, counts, types, advance } = createAssociationCloud({ nodes: 12, association: 'none' });
    await create({ ...byTag('staging'), AssociationName: 'One' });
    await create({ ...byTag('staging'), AssociationName: 'Other' });
    await advance(2 * HOUR);
    for (const [, status, statuses] of await counts())
      expect([status, Object.keys(statuses ?? {})]).toEqual(['Failed', ['Failed']]);
    expect(types().has('AWS:Application')).toBe(false);
  });

  it('of Quick Setup and another: Quick Setup’s runs everywhere', async () => {
    const { create, counts, ssm } = createAssociationCloud({ nodes: 12, association: 'none' });
    ssm.placeAssociation(MEMBER, REGION, { AssociationName: 'AWS-QuickSetup-SSM-CollectInventory-8a1a2' });
    await create({ ...byTag('staging'), AssociationName: 'Staging' });
    expect(await counts()).toEqual([
      ['AWS-QuickSetup-SSM-CollectInventory-8a1a2', 'Success', { Success: 12 }],
      ['Staging', 'Pending', { Skipped: expect.any(Number) }],
    ]);
  });
});
