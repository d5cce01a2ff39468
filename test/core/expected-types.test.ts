import { describe, expect, it } from 'vitest';
import type { Parameters } from '../../core/association.ts';
import { collectingParameters, expectedTypes, missingTypes } from '../../core/expected-types.ts';
import type { ManagedNode } from '../../core/observation.ts';
import { anAssociation, aVisit, delivered, evidenceOf, failedVisit, keeps, nodeA, nodeB, online } from './a-target.ts';

const always = ['AWS:InstanceInformation', 'AWS:Tag'];
const everywhere = ['AWS:Application', 'AWS:AWSComponent', 'AWS:Network', 'AWS:InstanceDetailedInformation'];
const collected = [...always, 'AWS:ComplianceItem', ...everywhere];
const windows = ['AWS:Service', 'AWS:WindowsRole', 'AWS:WindowsUpdate'];

describe('the types that a node must deliver', () => {
  it.each<[string, ManagedNode['platform'], Parameters | null, string[]]>([
    ['a Linux node that nobody collects', 'Linux', null, always],
    ['a Linux node', 'Linux', {}, collected],
    ['a node of macOS', 'MacOS', {}, collected],
    ['a node of which the platform is not known', null, {}, collected],
    ['a Windows node', 'Windows', {}, [...collected, ...windows]],
    ['a node whose files are collected', 'Linux', { files: ['[{"Path":"/etc"}]'] }, [...collected, 'AWS:File']],
    ['a node without a list of files', 'Linux', { files: [''] }, collected],
    [
      'a Windows node whose registry is collected and whose services are not',
      'Windows',
      { windowsRegistry: ['[{"Path":"HKLM"}]'], services: ['Disabled'] },
      [...collected, 'AWS:WindowsRole', 'AWS:WindowsUpdate', 'AWS:WindowsRegistry'],
    ],
    ['a Linux node of a registry', 'Linux', { windowsRegistry: ['[{"Path":"HKLM"}]'] }, collected],
  ])('%s', (_case, platform, parameters, types) => {
    expect(expectedTypes(platform, parameters).sort()).toEqual([...types].sort());
  });
});

describe('the association that collects a node', () => {
  const marked = (mark: string, more: object) =>
    anAssociation({ settings: { parameters: { mark: [mark] }, output: null }, ...more });
  const forAll = marked('all', {});
  const quickSetup = marked('quick', { owner: 'quick-setup' });
  const tagged = marked('tag', { targets: [{ key: 'tag:Stage', values: ['prod'] }], tagged: [nodeA] });
  const named = marked('ids', { targets: [{ key: 'InstanceIds', values: [nodeB] }] });
  const group = marked('group', { targets: [{ key: 'resource-groups:Name', values: ['fleet'] }] });

  it.each([
    ['is the one for all nodes', [forAll], nodeA, 'all'],
    ['is one that selects it rather than that', [forAll, tagged], nodeA, 'tag'],
    ['is the one for all nodes where the other selects other nodes', [forAll, tagged, group], nodeB, 'all'],
    ['is one that names it', [named, forAll], nodeB, 'ids'],
    ['is Quick Setup’s rather than all others', [tagged, forAll, quickSetup], nodeA, 'quick'],
    ['is none', [named], nodeA, undefined],
    ['is none yet', [marked('all', { status: 'Pending' })], nodeA, undefined],
    ['has run on one node at least', [marked('all', { status: 'Failed', counts: { Success: 1 } })], nodeA, 'all'],
    ['is not known by its parameters', [anAssociation({ settings: null })], nodeA, undefined],
  ])('%s', (_case, associations, nodeId, mark) => {
    expect(collectingParameters(associations, nodeId)?.['mark']?.[0]).toBe(mark);
  });
});

describe('the types that a target misses', () => {
  const visits = (now: number, seen: object) => [aVisit(0, { action: keeps(), ...seen }), aVisit(now, seen)];
  const missing = [...collected].filter((type) => type !== 'AWS:Application').sort();

  it('are those that no online node delivered', () => {
    const evidence = evidenceOf({
      visits: visits(180, { nodes: online(nodeA, nodeB) }),
      delivery: delivered({ [nodeB]: 170 }),
    });
    expect(missingTypes(evidence)).toEqual(missing);
  });

  it('are all, where nothing was delivered at all', () => {
    const evidence = evidenceOf({ visits: visits(180, { nodes: online(nodeA) }) });
    expect(missingTypes(evidence)).toEqual([...collected].sort());
  });

  it('are none while its nodes are new', () => {
    const seen = [aVisit(0, { action: keeps() }), aVisit(170, { nodes: online(nodeA) })];
    expect(missingTypes(evidenceOf({ visits: seen }))).toEqual([]);
  });

  it('are none while the target is new', () => {
    const seen = visits(30, { nodes: online(nodeA) });
    expect(missingTypes(evidenceOf({ visits: seen, now: 30 }))).toEqual([]);
  });

  it('are those of registration where nobody ever asked for associations', () => {
    const seen = { nodes: online(nodeA), associations: null };
    expect(missingTypes(evidenceOf({ visits: visits(180, seen) }))).toEqual(always);
  });

  it('are none of a target without nodes, and of one that was never seen', () => {
    expect(missingTypes(evidenceOf({ visits: visits(180, { nodes: [] }) }))).toEqual([]);
    expect(missingTypes(evidenceOf({ visits: [failedVisit(0, 'Throttled')] }))).toEqual([]);
  });
});
