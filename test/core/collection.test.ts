import { describe, expect, it } from 'vitest';
import {
  associationOwner,
  type DesiredAssociation,
  type ObservedAssociation,
  settingsFingerprint,
} from '../../core/association.ts';
import { dueAssociations, isUncollected, knownSettings, needsNodes, planCollection } from '../../core/collection.ts';
import { enterScope, remember } from '../../core/memory.ts';
import { anAssociation, at, aVisit, evidenceOf, iso, lookOf, nodeA, nodeB, online, scoped } from './a-target.ts';

const two = [nodeA, nodeB];
const selecting = (key: string, ...values: string[]) => [{ key, values }];
const byTag = (...tagged: string[]) => anAssociation({ targets: selecting('tag:Stage', 'prod'), tagged });
const byIds = (...values: string[]) => anAssociation({ targets: selecting('instanceids', ...values) });
const byGroup = (counts: Record<string, number>) =>
  anAssociation({ targets: selecting('resource-groups:Name', 'fleet'), counts });
const collectionOf = (...associations: ObservedAssociation[]) => ({ askedAt: iso(0), associations });

describe('online nodes are collected', () => {
  it.each<[string, boolean, ObservedAssociation[]]>([
    ['not without an association', false, []],
    ['by one for all nodes', true, [anAssociation()]],
    ['by one that names them', true, [byIds(...two)]],
    ['not by one that names some of them', false, [byIds(nodeA)]],
    ['by one whose tag selects them', true, [byTag(...two)]],
    ['by two that share them', true, [byTag(nodeA), byIds(nodeB)]],
    ['not by one whose tag selects nobody', false, [byTag()]],
    ['by one for a resource group that its run counted enough nodes of', true, [byGroup({ Success: 2 })]],
    ['not by one for a resource group that its run counted too few nodes of', false, [byGroup({ Success: 1 })]],
    ['by one for a resource group that has not run yet, as far as anybody can tell', true, [byGroup({})]],
    ['by one that has yet to run', true, [anAssociation({ status: 'Pending', counts: { Pending: 2 } })]],
    ['not by one that failed', false, [anAssociation({ status: 'Failed' })]],
    ['not where it failed on one of them', false, [anAssociation({ counts: { Success: 1, Failed: 1 } })]],
    ['not where it took too long on one of them', false, [anAssociation({ counts: { Success: 1, TimedOut: 1 } })]],
    ['where another association has the better claim', true, [anAssociation({ counts: { Skipped: 2 } })]],
    ['where it failed only on nodes that are gone', true, [anAssociation({ counts: { Success: 2, Failed: 3 } })]],
    ['where one that selects other nodes failed', true, [anAssociation(), { ...byTag(), counts: { Failed: 3 } }]],
    [
      'not where one that selects some of them failed',
      false,
      [anAssociation(), { ...byTag(nodeA), counts: { Failed: 1 } }],
    ],
    [
      'not where one that selects some of them failed, in whatever number',
      false,
      [anAssociation(), { ...byTag(nodeA), status: 'Failed' }],
    ],
    ['not where more failed than are gone', false, [anAssociation({ counts: { Success: 1, Failed: 3 } })]],
  ])('%s', (_case, collected, associations) => {
    expect(isUncollected(collectionOf(...associations), two)).toBe(!collected);
  });

  it.each<[string, boolean, ObservedAssociation[]]>([
    ['where it alone collects', true, [byTag()]],
    ['not where another collects everywhere', false, [byTag(), anAssociation()]],
    ['where it failed', true, [{ ...byTag(), counts: { Failed: 1 } }, anAssociation()]],
    ['not where it names nodes itself', false, [byIds(nodeA)]],
    ['not where it selects by a resource group', false, [byGroup({})]],
    ['where it selects by the name of a tag', true, [anAssociation({ targets: selecting('tag-key', 'Stage') })]],
  ])('the nodes of an association are looked up %s', (_case, needed, associations) => {
    const [first = byTag()] = associations;
    expect(needsNodes(first, associations)).toBe(needed);
  });

  it('a node that came after the answer is not judged by it', () => {
    const visits = [
      aVisit(0, { nodes: online(nodeA), associations: [byTag(nodeA)] }),
      aVisit(180, { nodes: online(nodeA, nodeB), associations: null }),
    ];
    expect(lookOf(evidenceOf({ visits }))).not.toContain('InventoryNotCollected');
    const asked = [...visits, aVisit(181, { nodes: online(nodeA, nodeB), associations: [byTag(nodeA)] })];
    expect(lookOf(evidenceOf({ visits: asked, now: 181 }))).toContain('InventoryNotCollected');
  });

  it('is nobody’s question where associations are not looked at', () => {
    const evidence = evidenceOf({ visits: [aVisit(0, { nodes: online(nodeA), associations: [] })] });
    expect(lookOf(evidence)).toContain('InventoryNotCollected');
    const settings = { ...evidence.settings, collection: false };
    expect(lookOf({ ...evidence, settings })).not.toContain('InventoryNotCollected');
  });
});

describe('associations are asked for', () => {
  const settings = { parameters: { services: ['Disabled'] }, output: null };
  const fresh = enterScope(scoped(), undefined, at(0));

  it.each([
    [0, undefined],
    [1379, undefined],
    [1380, { 'a:1': settingsFingerprint(settings) }],
  ])('%i minutes after the latest answer: %o', (minutes, known) => {
    const collection = collectionOf(anAssociation({ associationId: 'a', settings }));
    expect(dueAssociations(collection, at(minutes))).toEqual(known);
  });

  it('when they never were', () => {
    expect(dueAssociations(null, at(0))).toEqual({});
  });

  it('without what was described before: the answer keeps the settings of a version that stands', () => {
    const described = aVisit(0, { associations: [anAssociation({ settings })] });
    const again = aVisit(1440, { associations: [anAssociation({ settings: null })] });
    const memory = [described, again].reduce(remember, fresh);
    expect(memory.collection).toEqual({ askedAt: iso(1440), associations: [anAssociation({ settings })] });
    const updated = aVisit(2880, { associations: [anAssociation({ version: '2', settings: null })] });
    expect(knownSettings(remember(memory, updated).collection)).toEqual({});
  });

  it('and an answer that was overtaken is not remembered', () => {
    const memory = [aVisit(60, { associations: [] }), aVisit(0)].reduce(remember, fresh);
    expect(memory.collection).toEqual({ askedAt: iso(60), associations: [] });
  });
});

describe('the owner of an association', () => {
  it.each([
    ['MusterInventory', 'muster'],
    ['InspectorInventoryCollection-do-not-delete', 'inspector'],
    ['AWS-QuickSetup-SSM-CollectInventory-8a1a2', 'quick-setup'],
    ['AWS-QuickSetup-SSMHostMgmt-CollectInventory-8a1a2', 'quick-setup'],
    ['Inventory-Association', 'other'],
    [undefined, 'other'],
  ])('named %s is %s', (name, owner) => {
    expect(associationOwner(name)).toBe(owner);
  });
});

describe('what is done so that nodes are collected', () => {
  const desired: DesiredAssociation = {
    targets: selecting('InstanceIds', '*'),
    schedule: 'rate(12 hours)',
    parameters: { applications: ['Enabled'] },
    output: null,
  };
  const forTag = { ...desired, targets: selecting('tag:Team', 'web') };
  const forIds = (...ids: string[]) => ({ ...desired, targets: selecting('InstanceIds', ...ids) });
  const ours = (more: Partial<ObservedAssociation> = {}) => anAssociation({ owner: 'muster', ...more });
  const settings = (more: object) => ({ settings: { parameters: {}, output: null, ...more } });

  it.each<[string, DesiredAssociation, ObservedAssociation[], string]>([
    ['nothing stands', desired, [], 'create'],
    ['Inspector’s is for all nodes', desired, [anAssociation({ owner: 'inspector' })], 'adopt'],
    ['another reaches every online node by its tag', desired, [byTag(...two)], 'adopt'],
    ['another reaches some nodes, ours the rest', desired, [byTag(nodeA)], 'create'],
    ['another has a tag, ours would too', forTag, [byTag(nodeA)], 'conflict'],
    ['another names a node that ours would name', forIds(nodeA, nodeB), [byIds(nodeA)], 'conflict'],
    ['another names other nodes than ours would', forIds(nodeB), [byIds(nodeA)], 'create'],
    ['ours names a node and the other has a tag', forIds(nodeB), [byTag(nodeA)], 'conflict'],
    ['ours stands', desired, [ours()], 'keep'],
    ['ours stands, with all spelt out', desired, [ours(settings({ parameters: { files: [''] } }))], 'keep'],
    ['ours stands beside one that overrides it', desired, [ours(), byTag(...two)], 'keep'],
    ['ours has another schedule', desired, [ours({ schedule: 'rate(1 day)' })], 'replace'],
    ['ours has other parameters', desired, [ours(settings({ parameters: { services: ['Disabled'] } }))], 'replace'],
    ['ours collects files', desired, [ours(settings({ parameters: { files: ['[]'] } }))], 'replace'],
    [
      'ours writes its output somewhere',
      desired,
      [ours(settings({ output: { bucketName: 'runs', prefix: null, region: null } }))],
      'replace',
    ],
    ['ours has other targets', forTag, [ours()], 'replace'],
    ['ours is to get a tag and another has one', forTag, [ours(), byTag(nodeA)], 'conflict'],
    [
      'ours is to be for all nodes and another is',
      desired,
      [ours({ targets: byIds(nodeA).targets }), anAssociation()],
      'conflict',
    ],
  ])('when %s', (_case, wanted, associations, step) => {
    expect(planCollection(wanted, { associations, online: two, known: {} }).step).toBe(step);
  });

  it('ours is not described again while its version stands', () => {
    const undescribed = ours({ settings: null });
    const look = { associations: [undescribed], online: two };
    const known = knownSettings(collectionOf(ours()));
    expect(planCollection(desired, { ...look, known }).step).toBe('keep');
    expect(planCollection(desired, { ...look, known: {} }).step).toBe('replace');
  });
});
