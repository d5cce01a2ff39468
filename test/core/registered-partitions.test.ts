import { describe, expect, it } from 'vitest';
import { inventoryTables } from '../../core/catalog.ts';
import { auditPartitions, isAuditDue, outOfStep, type ShapeSteps, takeStep } from '../../core/registered-partitions.ts';

const table = inventoryTables({ bucketName: 'inventory', prefix: 'fleet' }).get('AWS:Tag');
if (table === undefined) throw new Error('no table');
const account = '100000000010';
const at = (region: string) =>
  `s3://inventory/fleet/AWS:Tag/accountid=${account}/region=${region}/resourcetype=ManagedInstanceInventory/`;
const values = (region: string) => [account, region, 'ManagedInstanceInventory'];

describe('an audit of partitions', () => {
  it.each([
    ['when it never was', undefined, true],
    ['after thirty days', '2026-10-03T06:00:00Z', true],
    ['and not a minute before', '2026-10-03T06:01:00Z', false],
  ])('is due %s', (_, auditedAt, due) => {
    expect(isAuditDue(auditedAt, new Date('2026-11-02T06:00:00Z'))).toBe(due);
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

describe('partitions on their way to the shape of their table', () => {
  const pairs = ['a', 'b', 'c', 'd', 'e'];
  const tag = (shape: string) => ({ type: 'AWS:Tag', shape });
  const left = (steps: ShapeSteps, shape: string, all = pairs) => outOfStep(steps, tag(shape), () => all);
  const step = (steps: ShapeSteps, shape: string, count: number) => {
    const rest = left(steps, shape);
    return takeStep(steps, tag(shape), { left: rest, done: rest.slice(0, count) });
  };
  const nothing: ShapeSteps = { shapes: { 'AWS:Other': 'x' }, underway: {} };

  it('go on where the pass before stopped, and are there once none is left', () => {
    const first = step(nothing, 'new', 2);
    expect(first).toEqual({ ...nothing, underway: { 'AWS:Tag': { shape: 'new', through: 'b' } } });
    expect(left(first, 'new')).toEqual(['c', 'd', 'e']);
    const none = step(first, 'new', 0);
    expect(none).toEqual(first);
    const last = step(none, 'new', 3);
    expect(last).toEqual({ shapes: { 'AWS:Other': 'x', 'AWS:Tag': 'new' }, underway: {} });
    expect(left(last, 'new')).toEqual([]);
  });

  it('begin anew when the table changes meanwhile', () => {
    const first = step(nothing, 'new', 2);
    expect(left(first, 'newer')).toEqual(pairs);
    expect(step(first, 'newer', 0).underway).toEqual({ 'AWS:Tag': { shape: 'newer', through: '' } });
    expect(step(first, 'newer', 9).shapes).toMatchObject({ 'AWS:Tag': 'newer' });
  });
});
