import { afterEach, describe, expect, it } from 'vitest';
import { settingsFingerprint } from '../../core/association.ts';
import { AwsFault } from '../../local/cloud/aws-fault.ts';
import { answer, HUB, MANAGEMENT, MEMBERS, openFleet, type TestFleet, UNIT } from './a-fleet.ts';

const runId = 'run-1';
const [first = '', second = ''] = MEMBERS;

describe('resolve-targets', () => {
  let fleet: TestFleet | undefined;
  const open = async (members?: string[]) => {
    fleet = await openFleet(members);
    return fleet;
  };
  afterEach(() => fleet?.close());

  it('finds every account of the organization, over pages of twenty (Organizations API reference, ListAccounts)', async () => {
    const { resolve, calls, lines } = await open(MEMBERS);
    const answered = await resolve({ runId });
    expect(answered).toMatchObject({ accounts: 27, targets: 54, excluded: 27, visits: [] });
    expect(calls.filter((call) => call === 'ListAccounts')).toHaveLength(2);
    expect(lines(answered.accountsKey)).toHaveLength(27);
    expect(lines(`runs/${runId}/scope.jsonl`)).toHaveLength(81);
  });

  it('excludes a Region that is off and takes it in when it is on', async () => {
    const { resolve, account, lines } = await open();
    account.setRegionState(first, 'ap-east-1', 'ENABLED');
    const { visits } = await resolve({ runId });
    expect(visits.find(({ accountId }) => accountId === first)?.regions).toContain('ap-east-1');
    const scope = lines(`runs/${runId}/scope.jsonl`);
    expect(scope).toContainEqual(
      expect.objectContaining({ accountId: second, region: 'ap-east-1', exclusion: 'RegionDisabled' }),
    );
  });

  it('learns the Regions of the management account as the account itself, since a delegated administrator may not ask', async () => {
    const { resolve, account, lines } = await open();
    account.setRegionState(MANAGEMENT, 'ap-east-1', 'ENABLED');
    const { visits } = await resolve({ runId });
    expect(visits.find(({ accountId }) => accountId === MANAGEMENT)?.regions).toContain('ap-east-1');
    expect(lines(`runs/${runId}/scope.jsonl`)).toHaveLength(12);
  });

  it('assumes the Regions that every account has where the role for that is missing', async () => {
    const { resolve, lines, set } = await open();
    set({ REGION_READER_NAME: 'NobodyMadeIt' });
    await resolve({ runId });
    const cached = lines('cache/regions.json')[0];
    expect(cached).toMatchObject({
      accounts: { [MANAGEMENT]: { enabled: null }, [HUB]: { enabled: expect.any(Array) } },
    });
    const scope = lines(`runs/${runId}/scope.jsonl`);
    expect(scope).toContainEqual(
      expect.objectContaining({ accountId: MANAGEMENT, region: 'us-east-1', exclusion: null }),
    );
  });

  it('takes no Region for off because the question had no answer, and asks again in the next run', async () => {
    const { resolve, cause } = await open();
    cause(answer('AssumeRole', new AwsFault('Throttling', 'Rate exceeded', { status: 400 })));
    const regionsOf = async () => {
      const { visits } = await resolve({ runId });
      return visits.find(({ accountId }) => accountId === MANAGEMENT)?.regions;
    };
    expect(await regionsOf()).toContain('ap-east-1');
    cause(() => undefined);
    expect(await regionsOf()).toEqual(['eu-west-1', 'us-east-1']);
  });

  it('asks about Regions once a day, and at once about an account that is new', async () => {
    const { resolve, tree, calls, advance } = await open();
    const asked = () => calls.filter((call) => call === 'ListRegions').length;
    await resolve({ runId });
    expect(asked()).toBe(5);
    await advance(60);
    await resolve({ runId });
    expect(asked()).toBe(5);
    tree.putAccount({ id: '100000000999', joinedAt: new Date() });
    await resolve({ runId });
    expect(asked()).toBe(6);
    await advance(24 * 60);
    await resolve({ runId });
    expect(asked()).toBe(12);
  });

  it('leaves out an account that is suspended, and never asks about it', async () => {
    const { resolve, tree, lines, calls } = await open();
    tree.putAccount({ id: first, state: 'SUSPENDED', joinedAt: new Date() });
    const { visits } = await resolve({ runId });
    expect(visits.map(({ accountId }) => accountId)).not.toContain(first);
    const scope = lines(`runs/${runId}/scope.jsonl`);
    expect(scope).toContainEqual(expect.objectContaining({ accountId: first, exclusion: 'AccountNotActive' }));
    expect(calls.filter((call) => call === 'ListRegions')).toHaveLength(4);
  });

  it('takes the accounts of the configured units and of the units below them, and calls nothing else', async () => {
    const { resolve, tree, set, calls } = await open();
    tree.addUnit({ id: 'ou-ab12-22222222', name: 'below', parent: UNIT });
    tree.putAccount({ id: second, parent: 'ou-ab12-22222222', joinedAt: new Date() });
    set({ ORGANIZATIONAL_UNITS: `${UNIT},ou-ab12-22222222` });
    const { visits } = await resolve({ runId });
    expect(visits.map(({ accountId }) => accountId)).toEqual([first, second]);
    expect(calls).not.toContain('ListAccounts');
  });

  it('keeps the whole scope in the file when a run is narrowed to some accounts', async () => {
    const { resolve, lines, set } = await open();
    set({ REGIONS: 'all-enabled', EXCLUDE_ACCOUNTS: HUB });
    const { visits } = await resolve({ runId, accountIds: [second, HUB] });
    expect(visits.map(({ accountId }) => accountId)).toEqual([second]);
    expect(new Set(lines(`runs/${runId}/scope.jsonl`).map(({ accountId }) => accountId)).size).toBe(4);
  });

  it('asks for the associations of a target once a day, and of one where nobody collects each time', async () => {
    const { resolve, write, advance } = await open([first]);
    const askedAt = '2026-11-02T06:00:00.000Z';
    const settings = { parameters: {}, output: null };
    const association = { associationId: 'a', version: '2', owner: 'other', targets: [], schedule: null, settings };
    const associations = [{ ...association, status: null, counts: {}, tagged: null }];
    const memory = (region: string, reasons: string[]) =>
      JSON.stringify({ accountId: first, region, collection: { askedAt, associations }, verdict: { reasons } });
    const lines = [memory('us-east-1', []), memory('eu-west-1', ['InventoryNotCollected'])];
    const known = { 'a:2': settingsFingerprint(settings) };
    const asked = async () => {
      const { visits } = await resolve({ runId, accountIds: [first] });
      return visits.map((visit) => visit.associations);
    };
    expect(await asked()).toEqual([{ 'us-east-1': {}, 'eu-west-1': {} }]);
    await write('ledger/memory/targets.jsonl', lines.join('\n'));
    expect(await asked()).toEqual([{ 'eu-west-1': known }]);
    await advance(24 * 60);
    expect(await asked()).toEqual([{ 'us-east-1': known, 'eu-west-1': known }]);
    await write(
      'ledger/memory/targets.jsonl',
      lines.slice(0, 1).join('\n').replace(askedAt, '2026-11-03T06:00:00.000Z'),
    );
    expect(await asked()).toEqual([{ 'eu-west-1': {} }]);
  });

  it('visits what the config excludes where Muster made a sync and syncs are removed, unless the list of accounts has shrunk', async () => {
    const { resolve, set, write, lines } = await open([first]);
    const memory = (accountId: string) =>
      JSON.stringify({ accountId, region: 'us-east-1', accountName: 'name', made: 'muster-06e03f44' });
    const leaving = async () => {
      const { visits } = await resolve({ runId });
      return visits.flatMap((visit) => (visit.leaving ? [[visit.accountId, visit.leaving]] : []));
    };
    set({ EXCLUDE_ACCOUNTS: first });
    await write('ledger/memory/targets.jsonl', memory(first));
    expect(await leaving()).toEqual([]);
    set({ REMOVE: 'true' });
    expect(await leaving()).toEqual([[first, { 'us-east-1': 'muster-06e03f44' }]]);
    await write('ledger/memory/targets.jsonl', [memory(first), memory(second)].join('\n'));
    expect(await leaving()).toEqual([]);
    expect(lines(`runs/${runId}/scope.jsonl`)).toHaveLength(9);
  });

  it.each([
    ['TooManyRequestsException', 'Throttled'],
    ['ServiceException', 'Unavailable'],
  ])('answers %s of Organizations with %s, for the state machine to try again', async (name, expected) => {
    const { resolve, cause } = await open();
    cause(answer('ListAccounts', new AwsFault(name, 'not now', { status: expected === 'Throttled' ? 400 : 500 })));
    await expect(resolve({ runId })).rejects.toMatchObject({ name: expected });
  });
});
