import { describe, expect, it } from 'vitest';
import { type FakeFunction, fails, runMachine } from './a-machine.ts';

const visit = { accountId: '100000000001', regions: ['us-east-1'] };
const runId = 'one';
const key = `runs/${runId}/revisit.jsonl`;
const settled = { key, accounts: 0, waitSeconds: 0, visits: [] };
const judged = { runId, targets: 1, asked: 0, observed: 0, summary: {}, coverage: 1, revisit: settled };

const functions = (first: object, others: Record<string, FakeFunction> = {}): Record<string, FakeFunction> => ({
  ConvergeAccounts: () => ({ observed: 1, failed: 0, created: 0, retry: [] }),
  AssessDelivery: ({ pass }) => (pass === 1 ? { ...judged, ...first } : judged),
  PublishHealth: () => ({ coverage: 1, changed: 0 }),
  ...others,
});

describe('an assess run', () => {
  it('judges by the ledger and publishes, without a visit to anybody', async () => {
    const { calls, status } = await runMachine('assess', functions({}));
    expect(status).toBe('SUCCEEDED');
    expect(calls).toEqual([
      ['AssessDelivery', { runId, pass: 1, scope: false }],
      ['PublishHealth', { runId, startedAt: '2026-11-02T06:00:00.000Z' }],
    ]);
  });

  it('looks again at what it suspects before it judges', async () => {
    const { calls } = await runMachine('assess', functions({ revisit: { ...settled, accounts: 1, visits: [visit] } }));
    expect(calls.slice(1, 3)).toEqual([
      ['ConvergeAccounts', { runId, mode: 'observe', attempt: 1, accounts: [visit] }],
      ['AssessDelivery', { runId, pass: 2, scope: false }],
    ]);
  });

  it('looks again at many in batches', async () => {
    const files = { [key]: [visit, visit, visit].map((line) => `${JSON.stringify(line)}\n`).join('') };
    const { calls, status } = await runMachine('assess', functions({ revisit: { ...settled, accounts: 3 } }), {
      files,
    });
    expect(status).toBe('SUCCEEDED');
    const batches = calls.filter(([name]) => name === 'ConvergeAccounts').map(([, payload]) => payload['accounts']);
    expect(batches).toEqual([[visit, visit], [visit]]);
  });

  it('judges also when the second look is lost', async () => {
    const revisit = { ...settled, accounts: 1, visits: [visit] };
    const { called, status } = await runMachine('assess', functions({ revisit }, { ConvergeAccounts: fails }));
    expect(called).toEqual(['AssessDelivery', 'ConvergeAccounts', 'AssessDelivery', 'PublishHealth']);
    expect(status).toBe('SUCCEEDED');
  });

  it.each([
    ['AssessDelivery', 'DeliveryNotAssessed'],
    ['PublishHealth', 'HealthNotPublished'],
  ])('ends as it should when %s fails: %s', async (name, outcome) => {
    const { status, error } = await runMachine('assess', functions({}, { [name]: fails }));
    expect([status, error]).toEqual(['FAILED', outcome]);
  });
});
