import { describe, expect, it } from 'vitest';
import { InvalidConfig, parseConfig, parseConfigWith } from '../../infra/config.ts';
import { refuseUnsupported } from '../../infra/unsupported.ts';
import musterConfig from '../../muster.config.ts';

const organizationId = 'o-a1b2c3d4e5';

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidConfig) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the config', () => {
  it('needs an organization id and nothing else', () => {
    const config = parseConfig({ organizationId });
    expect(config).toMatchObject({ hubRegion: 'us-east-1', regions: ['us-east-1'], prefix: 'inventory' });
    expect(config).toMatchObject({ freshnessMinutes: 120, graceMinutes: 60, accountsPerBatch: 10, runDays: 90 });
    expect(config.schedules).toEqual({
      enabled: true,
      converge: 'rate(1 day)',
      assess: 'rate(1 hour)',
      curate: 'rate(1 day)',
    });
    expect(config.changes).toEqual({ maxShare: 0.02, stopAfterFailures: 5 });
    expect(config.remediation).toEqual({ targets: 'apply', hub: 'propose', maxPerTargetPerDay: 3 });
  });

  it.each([
    ['a key that does not exist', { freshnesMinutes: 5 }, 'config.freshnesMinutes: there is no such key'],
    ['a nested key that does not exist', { canary: { every: 5 } }, 'config.canary.every: there is no such key'],
    ['a Region that is none', { regions: ['us-east-1', 'mars'] }, 'config.regions[1]: not the name of an AWS Region'],
    ['a word that is no list', { regions: 'all' }, 'config.regions: neither a list of Regions nor "all-enabled"'],
    ['a Region of the hub that is none', { hubRegion: 'mars' }, 'config.hubRegion: not the name of an AWS Region'],
    ['an account id', { excludeAccounts: ['12'] }, 'config.excludeAccounts[0]: an AWS account id has twelve digits'],
    ['a schedule', { schedules: { assess: 'rate(1 hours)' } }, 'config.schedules.assess: neither rate(...)'],
    ['a prefix with a slash at its end', { prefix: 'a/' }, 'config.prefix: a key prefix without a slash'],
    ['a share above one', { objectives: { coverage: 99 } }, 'config.objectives.coverage: '],
    ['an ARN where a name belongs', { permissionsBoundary: 'arn:aws:iam::1:policy/x' }, 'config.permissionsBoundary: '],
    [
      'a collection that is too frequent',
      { collectionSchedule: 'rate(29 minutes)' },
      'config.collectionSchedule: neither',
    ],
    [
      'a collection every five minutes',
      { collectionSchedule: 'cron(0 0/5 * 1/1 * ? *)' },
      'config.collectionSchedule: neither',
    ],
    ['nodes that are none', { collectionTargets: 'production' }, 'config.collectionTargets: neither "all" nor'],
    ['a parameter', { collectionParameters: { everything: 'Enabled' } }, 'config.collectionParameters.everything: '],
    [
      'a switch',
      { collectionParameters: { services: 'on' } },
      'config.collectionParameters.services: neither "Enabled"',
    ],
    ['files', { collectionParameters: { files: '/etc' } }, 'config.collectionParameters.files: not a JSON list'],
    ['a search for files', { collectionParameters: { files: '[{"Pattern":["*"]}]' } }, 'files: not a JSON list'],
    ['a registry', { collectionParameters: { windowsRegistry: '{}' } }, 'windowsRegistry: not a JSON list'],
    ['no organization', { organizationId: undefined }, 'config.organizationId: '],
  ])('names the field of %s', (_case, wrong, message) => {
    expect(refusal(() => parseConfig({ organizationId, ...wrong }))).toContain(message);
  });

  it('tells all offences at once, one a line', () => {
    const message = refusal(() => parseConfig({ organizationId, hubRegion: 'x', adpot: true, graceMinutes: 0 }));
    expect(message.split('\n').map((line) => line.split(':')[0])).toEqual([
      'config.hubRegion',
      'config.graceMinutes',
      'config.adpot',
    ]);
  });

  it.each([
    { collectionSchedule: 'rate(30 minutes)' },
    { collectionSchedule: 'rate(1 day)' },
    { collectionSchedule: 'cron(0 0/30 * 1/1 * ? *)' },
    { collectionSchedule: 'cron(0 15 2 * * ? *)' },
    { collectionTargets: 'tag:Stage=prod=1' },
    { collectionTargets: 'i-0123456789abcdef0,mi-0123456789abcdef0,i-01234567' },
    { collectionParameters: { files: '[{"Path":"/etc","Pattern":["*.conf"],"DirScanLimit":1000}]' } },
    { collectionParameters: { windowsRegistry: '[{"Path":"HKLM","ValueNames":["AMIName"]}]' } },
    { collectionOutput: { bucketName: 'runs' } },
  ])('takes %j', (collection) => {
    expect(refusal(() => parseConfig({ organizationId, ...collection }))).toBe('accepted');
  });

  it('takes overrides key by key, and lists as a whole', () => {
    const config = parseConfigWith(musterConfig, {
      regions: ['eu-west-1'],
      schedules: { assess: 'rate(30 minutes)' },
      quickSight: null,
    });
    expect(config).toMatchObject({ organizationId, regions: ['eu-west-1'] });
    expect(config.schedules).toMatchObject({ assess: 'rate(30 minutes)', converge: 'rate(1 day)' });
  });

  it('refuses overrides that are not an object, and misspelt ones', () => {
    expect(refusal(() => parseConfigWith(musterConfig, ['regions']))).toBe('config: the overrides are not an object');
    expect(refusal(() => parseConfigWith(musterConfig, { region: [] }))).toBe('config.region: there is no such key');
  });
});

describe('a config that asks for what is not built', () => {
  it.each([
    ['eventRegions', { eventRegions: ['us-east-1'] }],
    ['existingBucket', { existingBucket: 'theirs' }],
    ['kmsKeyArn', { kmsKeyArn: 'arn:aws:kms:us-east-1:1:key/2' }],
    ['sharing', { sharing: 'accounts' }],
    ['sharing', { accounts: ['100000000010'] }],
    ['remediation.hub', { remediation: { hub: 'apply' } }],
    ['census', { census: 's3-inventory' }],
    ['explorer', { explorer: [{ name: 'all', sourceType: 'AwsOrganizations', sourceRegions: ['us-east-1'] }] }],
    ['quickSight', { quickSight: { edition: 'ENTERPRISE' } }],
  ])('is refused with a sentence: %s', (key, wish) => {
    const message = refusal(() => refuseUnsupported(parseConfigWith(musterConfig, wish)));
    expect(message).toMatch(new RegExp(`^config\\.${key}: .*(yet|already|nothing)`));
  });

  it('is not refused for the defaults', () => {
    expect(() => refuseUnsupported(parseConfig({ organizationId }))).not.toThrow();
  });
});
