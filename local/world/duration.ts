import { z } from 'zod';

const PATTERN = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** An ISO 8601 duration of days, hours, minutes and seconds as milliseconds; months and years have no fixed length and are refused. */
export const DurationMs = z.string().transform((text, context) => {
  const match = PATTERN.exec(text);
  if (!match || /[PT]$/.test(text)) {
    context.addIssue({ code: 'custom', message: `'${text}' is no ISO 8601 duration such as PT6H, PT90M or P1DT12H` });
    return z.NEVER;
  }
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
});

/** The shortest ISO 8601 text for a length in milliseconds, in hours, minutes and seconds. */
export function isoDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor(seconds / 60) % 60, 'M'],
    [seconds % 60, 'S'],
  ].flatMap(([count, unit]) => (count ? [`${count}${unit}`] : []));
  return `PT${parts.join('') || '0S'}`;
}
