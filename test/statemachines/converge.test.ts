import { describe, expect, it } from 'vitest';
import { StatesError } from '../../local/engine/errors.ts';
import { type FakeFunction, fails, runMachine, throwsOnce } from './a-machine.ts';

const visit = { accountId: '100000000001', regions: ['us-east-1'] };
const runId = 'one';
const key = `runs/${runId}/accounts.jsonl`;
const resolved = { runId, mode: 'converge', accountsKey: key, accounts: 1, targets: 1, excluded: 0, visits: [visit] };
const visited = { observed: 1, failed: 0, created: 0, retry: [] };
const settled = { key: `runs/${runId}/revisit.jsonl`, accounts: 0, waitSeconds: 0, visits: [] };
const unplanned = { refused: [], plan: null };
const judged = { runId, targets: 1, asked: 1, observed: 1, summary: {}, coverage: 1, ...unplanned, revisit: settled };

const functions = (others: Record<string, FakeFunction> = {}): Record<string, FakeFunction> => ({
  ResolveTargets: () => resolved,
  ConvergeAccounts: () => visited,
  AssessDelivery: () => judged,
  MaintainCatalog: () => ({ tables: 0, partitionsCreated: 0 }),
  PublishHealth: () => ({ coverage: 1, changed: 0 }),
  ...others,
});

const accountsOf = (payload: Record<string, unknown>) => payload['accounts'];

describe('a converge run of few accounts', () => {
  it('visits them with one invocation, judges, keeps the catalog and publishes', async () => {
    const run = await runMachine('converge', functions());
    expect(run.status).toBe('SUCCEEDED');
    expect(run.calls).toEqual([
      ['ResolveTargets', { runId, mode: 'converge' }],
      ['ConvergeAccounts', { runId, mode: 'converge', attempt: 1, accounts: [visit] }],
      ['AssessDelivery', { runId, pass: 1, scope: true, changes: true, plan: false }],
      ['MaintainCatalog', { runId }],
      ['PublishHealth', { runId, startedAt: '2026-11-02T06:00:00.000Z' }],
    ]);
  });

  it('may be narrowed to some accounts by its input', async () => {
    const input = { accountIds: ['100000000001'] };
    const { calls } = await runMachine('converge', functions(), { input });
    expect(calls[0]).toEqual(['ResolveTargets', { runId, mode: 'converge', ...input }]);
  });

  it('tries a refused bucket four times, 20 s apart', async () => {
    const ConvergeAccounts: FakeFunction = ({ attempt }) => (attempt === 4 ? visited : { ...visited, retry: [visit] });
    const { calls, seconds } = await runMachine('converge', functions({ ConvergeAccounts }));
    const attempts = calls.filter(([name]) => name === 'ConvergeAccounts').map(([, { attempt }]) => attempt);
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(seconds).toBe(60);
  });

  it('visits once more what does not look right, only observing, after the wait it was told', async () => {
    const revisit = { ...settled, accounts: 1, waitSeconds: 360, visits: [visit] };
    const AssessDelivery: FakeFunction = ({ pass }) => (pass === 1 ? { ...judged, revisit } : judged);
    const { calls, seconds } = await runMachine('converge', functions({ AssessDelivery }));
    expect(calls.slice(2, 5)).toEqual([
      ['AssessDelivery', { runId, pass: 1, scope: true, changes: true, plan: false }],
      ['ConvergeAccounts', { runId, mode: 'apply', attempt: 1, accounts: [visit] }],
      ['AssessDelivery', { runId, pass: 2, scope: true, changes: false, plan: false }],
    ]);
    expect(seconds).toBe(360);
  });

  it('makes two passes at most', async () => {
    const revisit = { ...settled, accounts: 1, visits: [visit] };
    const { called } = await runMachine('converge', functions({ AssessDelivery: () => ({ ...judged, revisit }) }));
    expect(called.filter((name) => name === 'AssessDelivery')).toHaveLength(2);
  });

  it('does not visit anybody when nobody is in scope', async () => {
    const ResolveTargets: FakeFunction = () => ({ ...resolved, accounts: 0, targets: 0, visits: [] });
    const AssessDelivery: FakeFunction = () => ({ ...judged, asked: 0, observed: 0, coverage: null });
    const { called, status } = await runMachine('converge', functions({ ResolveTargets, AssessDelivery }));
    expect(called).not.toContain('ConvergeAccounts');
    expect(status).toBe('SUCCEEDED');
  });
});

describe('a run that plans', () => {
  const plan = {
    hash: '0123456789abcdef',
    key: 'plans/0123456789abcdef.jsonl',
    decisions: {},
    undecided: 0,
    risks: [],
  };
  const ResolveTargets: FakeFunction = ({ mode }) => ({ ...resolved, mode });
  const AssessDelivery: FakeFunction = () => ({ ...judged, plan });

  it('looks and decides, and ends with the plan: no catalog, no metrics, no events', async () => {
    const run = await runMachine('converge', functions({ ResolveTargets, AssessDelivery }), {
      input: { mode: 'plan' },
    });
    expect(run.calls).toEqual([
      ['ResolveTargets', { runId, mode: 'plan' }],
      ['ConvergeAccounts', { runId, mode: 'plan', attempt: 1, accounts: [visit] }],
      ['AssessDelivery', { runId, pass: 1, scope: true, changes: false, plan: true }],
    ]);
    expect([run.status, run.output]).toEqual(['SUCCEEDED', plan]);
  });

  it('of a fleet hands its accounts out to decide only', async () => {
    const files = { [key]: `${JSON.stringify(visit)}\n` };
    const many: FakeFunction = ({ mode }) => ({ ...resolved, mode, visits: [] });
    const fakes = functions({ ResolveTargets: many, AssessDelivery });
    const { calls } = await runMachine('converge', fakes, { input: { mode: 'plan' }, files });
    expect(calls[1]).toEqual(['ConvergeAccounts', expect.objectContaining({ mode: 'plan', accounts: [visit] })]);
  });

  it('fails loudly when no target at all could be observed', async () => {
    const nothing: FakeFunction = () => ({ ...judged, observed: 0, plan });
    const fakes = functions({ ResolveTargets, AssessDelivery: nothing });
    expect((await runMachine('converge', fakes, { input: { mode: 'plan' } })).error).toBe('NothingObserved');
  });
});

describe('a run that applies a plan', () => {
  const input = { mode: 'apply', plan: '0123456789abcdef' };
  const order = { decision: 'create', syncName: 'muster-1a2b3c4d', seen: '0123456789abcdef' };
  const ordered = { ...visit, orders: { 'us-east-1': order } };
  const ResolveTargets: FakeFunction = ({ mode }) => ({ ...resolved, mode, visits: [ordered] });

  it('orders what the plan says, judges like any other and names what it refused', async () => {
    const refused = ['100000000001/us-east-1'];
    const AssessDelivery: FakeFunction = () => ({ ...judged, refused });
    const run = await runMachine('converge', functions({ ResolveTargets, AssessDelivery }), { input });
    expect(run.calls).toEqual([
      ['ResolveTargets', { runId, ...input }],
      ['ConvergeAccounts', { runId, mode: 'apply', attempt: 1, accounts: [ordered] }],
      ['AssessDelivery', { runId, pass: 1, scope: true, changes: false, plan: false }],
      ['MaintainCatalog', { runId }],
      ['PublishHealth', expect.objectContaining({ runId })],
    ]);
    expect([run.status, run.output]).toEqual(['SUCCEEDED', { coverage: 1, changed: 0, refused }]);
  });

  it('that is none ends as InvalidInput, with the sentence', async () => {
    const refuses: FakeFunction = () => {
      throw new StatesError('InvalidInput', 'there is no plan 0123456789abcdef');
    };
    const run = await runMachine('converge', functions({ ResolveTargets: refuses }), { input });
    expect([run.status, run.error]).toEqual(['FAILED', 'InvalidInput']);
    expect(run.cause).toContain('there is no plan 0123456789abcdef');
  });
});

describe('a converge run of a fleet', () => {
  const accounts = ['1', '2', '3'].map((digit) => ({ ...visit, accountId: digit.repeat(12) }));
  const files = { [key]: accounts.map((line) => `${JSON.stringify(line)}\n`).join('') };
  const ResolveTargets: FakeFunction = () => ({ ...resolved, accounts: 3, targets: 3, visits: [] });

  it('hands its accounts to executions of their own, in batches', async () => {
    const run = await runMachine('converge', functions({ ResolveTargets }), { files });
    expect(run.status).toBe('SUCCEEDED');
    const batches = run.calls.filter(([name]) => name === 'ConvergeAccounts').map(([, payload]) => accountsOf(payload));
    expect(batches).toEqual([accounts.slice(0, 2), accounts.slice(2)]);
    expect(run.children.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  it('goes on when a batch is lost: a failed account is a result', async () => {
    const ConvergeAccounts: FakeFunction = (payload) =>
      JSON.stringify(payload).includes('333333333333') ? fails(payload) : visited;
    const { status, children } = await runMachine('converge', functions({ ResolveTargets, ConvergeAccounts }), {
      files,
    });
    expect(status).toBe('SUCCEEDED');
    expect(children.map(({ output }) => output)).toContainEqual({
      failure: expect.objectContaining({ Error: 'TypeError' }),
    });
  });

  it('retries within a batch only the accounts that were refused', async () => {
    const [first, second] = accounts;
    const ConvergeAccounts: FakeFunction = ({ attempt, accounts: batch }) =>
      attempt === 1 && JSON.stringify(batch) === JSON.stringify([first, second])
        ? { ...visited, retry: [second] }
        : visited;
    const { calls } = await runMachine('converge', functions({ ResolveTargets, ConvergeAccounts }), { files });
    const again = calls.filter(([name, { attempt }]) => name === 'ConvergeAccounts' && attempt === 2);
    expect(again.map(([, payload]) => accountsOf(payload))).toEqual([[second]]);
  });
});

describe('a converge run that meets trouble', () => {
  it.each(['Throttled', 'Unavailable', 'Conflict', 'Lambda.TooManyRequestsException'])(
    '%s passes when tried again',
    async (error) => {
      const AssessDelivery = throwsOnce(error, () => judged);
      const { status, called } = await runMachine('converge', functions({ AssessDelivery }));
      expect(status).toBe('SUCCEEDED');
      expect(called.filter((name) => name === 'AssessDelivery')).toHaveLength(2);
    },
  );

  it.each([
    ['ResolveTargets', 'TargetsNotResolved'],
    ['AssessDelivery', 'DeliveryNotAssessed'],
    ['PublishHealth', 'HealthNotPublished'],
  ])('a run whose %s fails ends as %s, with the cause', async (name, outcome) => {
    const { status, error, cause } = await runMachine('converge', functions({ [name]: fails }));
    expect([status, error]).toEqual(['FAILED', outcome]);
    expect(cause).toContain('a bug');
  });

  it('publishes its health also when the catalog lags, and fails then', async () => {
    const { error, called, cause } = await runMachine('converge', functions({ MaintainCatalog: fails }));
    expect(called.at(-1)).toBe('PublishHealth');
    expect(error).toBe('CatalogNotMaintained');
    expect(cause).toContain('a bug');
  });

  it('fails loudly when no target at all could be observed', async () => {
    const AssessDelivery: FakeFunction = () => ({ ...judged, observed: 0 });
    const { status, error } = await runMachine('converge', functions({ AssessDelivery }));
    expect([status, error]).toEqual(['FAILED', 'NothingObserved']);
  });

  it('judges by what earlier runs saw when its only batch is lost', async () => {
    const { called, status } = await runMachine('converge', functions({ ConvergeAccounts: fails }));
    expect(called).toContain('AssessDelivery');
    expect(status).toBe('SUCCEEDED');
  });
});
