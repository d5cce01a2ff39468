import type { ObservedAssociation } from '../../core/association.ts';
import { learn, type News } from '../../core/comparison.ts';
import type { TargetDelivery } from '../../core/delivery.ts';
import { type Evidence, readFacts } from '../../core/evidence.ts';
import { formatInventoryKey } from '../../core/inventory-key.ts';
import { readAppearance } from '../../core/judge.ts';
import { enterScope, type TargetMemory } from '../../core/memory.ts';
import type { InventoryContent, ManagedNode, Observation, ObservedSync } from '../../core/observation.ts';
import { QuarantinedObject } from '../../core/quarantine.ts';
import { ScopedTarget } from '../../core/run.ts';
import { Target } from '../../core/target.ts';

const start = Date.parse('2026-11-02T06:00:00.000Z');

/** The moment that many minutes after the first run began. */
export const at = (minutes: number) => new Date(start + minutes * 60_000);
export const iso = (minutes: number) => at(minutes).toISOString();

export const ours = 'muster-1a2b3c4d';
export const nodeA = 'i-0000000000000000a';
export const nodeB = 'i-0000000000000000b';
export const nodeC = 'i-0000000000000000c';

const target = Target.parse({ accountId: '100000000010', region: 'eu-west-1' });

export function scoped(exclusion: ScopedTarget['exclusion'] = null): ScopedTarget {
  return ScopedTarget.parse({ schemaVersion: 1, ...target, accountName: 'payments', exclusion });
}

export function aSync(sync: Partial<ObservedSync> = {}): ObservedSync {
  return {
    syncName: ours,
    syncType: 'SyncToDestination',
    bucketName: 'inventory-bucket',
    prefix: 'inventory',
    region: 'us-east-1',
    kmsKeyArn: 'arn:aws:kms:us-east-1:100000000002:key/k',
    lastStatus: 'Successful',
    lastSuccessfulAt: null,
    createdAt: null,
    ...sync,
  };
}

export function online(...nodeIds: string[]): ManagedNode[] {
  return nodeIds.map((nodeId) => ({ nodeId, platform: 'Linux', online: true }));
}

/** A visit that found our sync Successful and no node, unless told otherwise. */
export function aVisit(minutes: number, seen: Partial<Observation> = {}): Observation {
  return {
    schemaVersion: 1,
    runId: `run-${minutes}`,
    ...target,
    observedAt: iso(minutes),
    failure: null,
    syncs: [aSync()],
    nodes: [],
    associations: [anAssociation()],
    contents: [],
    heartbeat: null,
    action: null,
    ...seen,
  };
}

/** One for all nodes that somebody made long ago, unless told otherwise. */
export function anAssociation(association: Partial<ObservedAssociation> = {}): ObservedAssociation {
  return {
    associationId: '0b0c0d0e-0000-0000-0000-000000000001',
    version: '1',
    owner: 'other',
    targets: [{ key: 'InstanceIds', values: ['*'] }],
    schedule: 'rate(12 hours)',
    status: 'Success',
    counts: {},
    tagged: null,
    settings: { parameters: {}, output: null },
    ...association,
  };
}

export function failedVisit(minutes: number, kind: NonNullable<Observation['failure']>['kind']): Observation {
  const failure = { kind, operation: 'AssumeRole', message: 'no' };
  return aVisit(minutes, { failure, syncs: null, nodes: null, associations: null });
}

type Action = NonNullable<Observation['action']>;

export function keeps(action: Partial<Action> = {}): Action {
  const done = { created: false, deleted: [], restored: [], refusal: null };
  return { decision: 'keep', syncName: ours, reason: 'SyncInPlace', risks: [], seen: 'seen', ...done, ...action };
}

export function refused(refusal: Action['refusal']): Action {
  return keeps({ decision: 'create', reason: 'SyncAbsent', refusal });
}

export function content(nodeId: string, rowsFingerprint: string, captureMinutes: number): InventoryContent {
  return { nodeId, type: 'AWS:Application', captureTime: iso(captureMinutes), rowsFingerprint };
}

/** Objects of one type by node id and the minute they were written. */
export function delivered(minutesByNode: Record<string, number>): TargetDelivery {
  const nodes = Object.entries(minutesByNode).map(
    ([nodeId, minutes]) =>
      [nodeId, { newestMs: start + minutes * 60_000, types: new Set(['AWS:Application']) }] as const,
  );
  return { newestMs: Math.max(...nodes.map(([, { newestMs }]) => newestMs)), nodes: new Map(nodes) };
}

/** `elsewhere` is a bucket of another team, and listed. */
const destinations = { ownBucket: 'inventory-bucket', allowedBuckets: new Set(['elsewhere']), inspected: new Map() };

const settings = { freshnessMinutes: 120, graceMinutes: 60, canaryMinutes: 1440, collection: true };

interface Story {
  /** The minute of the first run that had the target in scope. */
  inScope?: number;
  memory?: TargetMemory;
  visits?: Observation[];
  delivery?: TargetDelivery | undefined;
  fingerprint?: News['deliveredFingerprint'];
  /** The minute at which each node's heartbeat was written. */
  heartbeats?: Record<string, number>;
  now?: number;
  runId?: string;
  asked?: boolean;
  hub?: Evidence['hub'];
  quarantine?: Evidence['quarantine'];
}

/** The evidence of one run: by default three hours after a visit in a target's first run. */
export function evidenceOf(story: Story = {}): Evidence {
  const { inScope = 0, visits = [aVisit(0, { action: keeps() })], delivery, quarantine = [], now = 180 } = story;
  const { memory = enterScope(scoped(), undefined, at(inScope)) } = story;
  const moment = { now: at(now), freshnessMinutes: settings.freshnessMinutes };
  const deliveredFingerprint = story.fingerprint ?? (() => undefined);
  const heartbeatMs = (nodeId: string) => {
    const minutes = story.heartbeats?.[nodeId];
    return minutes === undefined ? 0 : at(minutes).getTime();
  };
  return {
    memory: learn(memory, { observations: visits, delivery, quarantine, heartbeatMs, deliveredFingerprint, ...moment }),
    delivery,
    hub: story.hub ?? { key: 'yes', bucketPolicy: 'yes' },
    destinations,
    quarantine,
    settings,
    now: at(now),
    runId: story.runId ?? `run-${now}`,
    asked: story.asked ?? false,
  };
}

/** An object of the target in quarantine, written at that minute. */
export function quarantined(
  nodeId: string,
  reason: QuarantinedObject['reason'],
  minute = 0,
  more: { region?: string; type?: string } = {},
): QuarantinedObject {
  const about = { type: 'AWS:Application', accountId: target.accountId, region: 'eu-west-1', nodeId, ...more };
  const key = formatInventoryKey('inventory', about);
  const times = { foundAt: iso(minute), lastModifiedAt: iso(minute) };
  return QuarantinedObject.parse({ schemaVersion: 1, key, versionId: 'v1', reason, ...about, ...times, sizeBytes: 12 });
}

/** Visits at the target's first run and just now, both seeing the same. */
export function seenTwice(now: number, seen: Partial<Observation> = {}): Observation[] {
  return [aVisit(0, { action: keeps(), ...seen }), aVisit(now, seen)];
}

/** What the rows say at a first look: the status and its reasons. */
export function lookOf(evidence: Evidence): string {
  const { status, reasons } = readAppearance(readFacts(evidence));
  return [status, ...reasons].join(' ');
}
