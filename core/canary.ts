/**
 * An idle fleet would hide a delivery that stopped: nothing changes, so nothing is due. A heartbeat is a change of our own making; its object
 * proves the whole way from SSM to the bucket.
 */
import * as z from 'zod';
import { minutesSince } from './moment.ts';
import type { Heartbeat } from './observation.ts';

const Moment = z.iso.datetime();

/** The latest heartbeat of a target. */
export const Canary = z.strictObject({
  nodeId: z.string(),
  putAt: Moment,
  /** When its object was written; null while it did not come. */
  deliveredAt: Moment.nullable(),
  /** The first heartbeat since anything was delivered; a later one asks the same question again. Null when it is answered, or SSM took none. */
  unansweredSince: Moment.nullable(),
});
export type Canary = z.infer<typeof Canary>;

/** Runs do not come to the second: what would be over some minutes after a run is over, so that a daily heartbeat is put daily, not an hour later each day. */
function isOver(since: string, minutes: number, now: Date): boolean {
  return minutesSince(since, now) >= minutes - Math.min(5, minutes / 24);
}

export function isHeartbeatDue(canary: Canary | null, { now, everyMinutes }: { now: Date; everyMinutes: number }) {
  return canary === null || isOver(canary.putAt, everyMinutes, now);
}

export function isOverdue(canary: Canary | null, { now, freshnessMinutes }: { now: Date; freshnessMinutes: number }) {
  const since = canary?.unansweredSince ?? null;
  return since !== null && isOver(since, freshnessMinutes, now);
}

/** Takes in a heartbeat that a visit put; one that is known already, or older, changes nothing. */
export function withHeartbeat(canary: Canary | null, { nodeId, putAt, refused }: Heartbeat): Canary {
  if (canary !== null && Date.parse(canary.putAt) >= Date.parse(putAt)) return canary;
  const unanswered = canary?.unansweredSince ?? null;
  return { nodeId, putAt, deliveredAt: null, unansweredSince: refused ? unanswered : (unanswered ?? putAt) };
}

/** Its own object answers a heartbeat, and so does any object written after the first that went unanswered: it came the same way. */
export function answered(canary: Canary, { heartbeatMs, newestMs }: { heartbeatMs: number; newestMs: number }): Canary {
  const hasCome = heartbeatMs >= Date.parse(canary.putAt);
  const deliveredAt = hasCome ? new Date(heartbeatMs).toISOString() : canary.deliveredAt;
  const isMoving = canary.unansweredSince !== null && newestMs > Date.parse(canary.unansweredSince);
  return { ...canary, deliveredAt, unansweredSince: hasCome || isMoving ? null : canary.unansweredSince };
}
