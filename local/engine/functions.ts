import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { Track } from './run.ts';

/** "The array must contain no more than 1000 elements" (Step Functions developer guide, $range). */
const MAXIMUM_RANGE = 1000;

const formatTime = jsonata('$fromMillis($time, $picture, $timezone)');

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** Functions that Step Functions adds to JSONata and that hang on nothing but their arguments. */
const PURE = {
  partition: (array: unknown, size: number) => {
    const items = listOf(array);
    return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
  },
  range: (first: number, last: number, step: number) => {
    const length = step === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor((last - first) / step) + 1);
    if (length > MAXIMUM_RANGE) throw new Error(`$range gives at most ${MAXIMUM_RANGE} elements`);
    return Array.from({ length }, (_, n) => first + n * step);
  },
  hash: (data: unknown, algorithm: string) =>
    createHash(algorithm.replace('-', '').toLowerCase()).update(String(data)).digest('hex'),
  parse: (text: string) => JSON.parse(text),
  /** "Step Functions doesn't support $eval": unbound, so that calling it fails. */
  eval: undefined,
};

/** All functions an expression of this track can call; time is the cloud's and chance is seeded. */
export function functionsFor(track: Track): Record<string, unknown> {
  const { clock, draw } = track.run.host;
  const drawn = (what: string) => [what, track.run.launch.arn, track.path, track.draws++] as const;
  return {
    ...PURE,
    uuid: () => draw.uuid(...drawn('$uuid')),
    random: (seed?: number) => draw.fraction(...(seed === undefined ? drawn('$random') : ['$random', seed])),
    millis: () => clock.nowMs(),
    now: (picture?: string, timezone?: string) =>
      picture === undefined
        ? clock.now().toISOString()
        : formatTime.evaluate(undefined, { time: clock.nowMs(), picture, timezone }),
  };
}
