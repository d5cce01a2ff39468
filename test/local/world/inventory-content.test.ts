import { describe, expect, it } from 'vitest';
import { Draw } from '../../../local/cloud/draw.ts';
import type { ManagedNode } from '../../../local/services/ssm-node.ts';
import { createInventoryContent } from '../../../local/world/inventory-content.ts';

const START = new Date('2026-11-02T06:00:00Z');
const content = createInventoryContent(new Draw(7), START);

const everything = [
  ...['applications', 'awsComponents', 'instanceDetailedInformation', 'networkConfig', 'services'],
  ...['windowsRoles', 'windowsUpdates'],
];
const node = (more: Partial<ManagedNode> = {}): ManagedNode => ({
  id: 'i-0123456789abcdef0',
  account: '100000000010',
  region: 'eu-west-1',
  resourceType: 'EC2Instance',
  platform: 'Linux',
  status: 'Active',
  collected: everything,
  ...more,
});
const variants = [
  node(),
  node({ id: 'i-00000000000000001' }),
  node({ id: 'i-00000000000000002', region: 'us-east-1' }),
  node({ id: 'i-00000000000000003', platform: 'Windows' }),
  node({ id: 'mi-0000000000000004', resourceType: 'ManagedInstance' }),
  node({ id: 'i-00000000000000005', collected: [] }),
  node({ id: 'i-00000000000000006', status: 'Terminated' }),
];

describe('the content of inventories ("Metadata collected by inventory", Systems Manager user guide)', () => {
  it('has the types of the platform', () => {
    const linux = [
      'AWS:InstanceInformation',
      'AWS:Tag',
      'AWS:ComplianceItem',
      'AWS:PatchSummary',
      'AWS:Application',
      'AWS:AWSComponent',
      'AWS:InstanceDetailedInformation',
      'AWS:Network',
    ];
    expect(content.types(node())).toEqual(linux);
    expect(content.types(node({ platform: 'Windows' }))).toEqual([
      ...linux,
      'AWS:WindowsUpdate',
      'AWS:Service',
      'AWS:WindowsRole',
    ]);
    expect(content.types(node({ collected: [] }))).toEqual(linux.slice(0, 3));
    const network = node({ platform: 'Windows', collected: ['networkConfig'] });
    expect(content.types(network)).toEqual([...linux.slice(0, 4), 'AWS:Network']);
  });

  it.each(variants)('holds strings only, in at least one row per type: %j', (one) => {
    for (const type of content.types(one)) {
      const rows = content.rows(one, type, 0);
      expect(rows.length).toBeGreaterThan(0);
      for (const value of rows.flatMap((row) => Object.values(row))) expect(typeof value).toBe('string');
    }
  });

  it.each(variants)('changes exactly the rows of the types that it says change: %j', (one) => {
    for (let version = 1; version <= 12; version++) {
      const changed = content
        .types(one)
        .filter(
          (type) =>
            JSON.stringify(content.rows(one, type, version)) !== JSON.stringify(content.rows(one, type, version - 1)),
        );
      expect(changed).toEqual(content.changes(one, version));
      expect(changed.length).toBeGreaterThan(0);
    }
  });

  it('says what kind of node it is in a column that collides with the partition ("Walkthrough: Using resource data sync to aggregate inventory data")', () => {
    const kinds = variants.map((one) => content.rows(one, 'AWS:InstanceInformation', 0)[0]?.['ResourceType']);
    expect(new Set(kinds)).toEqual(new Set(['EC2Instance', 'ManagedInstance']));
  });

  it('counts applications sparsely, aws-cfn-bootstrap among them ("Walkthrough: Using resource data sync to aggregate inventory data")', () => {
    const rows = content.rows(node(), 'AWS:Application', 0);
    expect(rows.map(({ Name }) => Name)).toContain('aws-cfn-bootstrap');
    expect(rows.some((row) => 'Epoch' in row)).toBe(true);
    expect(rows.some((row) => !('Epoch' in row))).toBe(true);
  });

  it('agrees with itself about missing patches', () => {
    for (const one of variants.filter(({ collected }) => collected.length > 0)) {
      const missing = content
        .rows(one, 'AWS:ComplianceItem', 3)
        .filter(({ PatchState }) => PatchState === 'Missing').length;
      expect(content.rows(one, 'AWS:PatchSummary', 3)[0]?.['MissingCount']).toBe(`${missing}`);
    }
  });

  it('shows nothing in version 0 that is later than the start', () => {
    const times = variants.flatMap((one) =>
      content.types(one).flatMap((type) => content.rows(one, type, 0).flatMap((row) => Object.values(row))),
    );
    for (const time of times.filter((value) => /^\d{4}-\d\d-\d\dT/.test(value)))
      expect(Date.parse(time)).toBeLessThan(START.getTime());
  });

  it('has nothing for a type that no node delivers', () => {
    expect(content.rows(node(), 'AWS:File', 0)).toEqual([]);
  });
});
