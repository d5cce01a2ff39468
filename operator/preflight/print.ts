import type { Status } from './finding.ts';
import type { Ground } from './ground.ts';
import type { CheckReport } from './run.ts';

const marks: Readonly<Record<Status, string>> = { pass: 'ok  ', warn: 'warn', fail: 'FAIL', skipped: '?   ' };

/** A line for each finding, with what mends it below. */
export function renderChecks(reports: readonly CheckReport[], { accountId, config }: Ground): string {
  const lines = reports.flatMap(({ check, findings }) => [
    '',
    check,
    ...findings.flatMap(({ status, says, mend = [] }) => [
      `  ${marks[status]}  ${says}`,
      ...mend.map((command) => `          ${command}`),
    ]),
  ]);
  const findings = reports.flatMap((report) => report.findings);
  const count = (status: Status) => findings.filter((finding) => finding.status === status).length;
  const sum = `${count('pass')} passed, ${count('warn')} warnings, ${count('fail')} failed, ${count('skipped')} could not be looked at`;
  return [`Preflight of ${accountId} as the hub, in ${config.hubRegion}`, ...lines, '', sum].join('\n');
}

export function hasFailed(reports: readonly CheckReport[]): boolean {
  return reports.some(({ findings }) => findings.some(({ status }) => status === 'fail'));
}
