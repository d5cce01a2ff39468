import { describe, expect, it } from 'vitest';
import type { ObservedSync } from '../../core/observation.ts';
import { AccountId } from '../../core/target.ts';
import { parseConfig } from '../../infra/config.ts';
import { judgeRegions, judgeSlots, sampleOf } from '../../operator/preflight/checks/accounts.ts';
import { judgeConcurrency, judgeMachines } from '../../operator/preflight/checks/capacity.ts';
import { judgePolicy } from '../../operator/preflight/checks/inventory-bucket.ts';
import { judgeKey } from '../../operator/preflight/checks/inventory-key.ts';
import { judgeDelegations, judgeOrganization, judgeTrust } from '../../operator/preflight/checks/organization.ts';
import { parseOptions } from '../../operator/preflight/options.ts';
import { compareStatements } from '../../operator/preflight/statements.ts';

const config = parseConfig({ organizationId: 'o-a1b2c3d4e5' });
const sync = (syncName: string): ObservedSync => ({
  syncName,
  syncType: 'SyncToDestination',
  bucketName: `bucket-of-${syncName}`,
  prefix: null,
  region: 'us-east-1',
  kmsKeyArn: null,
  lastStatus: 'Successful',
  lastSuccessfulAt: null,
  createdAt: null,
});
const five = ['a', 'b', 'c', 'd', 'InspectorResourceDataSync-do-not-delete'].map(sync);
const principals = ['member.org.stacksets.cloudformation.amazonaws.com', 'account.amazonaws.com'];

describe('preflight judges', () => {
  it.each([
    [
      'another organization than the config says',
      { Id: 'o-zzzzzzzzzz', FeatureSet: 'ALL' },
      /config says o-a1b2c3d4e5/,
    ],
    ['consolidated billing only', { Id: 'o-a1b2c3d4e5', FeatureSet: 'CONSOLIDATED_BILLING' }, /billing only/],
  ] as const)('%s as failed, with what mends it', (_case, organization, says) => {
    const failed = judgeOrganization(organization, config, false).filter(({ status }) => status === 'fail');
    expect(failed).toMatchObject([
      { says: expect.stringMatching(says), mend: expect.arrayContaining([expect.any(String)]) },
    ]);
  });

  it('how StackSets must be called by where the hub is', () => {
    const organization = { Id: 'o-a1b2c3d4e5', FeatureSet: 'ALL' } as const;
    const statuses = (isManagement: boolean) =>
      judgeOrganization(organization, config, isManagement).map(({ status }) => status);
    expect(statuses(false)).toEqual(['pass', 'pass', 'pass']);
    expect(statuses(true)).toEqual(['pass', 'pass', 'fail']);
  });

  it.each(principals)('missing trust in or delegation of %s by name', (principal) => {
    const others = principals.filter((other) => other !== principal);
    for (const finding of [judgeTrust(others), judgeDelegations(others, '100000000002')]) {
      expect(finding).toMatchObject({ status: 'fail', says: expect.stringContaining(principal) });
      expect(finding.mend?.[0]).toContain('management account');
    }
    expect(judgeTrust(principals).status).toBe('pass');
    expect(judgeDelegations(principals, '100000000002').status).toBe('pass');
  });

  it.each([
    ['no sync', [], 'pass'],
    ['ours alone', [sync('muster-1a2b3c4d')], 'pass'],
    ['a foreign one that may hold the slot of the organization', five.slice(0, 1), 'warn'],
    ['five foreign ones', five, 'fail'],
    ['four foreign ones and ours', [...five.slice(0, 4), sync('muster-1a2b3c4d')], 'warn'],
    ['five that Explorer has, which need no slot', five.map((one) => ({ ...one, syncType: 'SyncFromSource' })), 'pass'],
  ] as const)('the slots of a target with %s', (_case, syncs, status) => {
    expect(judgeSlots('100000000010 us-east-1', syncs).status).toBe(status);
  });

  it('Regions that are off as out of scope, and says nothing where nobody may ask', () => {
    expect(judgeRegions('1', ['us-east-1', 'ap-east-1'], ['us-east-1'])).toMatchObject({
      status: 'warn',
      mend: ['aws account enable-region --account-id 1 --region-name ap-east-1'],
    });
    expect(judgeRegions('1', ['us-east-1'], ['us-east-1']).status).toBe('pass');
    expect(judgeRegions('1', ['us-east-1'], null).status).toBe('skipped');
  });

  it.each([
    ['Enabled', 'pass', undefined],
    ['Disabled', 'fail', 'enable-key'],
    ['PendingDeletion', 'fail', 'cancel-key-deletion'],
    ['Unavailable', 'fail', 'describe-key'],
  ] as const)('a key that is %s', (KeyState, status, command) => {
    const finding = judgeKey({ kind: 'seen', value: { KeyMetadata: { KeyId: 'k', KeyState } } }, 'arn:key');
    expect(finding.status).toBe(status);
    expect(finding.mend?.join(' ')).toEqual(command && expect.stringContaining(command));
  });

  it('a key or a policy that is not there', () => {
    expect(judgeKey({ kind: 'nothing' }, 'arn:key').status).toBe('fail');
    expect(judgePolicy({ kind: 'nothing' }, []).status).toBe('fail');
  });

  it('too few executions at once, and machines that are not deployed', () => {
    expect(judgeConcurrency(10, { maxConcurrency: 100, region: 'us-east-1' })).toMatchObject({ status: 'fail' });
    expect(judgeConcurrency(1000, { maxConcurrency: 100, region: 'us-east-1' }).status).toBe('pass');
    expect(judgeMachines(['muster-converge']).says).toContain('muster-assess is not deployed');
    expect(judgeMachines(['muster-converge', 'muster-assess']).status).toBe('pass');
  });
});

describe('two policies', () => {
  const desired = [{ Sid: 'A', Effect: 'Allow', Action: ['s3:PutObject'], Condition: { Bool: { 'aws:x': 'true' } } }];

  it.each([
    [
      'a list of one written as a single value',
      { Sid: 'A', Effect: 'Allow', Action: 's3:PutObject', Condition: { Bool: { 'aws:x': true } } },
    ],
    ['another Sid', { Effect: 'Allow', Action: ['s3:PutObject'], Condition: { Bool: { 'aws:x': 'true' } } }],
  ])('are the same for %s', (_case, statement) => {
    expect(compareStatements(statement, desired)).toEqual({ missing: [], surplus: [] });
  });

  it('differ by the names of what is missing and of what is more', () => {
    const wider = { Sid: 'B', Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'] };
    expect(compareStatements([wider, { Effect: 'Deny' }], desired)).toEqual({
      missing: ['A'],
      surplus: ['B', 'a statement without Sid'],
    });
    expect(compareStatements(undefined, desired)).toEqual({ missing: ['A'], surplus: [] });
  });
});

describe('a sample', () => {
  const ids = Array.from({ length: 20 }, (_, index) => AccountId.parse(String(100_000_000_000 + index)));

  it('holds the hub and others evenly spread, never more than asked for', () => {
    const hub = AccountId.parse('100000000007');
    expect(sampleOf(ids, 5, hub)).toEqual(
      ['100000000007', '100000000000', '100000000005', '100000000011', '100000000016'].map((id) => AccountId.parse(id)),
    );
    expect(sampleOf(ids, 1, hub)).toEqual([hub]);
    expect(sampleOf(ids, 100, hub)).toHaveLength(20);
  });
});

describe('the options', () => {
  it('are refused in a sentence', () => {
    expect(() => parseOptions(['--sample', '0'])).toThrow(/--sample takes a whole number/);
    expect(() => parseOptions(['--bogus'])).toThrow(/--bogus/);
    expect(parseOptions(['--role', 'Audit', '--json'])).toEqual({ sample: 5, role: 'Audit', json: true, help: false });
  });
});
