import { expect } from 'vitest';
import type { Report } from '../../local/cli/report.ts';
import { expectedDenials } from '../second-opinion/denials.ts';
import { expectedCoverage, expectedTargets } from '../second-opinion/targets.ts';
import type { WorldFile } from './world-runner.ts';

/** Status and reasons by `account/region`. */
export function findings({ targets }: Report): Record<string, { status: string; reasons: readonly string[] }> {
  return Object.fromEntries(
    targets.map(({ accountId, region, status, reasons }) => [`${accountId}/${region}`, { status, reasons }]),
  );
}

/** Holds a report against what the world file alone says must come of it. */
export function expectAsFiled(file: WorldFile, report: Report): void {
  const expected = expectedTargets(file);
  expect(findings(report)).toEqual(expected);
  expect(report.summary['coverage']).toBe(expectedCoverage(expected));
  expect(report.executions.filter(({ status }) => status !== 'SUCCEEDED')).toEqual([]);
  expectDenialsOfFaultsOnly(file, report);
}

/** Each refusal is of a fault, and each fault that refuses did. */
function expectDenialsOfFaultsOnly(file: WorldFile, { wire }: Report): void {
  const patterns = expectedDenials(file);
  const denied = wire.denied.map(({ principal, action, resource, why }) => `${principal} ${action} ${resource} ${why}`);
  expect(denied.filter((line) => !patterns.some((pattern) => pattern.test(line)))).toEqual([]);
  expect(patterns.filter((pattern) => !denied.some((line) => pattern.test(line)))).toEqual([]);
}
