/** What Muster said of the targets of a world, held against what had to come of them. */
import { type Expectation, expectedTargets } from '../second-opinion/targets.ts';
import type { PlannedWorld } from './plan-worlds.ts';
import type { Outcome } from './run-one.ts';

export interface Comparison {
  readonly world: string;
  readonly target: string;
  readonly expected: Expectation;
  readonly given: Expectation;
}

/** Of a target that one side does not name. */
const ABSENT: Expectation = { status: 'absent', reasons: [] };

/** One for each target of either side. */
export function compareTargets({ file, name }: PlannedWorld, outcome: Outcome): Comparison[] {
  const expected = expectedTargets(file);
  const given = 'targets' in outcome ? outcome.targets : {};
  const targets = [...new Set([...Object.keys(expected), ...Object.keys(given)])].sort();
  return targets.map((target) => ({
    world: name,
    target,
    expected: expected[target] ?? ABSENT,
    given: given[target] ?? ABSENT,
  }));
}

export function isRight({ expected, given }: Comparison): boolean {
  return expected.status === given.status && expected.reasons.join() === given.reasons.join();
}

const GREEN = ['Healthy', 'Empty'];
const RED = ['Blocked', 'Failing', 'Degraded', 'Unknown'];

export function isFalselyGreen({ expected, given }: Comparison): boolean {
  return GREEN.includes(given.status) && !GREEN.includes(expected.status);
}

export function isFalselyRed({ expected, given }: Comparison): boolean {
  return RED.includes(given.status) && !RED.includes(expected.status);
}
