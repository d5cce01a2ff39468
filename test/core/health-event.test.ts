import { describe, expect, it } from 'vitest';
import { runCompleted, statusChanged } from '../../core/health-event.ts';
import { VerdictRecord } from '../../core/ledger.ts';

const record = (previousStatus: string | null) =>
  VerdictRecord.parse({
    schemaVersion: 1,
    accountId: '100000000010',
    accountName: 'payments',
    region: 'us-east-1',
    status: 'Failing',
    reasons: ['NotDelivering'],
    suspected: [],
    syncName: 'muster-00000000',
    decision: 'keep',
    denial: null,
    foreignSyncs: [],
    slots: null,
    nodesManaged: 1,
    nodesDelivered: 0,
    nodesMissing: 1,
    nodesStale: 0,
    nodesSilent: 0,
    nodesGhosts: 0,
    objectsQuarantined: 0,
    objectsForged: 0,
    missingNodes: ['i-0000000000000000a'],
    staleNodes: [],
    silentNodes: [],
    ghostNodes: [],
    heartbeatPutAt: null,
    heartbeatDeliveredAt: null,
    typesMissing: [],
    lastDeliveredAt: null,
    judgedAt: '2026-11-02T07:00:00.000Z',
    observedAt: null,
    runId: 'run-1',
    previousStatus,
    since: '2026-11-02T07:00:00.000Z',
  });

describe('an event of a target', () => {
  it('says from what to what, why and in which run', () => {
    expect(statusChanged(record('Converging'))).toEqual({
      detailType: 'Muster Target Status Changed',
      detail: {
        accountId: '100000000010',
        region: 'us-east-1',
        from: 'Converging',
        to: 'Failing',
        reasons: ['NotDelivering'],
        syncName: 'muster-00000000',
        runId: 'run-1',
        at: '2026-11-02T07:00:00.000Z',
      },
    });
  });

  it.each([
    ['kept its status', 'Failing'],
    ['was never judged before', null],
  ])('is not published when the target %s', (_case, previous) => {
    expect(statusChanged(record(previous))).toBeUndefined();
  });
});

describe('the event of a run', () => {
  it('carries the summary', () => {
    const counts = {
      Healthy: 1,
      Converging: 0,
      Empty: 0,
      Degraded: 0,
      Failing: 1,
      Blocked: 0,
      Excluded: 0,
      Unknown: 0,
    };
    expect(runCompleted('run-1', { counts, coverage: 0.5 })).toEqual({
      detailType: 'Muster Run Completed',
      detail: { runId: 'run-1', ...counts, coverage: 0.5 },
    });
  });
});
