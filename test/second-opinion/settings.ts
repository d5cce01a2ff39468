/** What the config of a world says where a verdict depends on it: an override, or the default that `docs/config.md` gives. */
import { z } from 'zod';
import type { World } from '../../local/world/schema.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export interface Settings {
  readonly graceMs: number;
  readonly freshnessMs: number;
  readonly convergeEveryMs: number;
  /** Undefined without a canary. */
  readonly canaryEveryMs: number | undefined;
  readonly adopts: boolean;
  readonly replaces: boolean;
  /** Of all targets, what an unplanned run may replace. */
  readonly maxShare: number;
  readonly collection: 'off' | 'adopt' | 'ensure';
  readonly allowedDestinations: readonly string[];
  readonly contentSampleShare: number;
}

export function settingsOf({ config }: World): Settings {
  const section = (name: string) => Object(config[name]) as Readonly<Record<string, unknown>>;
  const { enabled = true, everyMinutes = 1440 } = section('canary');
  return {
    graceMs: Number(config['graceMinutes'] ?? 60) * MINUTE,
    freshnessMs: Number(config['freshnessMinutes'] ?? 120) * MINUTE,
    convergeEveryMs: rate(section('schedules')['converge'] ?? 'rate(1 day)'),
    canaryEveryMs: enabled === true ? Number(everyMinutes) * MINUTE : undefined,
    adopts: config['adopt'] !== false,
    replaces: config['replace'] !== 'never',
    maxShare: Number(section('changes')['maxShare'] ?? 0.02),
    collection: z.enum(['off', 'adopt', 'ensure']).parse(config['collection'] ?? 'adopt'),
    allowedDestinations: listOf(config['allowedDestinations']),
    contentSampleShare: Number(config['contentSampleShare'] ?? 0.01),
  };
}

export function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function rate(expression: unknown): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(expression)) ?? [];
  const length = new Map([
    ['minute', MINUTE],
    ['hour', HOUR],
    ['day', 24 * HOUR],
  ]).get(unit);
  if (length === undefined) throw new Error(`the second opinion reads rates only, not ${expression}`);
  return Number(count) * length;
}
