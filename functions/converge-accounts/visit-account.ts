import type { AccountSession } from '../../aws/sessions.ts';
import type { AccountVisit } from '../../core/run.ts';
import type { Region } from '../../core/target.ts';
import { mapBounded } from '../runtime/bounded.ts';
import { nothingSeen, type Orders, type Seen, visitTarget } from './visit-target.ts';

/** Side by side in one account: enough to hide the distance of far Regions, few enough for one worker's memory. */
const regionsAtOnce = 8;

const unassumable = { denied: 'RoleUnassumable', throttled: 'Throttled', failed: 'CheckFailed' } as const;

/** All Regions of one account with one session. One that fails never hides the others. */
export function visitAccount(
  session: AccountSession,
  { regions, compare, heartbeat }: AccountVisit,
  { heartbeats, ...orders }: Pick<Orders, 'converge' | 'now'> & { heartbeats: boolean },
): Promise<{ region: Region; seen: Seen }[]> {
  return mapBounded(regions, regionsAtOnce, async (region) => {
    if (session.kind === 'assumed') {
      const more = { compare: compare?.[region] ?? [], heartbeat: heartbeats ? heartbeat?.[region] : undefined };
      return { region, seen: await visitTarget(session.ssm(region), { ...orders, ...more }) };
    }
    const { kind, message } = session;
    return {
      region,
      seen: { ...nothingSeen, failure: { kind: unassumable[kind], operation: 'AssumeRole', message } },
    };
  });
}
