import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../local/cli/print.ts';
import type { Report, TargetReport } from '../../../local/cli/report.ts';

const target = (index: number, status: string, reasons: string[] = []): TargetReport => ({
  accountId: String(100_000_000_000 + index),
  region: 'us-east-1',
  status,
  reasons,
  suspected: status === 'Converging' ? ['SyncMissing'] : [],
  denial: null,
  foreignSyncs: [],
  syncName: 'muster-00000000',
  decision: 'keep',
  nodes: status === 'Blocked' ? null : { managed: 3, delivered: 2, missing: 1, stale: 0, silent: 0, ghosts: 0 },
  lastDeliveredAt: null,
  slots: null,
});

const report = (targets: readonly TargetReport[], more: Partial<Report> = {}): Report => ({
  version: 1,
  world: 'test',
  seed: 1,
  virtualDuration: 'PT6H',
  wallSeconds: 4.25,
  executions: [],
  targets,
  summary: { Healthy: 1, Blocked: 1, Unknown: 0, coverage: 0.5 },
  plan: { hash: null, risks: [], decisions: [] },
  hub: { bucketPolicy: 'same', key: 'usable' },
  remediations: [],
  catalog: { database: 'muster', tables: [] },
  queries: [],
  metrics: [],
  alarms: [],
  explorer: [],
  events: [],
  wire: { calls: { 'ssm:ListResourceDataSync': 4, 's3:GetObject': 3 }, denied: [], throttled: 2 },
  transitions: {},
  invocations: {},
  ...more,
});

describe('the printed report', () => {
  it('counts tables and partitions, and names what somebody edited by hand', () => {
    const table = (name: string, edited: string[] = []) => ({ name, columns: 3, partitions: 2, edited });
    const text = (tables: Report['catalog']['tables']) =>
      renderReport(report([], { catalog: { database: 'muster', tables } }), false);
    expect(text([table('a'), table('b')])).toContain('Catalog: 2 tables, 4 partitions\n');
    expect(text([table('a', ['column x is int', 'SerDe is y'])])).toContain(
      'Catalog: 1 tables, 2 partitions; edited by hand: a (column x is int, SerDe is y)\n',
    );
  });

  it('says which kind of policy refused, and where a foreign sync sends inventory', () => {
    const denied = { ...target(1, 'Blocked', ['DeniedByPolicy']), denial: 'service control policy' };
    const foreign = { ...target(2, 'Degraded', ['ForeignSync', 'NodesStale']), foreignSyncs: ['theirs', 'others'] };
    const text = renderReport(report([denied, foreign]), false);
    expect(text).toContain('DeniedByPolicy (service control policy)');
    expect(text).toContain('ForeignSync (theirs others), NodesStale');
  });

  it('shows each target with its reasons, doubts and nodes, and ends with the coverage', () => {
    const text = renderReport(
      report([target(1, 'Healthy'), target(2, 'Blocked', ['RoleUnassumable']), target(3, 'Converging')]),
      false,
    );
    expect(text).toContain('│ 100000000001 │ us-east-1 │ Healthy    │ 3     │ 2         │');
    expect(text).toMatch(/100000000002 .* Blocked .* - .* - .* RoleUnassumable/);
    expect(text).toContain('Inventory bucket policy: same, key: usable');
    expect(text).toMatch(/100000000003 .* Converging .* SyncMissing\?/);
    expect(text).toContain('Coverage: 50.0 % (1 Healthy, 1 Blocked)');
    expect(text).toContain('0 executions and 7 AWS calls in PT6H of virtual time, 4.3 s of yours');
  });

  it('has no control sequences without a terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(renderReport(report([target(1, 'Healthy')]), false)).not.toMatch(/\u001b\[/);
  });

  it('shows a large fleet by its unhealthy targets and says how many it left out', () => {
    const fleet = [
      target(0, 'Failing', ['NotDelivering']),
      ...Array.from({ length: 70 }, (_, index) => target(index + 1, 'Healthy')),
    ];
    const text = renderReport(report(fleet), false);
    expect(text).toContain('NotDelivering');
    expect(text).not.toContain('Healthy    │');
    expect(text).toContain('... and 70 more targets; --report FILE has them all');
  });

  it('shows the answer to a query, its first rows only, and a refusal in Athena’s words', () => {
    const rows = Array.from({ length: 25 }, (_, index) => [`row ${index}`, null]);
    const text = renderReport(
      report([], {
        queries: [
          { name: 'fleet', sql: 'SELECT 1', columns: ['name', 'empty'], rows, error: null },
          { name: 'query 1', sql: 'SELEKT 1', columns: [], rows: [], error: 'line 1:1: mismatched input' },
        ],
      }),
      false,
    );
    expect(text).toContain('row 19');
    expect(text).not.toContain('row 20');
    expect(text).toContain('... and 5 more rows');
    expect(text).toContain('query 1\nrefused: line 1:1: mismatched input');
  });

  it('says so when nothing is in scope', () => {
    expect(renderReport(report([], { summary: { coverage: null } }), false)).toContain('Coverage: no target in scope');
  });
});

describe('the printed plan', () => {
  const decided = (index: number, decision: string, risks: string[] = []) => ({
    accountId: String(100_000_000_000 + index),
    region: 'us-east-1',
    decision,
    syncName: 'muster-00000000',
    reason: decision === 'create' ? 'SyncAbsent' : 'SyncInPlace',
    risks,
  });
  const targets = [
    target(0, 'Converging'),
    target(1, 'Healthy'),
    target(2, 'Blocked', ['RoleUnassumable']),
    target(3, 'Excluded', ['RegionDisabled']),
  ];
  const plan = {
    hash: '0123456789abcdef',
    risks: ['organization slot unknown'],
    decisions: [decided(0, 'create', ['organization slot unknown']), decided(1, 'keep')],
  };
  const text = renderReport(report(targets, { plan }), false);

  it('shows each decision with its reason and risk, and why a target has none', () => {
    expect(text).toMatch(
      /100000000000 .* Converging .* create .* muster-00000000 .* SyncAbsent .* organization slot unknown/,
    );
    expect(text).toMatch(/100000000002 .* Blocked .* none .* - .* RoleUnassumable/);
  });

  it('leaves out what stays as it is', () => {
    expect(text).not.toContain('100000000001');
    expect(text).not.toContain('100000000003');
  });

  it('ends with the hash, the counts, the risks and how to apply it', () => {
    expect(text).toContain('Plan 0123456789abcdef: 1 create, 1 keep, 1 undecided');
    expect(text).toContain('Risks: organization slot unknown');
    expect(text).toContain('start muster-converge with {"mode":"apply","plan":"0123456789abcdef"}');
    expect(text).toContain('Targets now: 1 Healthy, 1 Blocked');
  });

  it('of a large fleet shows the first sixty targets', () => {
    const many = Array.from({ length: 70 }, (_, index) => index);
    const fleet = { ...plan, decisions: many.map((index) => decided(index, 'create')) };
    const large = renderReport(
      report(
        many.map((index) => target(index, 'Converging')),
        { plan: fleet },
      ),
      false,
    );
    expect(large).toContain('... and 10 more targets; --report FILE has them all');
    expect(large).toContain(': 70 create\n');
  });

  it('says so when there is nothing to do', () => {
    const idle = { hash: '0123456789abcdef', risks: [], decisions: [] };
    expect(renderReport(report([], { plan: idle }), false)).toContain('nothing to decide\nRisks: none');
  });
});
