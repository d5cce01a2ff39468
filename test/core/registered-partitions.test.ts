import { describe, expect, it } from 'vitest';
import { inventoryTables } from '../../core/catalog.ts';
import { auditPartitions, isAuditDue } from '../../core/registered-partitions.ts';

const table = inventoryTables({ bucketName: 'inventory', prefix: 'fleet' }).get('AWS:Tag');
if (table === undefined) throw new Error('no table');
const account = '100000000010';
const at = (region: string) =>
  `s3://inventory/fleet/AWS:Tag/accountid=${account}/region=${region}/resourcetype=ManagedInstanceInventory/`;
const values = (region: string) => [account, region, 'ManagedInstanceInventory'];

describe('an audit of partitions', () => {
  it.each([
    ['when nothing is known', undefined, true],
    ['after thirty days', '2026-10-03T06:00:00Z', true],
    ['and not a minute before', '2026-10-03T06:01:00Z', false],
  ])('is due %s', (_, auditedAt, due) => {
    const known = auditedAt === undefined ? undefined : { auditedAt };
    expect(isAuditDue(known, new Date('2026-11-02T06:00:00Z'))).toBe(due);
  });

  it('knows pairs by their values, those that lie elsewhere, and what is nobody’s', () => {
    const audit = auditPartitions(table, [
      { values: values('us-west-2'), location: at('us-west-2').replace(/\/$/, '') },
      { values: values('us-east-1'), location: at('us-east-1') },
      { values: values('eu-west-1'), location: 's3://elsewhere/' },
      { values: ['somebody', 'us-east-1', 'ManagedInstanceInventory'], location: at('us-east-1') },
      { values: [account, 'us-east-1', 'Other'], location: at('us-east-1') },
    ]);
    expect(audit).toEqual({
      standing: [`${account}/eu-west-1`, `${account}/us-east-1`, `${account}/us-west-2`],
      astray: [`${account}/eu-west-1`],
      foreign: [`${account}/us-east-1/Other`, 'somebody/us-east-1/ManagedInstanceInventory'],
    });
  });
});
