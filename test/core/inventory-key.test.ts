import { describe, expect, it } from 'vitest';
import { classifyKey, formatInventoryKey, heartbeatType, parseInventoryKey } from '../../core/inventory-key.ts';

const path = 'AWS:Application/accountid=100000000010/region=eu-west-1/resourcetype=ManagedInstanceInventory';
const key = { type: 'AWS:Application', accountId: '100000000010', region: 'eu-west-1', nodeId: 'i-0123456789abcdef0' };

describe('the key of an inventory object', () => {
  it.each([
    ['an EC2 node', 'inventory', `inventory/${path}/i-0123456789abcdef0.json`, key],
    ['a short EC2 id', 'inventory', `inventory/${path}/i-01234567.json`, { ...key, nodeId: 'i-01234567' }],
    [
      'a hybrid node',
      'inventory',
      `inventory/${path}/mi-0123456789abcdef0.json`,
      { ...key, nodeId: 'mi-0123456789abcdef0' },
    ],
    ['a bucket without a prefix', '', `${path}/i-0123456789abcdef0.json`, key],
    ['a prefix of two folders', 'a/b', `a/b/${path}/i-0123456789abcdef0.json`, key],
  ])('is read and written for %s', (_, prefix, text, parsed) => {
    expect(parseInventoryKey(prefix, text)).toEqual(parsed);
    expect(formatInventoryKey(prefix, parsed)).toBe(text);
  });

  it.each(['Custom:RackInformation', 'AWS:InstanceInformation'])('carries the type %s', (type) => {
    expect(parseInventoryKey('', formatInventoryKey('', { ...key, type }))?.type).toBe(type);
  });

  it('is told apart when it is that of a heartbeat of the canary', () => {
    const text = formatInventoryKey('inventory', { ...key, type: heartbeatType });
    expect(parseInventoryKey('inventory', text)).toEqual({ ...key, type: 'Custom:MusterHeartbeat' });
    expect(classifyKey('inventory', text)).toEqual({ ...key, kind: 'heartbeat', type: 'Custom:MusterHeartbeat' });
  });

  it.each(['eusc-de-east-1', 'us-gov-west-1', 'cn-north-1'])('carries a Region of any partition: %s', (region) => {
    expect(parseInventoryKey('', formatInventoryKey('', { ...key, region }))?.region).toBe(region);
  });
});

describe('a key that holds no inventory', () => {
  it('is the write test that creating a sync leaves behind', () => {
    const text = 'inventory/AWS:InstanceInformation/accountid=100000000010/test.json';
    expect(classifyKey('inventory', text)).toEqual({ kind: 'write-test' });
    expect(parseInventoryKey('inventory', text)).toBeUndefined();
  });

  it.each([
    ['lies outside the prefix', `other/${path}/i-0123456789abcdef0.json`],
    ['lies in a folder that the prefix only begins', `inventory-old/${path}/i-0123456789abcdef0.json`],
    ['has a type of no known origin', `inventory/${path.replace('AWS:', 'X:')}/i-0123456789abcdef0.json`],
    ['has a short account id', `inventory/${path.replace('100000000010', '1')}/i-0123456789abcdef0.json`],
    ['has capital partition names', `inventory/${path.replace('accountid', 'AccountId')}/i-0123456789abcdef0.json`],
    ['has another resource type', `inventory/${path.replace('Managed', 'Other')}/i-0123456789abcdef0.json`],
    ['is no JSON file', `inventory/${path}/i-0123456789abcdef0.csv`],
    ['names no node', `inventory/${path}/test.json`],
  ])('is another object when it %s', (_, text) => {
    expect(classifyKey('inventory', text)).toEqual({ kind: 'other' });
  });
});
