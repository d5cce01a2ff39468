/** What the proof came to, as a confusion matrix and a line for whatever is wrong. */
import Table from 'cli-table3';
import { type Comparison, isFalselyGreen, isFalselyRed, isRight } from './compare.ts';

const STATUSES = ['Healthy', 'Empty', 'Converging', 'Degraded', 'Unknown', 'Failing', 'Blocked', 'Excluded', 'absent'];

type Summary = ReturnType<typeof summarize>;

export function summarize(comparisons: readonly Comparison[]) {
  const count = (holds: (one: Comparison) => boolean) => comparisons.filter(holds).length;
  const used = STATUSES.filter(
    (status) => count((one) => [one.expected.status, one.given.status].includes(status)) > 0,
  );
  const reasons = new Set(comparisons.flatMap(({ expected, given }) => [...expected.reasons, ...given.reasons]));
  const countGiven = (from: string, to: string) =>
    count((one) => one.expected.status === from && one.given.status === to);
  return {
    targets: comparisons.length,
    falselyGreen: count(isFalselyGreen),
    falselyRed: count(isFalselyRed),
    wrong: count((one) => !isRight(one)),
    statuses: used.map((expected) => ({
      expected,
      given: Object.fromEntries(used.map((given) => [given, countGiven(expected, given)])),
    })),
    reasons: [...reasons].sort().map((reason) => {
      const sides = ({ expected, given }: Comparison) =>
        [expected, given].map((side) => side.reasons.includes(reason)).join();
      const [both, missed, invented] = ['true,true', 'true,false', 'false,true'].map((which) =>
        count((one) => sides(one) === which),
      );
      return { reason, both, missed, invented };
    }),
  };
}

export function renderSummary({ statuses, reasons, ...counts }: Summary): string {
  const used = statuses.map(({ expected }) => expected);
  const style = { head: [], border: [] };
  const matrix = new Table({ head: ['expected \\ given', ...used], style });
  matrix.push(...statuses.map(({ expected, given }) => [expected, ...used.map((status) => given[status] || '')]));
  const causes = new Table({ head: ['reason', 'expected and given', 'missed', 'invented'], style });
  causes.push(...reasons.map(({ reason, both, missed, invented }) => [reason, both, missed || '', invented || '']));
  const { targets, falselyGreen, falselyRed, wrong } = counts;
  const verdict = `${targets} targets: ${falselyGreen} falsely green, ${falselyRed} falsely red, ${wrong} wrong in all`;
  return [matrix.toString(), causes.toString(), verdict].join('\n\n');
}

/** `world  account/region  expected ...  given ...` */
export function renderWrong({ world, target, expected, given }: Comparison): string {
  const text = ({ status, reasons }: Comparison['given']) => [status, ...reasons].join(' ');
  return `${world}  ${target}  expected ${text(expected)}  given ${text(given)}`;
}
