import cron from 'aws-cron-parser';
import { AwsFault } from '../cloud/aws-fault.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The first time after `after` that a `rate()` or `cron()` expression names, undefined when there is none ("Schedule expressions", EventBridge User Guide: a rate counts from when its rule is enabled; cron is in UTC). */
export function nextTime(expression: string, after: Date): Date | undefined {
  const [, value = '', unit = '', plural] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  if (unit !== '' && (value === '1') === (plural === ''))
    return new Date(after.getTime() + Number(value) * (UNIT_MS[unit] ?? 0));
  const [, fields] = /^cron\((\S+(?: \S+){5})\)$/.exec(expression) ?? [];
  if (fields === undefined) throw new AwsFault('ValidationException', 'Parameter ScheduleExpression is not valid.');
  return cron.next(cron.parse(fields), after) ?? undefined;
}
