/** The worlds of the proof: each kind of fault alone, and mixtures. None of them is too close to call. */
import { Draw } from '../../local/cloud/draw.ts';
import { World } from '../../local/world/schema.ts';
import { type Cell, cellsOf } from '../second-opinion/cells.ts';
import { TooCloseToCall } from '../second-opinion/faults.ts';
import { expectedTargets } from '../second-opinion/targets.ts';
import { drawFault, type FiledFault, KINDS, type Timing } from './draw-fault.ts';
import { drawFleet, OPT_IN, organization, REGIONS } from './fleet.ts';
import type { WorldFile } from './in-world.ts';

export interface PlannedWorld {
  readonly index: number;
  /** What is in it, as a file may be called. */
  readonly name: string;
  /** The kind of fault, or `mixture`. */
  readonly kind: string;
  readonly file: WorldFile;
}

type Config = NonNullable<WorldFile['config']>;

const MIXTURES = 64;
/** How often a fault is drawn until one fits. */
const DRAWS = 12;
const everyThreeHours = { schedules: { converge: 'rate(3 hours)' } };

/** Few, since each is synthesized once. */
const CONFIGS: readonly Config[] = [
  {},
  { adopt: false, collection: 'ensure' },
  { replace: 'never', collection: 'off', ...everyThreeHours },
  { canary: { everyMinutes: 180 }, changes: { maxShare: 1 } },
  { canary: { enabled: false }, changes: { maxShare: 0.2 }, ...everyThreeHours },
  { allowedDestinations: ['asset-exports-of-another-company'], ...everyThreeHours },
];

/** Kinds that strike the whole fleet hide what else there is, so few mixtures have one. */
const EVERYWHERE = ['bucket-policy-replaced', 'key-disabled'];
const OF_TARGETS = KINDS.filter((kind) => !EVERYWHERE.includes(kind));

export function planWorlds(seed: number): PlannedWorld[] {
  const singles = KINDS.flatMap((kind) => planKind(kind, seed));
  const mixtures = Array.from({ length: MIXTURES }, (_, index) => ({
    kind: 'mixture',
    name: `mixture-${index + 1}`,
    file: drawMixture(seed * 1000 + index),
  }));
  return [...singles, ...planOutages(seed), ...mixtures].map((world, index) => ({ index, ...world }));
}

type Unnumbered = Omit<PlannedWorld, 'index'>;

/** One kind in several targets: from the start, from later on, and for a while, where the contract tells what comes of it. */
function planKind(kind: string, seed: number): Unnumbered[] {
  const timings: [Timing, string, Config, number][] = [
    ['start', 'PT6H', {}, 3],
    ['later', 'PT10H', everyThreeHours, 4],
    ['while', 'PT10H', everyThreeHours, 4],
  ];
  return timings.flatMap(([timing, duration, config, count]) => {
    const world = emptyWorld(seed + KINDS.indexOf(kind), duration, config);
    const length = EVERYWHERE.includes(kind) ? 1 : count;
    const file = withFaults(world, Array<Wanted>(length).fill([kind, timing]));
    return file.faults?.length ? [{ kind, name: `${kind}-${timing}`, file }] : [];
  });
}

/** Nothing is heard from the targets at all, or only every second time. */
function planOutages(seed: number): Unnumbered[] {
  return ['throttle', 'unavailable'].flatMap((kind) =>
    ['ssm', 'sts'].flatMap((service) =>
      [0.5, 1].map((rate) => {
        const fault = { kind, service, rate } as FiledFault;
        const file = { ...emptyWorld(seed, 'PT4H', {}), faults: [fault] };
        return { kind, name: `${kind}-${service}-${100 * rate}`, file };
      }),
    ),
  );
}

function drawMixture(seed: number): WorldFile {
  const draw = new Draw(seed);
  const config = CONFIGS[draw.between(0, CONFIGS.length - 1, 'config')] ?? {};
  const duration = draw.fraction('long') < 0.15 ? 'PT27H' : `PT${draw.between(6, 11, 'hours')}H`;
  const unknowns = drawUnknowns(draw, config);
  const timings = ['start', 'start', 'later', 'while'] as const;
  const wanted = Array.from({ length: draw.between(6, 20, 'count') }, (_, turn): Wanted => {
    const kind = OF_TARGETS[draw.between(0, OF_TARGETS.length - 1, 'kind', turn)] ?? '';
    return [kind, timings[draw.between(0, timings.length - 1, 'timing', turn)] ?? 'start'];
  });
  const everywhere = EVERYWHERE[draw.between(0, 19, 'everywhere')];
  const all: Wanted[] = everywhere ? [[everywhere, 'later'], ...wanted] : wanted;
  return withFaults({ ...emptyWorld(seed, duration, config), unknowns }, all);
}

/** Each switch either way; a key policy that asks for the organization only in the first config, so that no other is synthesized twice. */
function drawUnknowns(draw: Draw, config: Config): NonNullable<WorldFile['unknowns']> {
  const flip = (name: string) => draw.fraction('unknown', name) < 0.5;
  return {
    createProbes: flip('createProbes'),
    hashOnlyPutMovesCaptureTime: flip('hashOnlyPutMovesCaptureTime'),
    kmsCarriesSourceOrgId: config === CONFIGS[0] && flip('kmsCarriesSourceOrgId'),
    listShowsSharing: flip('listShowsSharing'),
    trailingNewline: flip('trailingNewline'),
    organizationConflictCode: flip('organizationConflictCode')
      ? 'ResourceDataSyncCountExceededException'
      : 'ResourceDataSyncInvalidConfigurationException',
    sharedLimit: flip('sharedLimit'),
    regionalPrincipals: flip('regionalPrincipals'),
  };
}

function emptyWorld(seed: number, duration: string, config: Config): WorldFile {
  const always = { regions: REGIONS, regionalPrincipals: [OPT_IN] };
  const accounts = drawFleet(new Draw(seed));
  return { version: 1, seed, duration, organization, config: { ...always, ...config }, accounts };
}

type Wanted = readonly [kind: string, timing: Timing];

/** Adds what is wanted one by one; a fault that would leave something too close to call is drawn again, and after some draws left out. */
function withFaults(world: WorldFile, wanted: readonly Wanted[]): WorldFile {
  const { duration = '', seed } = world;
  const durationMinutes = 60 * Number(/\d+/.exec(duration)?.[0]);
  const draw = new Draw(seed ?? 0);
  const places = placesOf(world);
  const faults: FiledFault[] = [];
  wanted.forEach(([kind, timing], index) => {
    const fits = (fault: FiledFault) => isCallable({ ...world, faults: [...faults, fault] });
    const drawn = Array.from({ length: DRAWS }, (_, time) =>
      drawFault({ draw, kind, timing, places, durationMinutes, turn: DRAWS * index + time }),
    );
    faults.push(...[drawn.find(fits) ?? []].flat());
  });
  return { ...world, faults };
}

/** Targets with online nodes six times, as they show most. */
function placesOf(world: WorldFile): Cell[] {
  return cellsOf(World.parse(world)).flatMap((cell) =>
    Array.from({ length: cell.online > 0 && cell.exclusion === undefined ? 6 : 1 }, () => cell),
  );
}

/** Also false for a world that the format refuses: more silent nodes than there are, for one. */
function isCallable(file: WorldFile): boolean {
  if (!World.safeParse(file).success) return false;
  try {
    expectedTargets(file);
    return true;
  } catch (error) {
    if (error instanceof TooCloseToCall) return false;
    throw error;
  }
}
