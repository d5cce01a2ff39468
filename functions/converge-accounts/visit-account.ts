import type { AccountSession } from '../../aws/sessions.ts';
import type { AccountVisit } from '../../core/run.ts';
import type { Region } from '../../core/target.ts';
import { mapBounded } from '../runtime/bounded.ts';
import type { Aim } from './converge-sync.ts';
import { nothingSeen, type Seen, type TargetVisit, visitTarget } from './visit-target.ts';

/** Side by side in one account: enough to hide the distance of far Regions, few enough for one worker's memory. */
const regionsAtOnce = 8;

const unassumable = { denied: 'RoleUnassumable', throttled: 'Throttled', failed: 'CheckFailed' } as const;

/** All Regions of one account with one session. One that fails never hides the others. */
export function visitAccount(
  session: AccountSession,
  visit: AccountVisit,
  aim: Aim & Pick<TargetVisit, 'attempt' | 'now'>,
): Promise<{ region: Region; seen: Seen }[]> {
  return mapBounded(visit.regions, regionsAtOnce, async (region) => {
    if (session.kind === 'assumed') {
      return { region, seen: await visitTarget(session.ssm(region), { ...aim, ...visitOf(region, visit) }) };
    }
    const { kind, why } = session;
    return {
      region,
      seen: { ...nothingSeen, failure: { kind: unassumable[kind], operation: 'AssumeRole', ...why } },
    };
  });
}

function visitOf(region: Region, { accountId, compare, orders, leaving, heartbeat, associations }: AccountVisit) {
  return {
    target: { accountId, region },
    order: orders?.[region],
    leaving: leaving?.[region],
    compare: compare?.[region] ?? [],
    heartbeat: heartbeat?.[region],
    known: associations?.[region],
  };
}
