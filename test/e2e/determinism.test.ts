import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../local/cli/report.ts';
import { expectAsFiled, findings } from './second-opinion.ts';
import { defaultWorld, runWorldFile } from './world-runner.ts';

/** The default world with every fifth call throttled and every tenth one lost, on top of what it has. */
function troubled() {
  const world = defaultWorld();
  const troubles = [
    { kind: 'throttle' as const, service: '*', rate: 0.2 },
    { kind: 'unavailable' as const, service: '*', rate: 0.1 },
  ];
  return { ...world, faults: [...(world.faults ?? []), ...troubles] };
}

describe('the default world', () => {
  let first: Report;
  beforeAll(async () => {
    first = await runWorldFile(defaultWorld());
  });

  it('gives every target its status and reasons, and refuses nothing but what its faults refuse', () => {
    expectAsFiled(defaultWorld(), first);
    expect(first.summary).toMatchObject({ Degraded: 4, Unknown: 0, Converging: 0 });
    for (const status of ['Healthy', 'Empty', 'Failing', 'Blocked', 'Excluded'])
      expect([status, (first.summary[status] ?? 0) > 0]).toEqual([status, true]);
  });

  it('gives the same report twice', async () => {
    expect(await runWorldFile(defaultWorld())).toEqual(first);
  });

  it('is as healthy where calls are throttled and lost, and gives the same report twice there too', async () => {
    const report = await runWorldFile(troubled());
    expect(report.wire.throttled).toBeGreaterThan(100);
    expect(findings(report)).toEqual(findings(first));
    expect(report.executions.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
    expect(await runWorldFile(troubled())).toEqual(report);
  });
});
