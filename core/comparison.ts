import { answered, withHeartbeat } from './canary.ts';
import type { TargetDelivery } from './delivery.ts';
import { type RememberedNode, remember, type TargetMemory } from './memory.ts';
import { earliest, latest, minutesSince } from './moment.ts';
import type { InventoryContent, Observation } from './observation.ts';
import { isQuarantined, type QuarantinedObject } from './quarantine.ts';
import type { SuspiciousNode } from './run.ts';

/** A comparison without a difference rests this long, then twice as long, up to a day. Just below an hour, so that an hourly run finds it due. */
const firstRestMinutes = 45;
const longestRestMinutes = 1_440;

/** The fingerprint of a delivered object: null when its content is malformed, undefined when there is nothing to compare with. */
export type DeliveredFingerprint = (nodeId: string, type: string) => string | null | undefined;

export interface News {
  readonly observations: readonly Observation[];
  readonly delivery: TargetDelivery | undefined;
  /** When a node's heartbeat was written, 0 for never. */
  readonly heartbeatMs: (nodeId: string) => number;
  readonly deliveredFingerprint: DeliveredFingerprint;
  /** What is in quarantine is compared with nothing: its reason is named already. */
  readonly quarantine: readonly QuarantinedObject[];
  readonly now: Date;
  readonly freshnessMinutes: number;
}

/** Takes in all that a run learned of a target. The order of `observations` does not matter, and learning the same twice changes nothing. */
export function learn(memory: TargetMemory, news: News): TargetMemory {
  const inOrder = news.observations.toSorted((a, b) => Date.parse(a.observedAt) - Date.parse(b.observedAt));
  const apart = isQuarantined(news.quarantine);
  const comparable: DeliveredFingerprint = (nodeId, type) =>
    apart(nodeId, type) ? undefined : news.deliveredFingerprint(nodeId, type);
  const learned = inOrder.reduce((known, observation) => takeIn(known, observation, comparable), settle(memory, news));
  return answerCanary(rememberDelivery(learned, news), news);
}

function takeIn(memory: TargetMemory, observation: Observation, delivered: DeliveredFingerprint): TargetMemory {
  const known = rememberContents(remember(memory, observation), observation, delivered);
  const { heartbeat } = observation;
  return heartbeat === null ? known : { ...known, canary: withHeartbeat(known.canary, heartbeat) };
}

/** What the bucket says of differences and heartbeats that earlier runs left open, before anything new is held against it. */
function settle(memory: TargetMemory, news: News): TargetMemory {
  const nodes = memory.nodes.map((node) => {
    const newestMs = news.delivery?.nodes.get(node.nodeId)?.newestMs ?? 0;
    const isSuperseded = node.pendingSince !== null && newestMs > Date.parse(node.pendingSince);
    return isSuperseded ? { ...node, pendingSince: null, compared: null } : node;
  });
  return answerCanary({ ...memory, nodes }, news);
}

function answerCanary(memory: TargetMemory, { delivery, heartbeatMs }: News): TargetMemory {
  const { canary } = memory;
  if (canary === null) return memory;
  const seen = { heartbeatMs: heartbeatMs(canary.nodeId), newestMs: delivery?.newestMs ?? 0 };
  return { ...memory, canary: answered(canary, seen) };
}

type Look = { observedAt: string; contents: readonly InventoryContent[]; delivered: DeliveredFingerprint };

function rememberContents(
  memory: TargetMemory,
  { contents, observedAt }: Observation,
  delivered: DeliveredFingerprint,
): TargetMemory {
  const looks = new Map<string, InventoryContent[]>();
  for (const content of contents) looks.set(content.nodeId, [...(looks.get(content.nodeId) ?? []), content]);
  const nodes = memory.nodes.map((node) =>
    compareNode(node, { observedAt, contents: looks.get(node.nodeId) ?? [], delivered }),
  );
  return { ...memory, nodes };
}

/** A node is pending since the earliest look or capture at which SSM's content differed from its object's. */
function compareNode(node: RememberedNode, { observedAt, contents, delivered }: Look): RememberedNode {
  const comparable = contents.filter(({ nodeId, type }) => delivered(nodeId, type) !== undefined);
  const known = node.compared !== null && Date.parse(node.compared.at) >= Date.parse(observedAt);
  if (comparable.length === 0 || known) return node;
  const differing = comparable.filter(
    ({ nodeId, type, rowsFingerprint }) => delivered(nodeId, type) !== rowsFingerprint,
  );
  if (differing.length === 0) {
    const doubled = 2 * (node.compared?.restMinutes ?? 0);
    const restMinutes = Math.min(Math.max(doubled, firstRestMinutes), longestRestMinutes);
    return { ...node, pendingSince: null, compared: { at: observedAt, restMinutes } };
  }
  const captures = differing.map(({ captureTime }) => captureTime);
  const pendingSince = earliest(node.pendingSince ?? observedAt, observedAt, ...captures);
  return { ...node, pendingSince, compared: { at: observedAt, restMinutes: 0 } };
}

/** A fresh object proves that its node delivers, whatever an earlier comparison said. */
function rememberDelivery(memory: TargetMemory, { delivery, now, freshnessMinutes }: News): TargetMemory {
  if (delivery === undefined) return memory;
  const nodes = memory.nodes.map((node) => {
    const newestMs = delivery.nodes.get(node.nodeId)?.newestMs;
    if (newestMs === undefined) return node;
    const deliveredAt = latest(node.deliveredAt, newestMs);
    const fresh = minutesSince(deliveredAt, now) <= freshnessMinutes;
    return fresh ? { ...node, deliveredAt, pendingSince: null, compared: null } : { ...node, deliveredAt };
  });
  return { ...memory, nodes, lastDeliveredAt: latest(memory.lastDeliveredAt, delivery.newestMs) };
}

type Delivered = Pick<News, 'delivery' | 'quarantine' | 'now' | 'freshnessMinutes'>;

/** Online nodes whose newest object is too old to prove anything and whose comparison is due, with the types to compare. */
export function dueComparisons(
  memory: TargetMemory,
  { delivery, quarantine, now, freshnessMinutes }: Delivered,
): SuspiciousNode[] {
  const apart = isQuarantined(quarantine);
  return memory.nodes.flatMap(({ nodeId, online, compared }) => {
    const delivered = delivery?.nodes.get(nodeId);
    if (!online || delivered === undefined) return [];
    const fresh = now.getTime() - delivered.newestMs <= freshnessMinutes * 60_000;
    const resting = compared !== null && minutesSince(compared.at, now) < compared.restMinutes;
    const types = [...delivered.types].filter((type) => !apart(nodeId, type)).sort();
    return fresh || resting || types.length === 0 ? [] : [{ nodeId, types }];
  });
}
