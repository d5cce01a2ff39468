import type { AccountSession } from '../../aws/sessions.ts';
import type { AccountVisit } from '../../core/run.ts';
import type { Region } from '../../core/target.ts';
import { mapBounded } from '../runtime/bounded.ts';
import type { ConvergeOrder } from './converge-sync.ts';
import { nothingSeen, type Seen, visitTarget } from './visit-target.ts';

/** Side by side in one account: enough to hide the distance of far Regions, few enough for one worker's memory. */
const regionsAtOnce = 8;

const unassumable = { denied: 'RoleUnassumable', throttled: 'Throttled', failed: 'CheckFailed' } as const;

/** All Regions of one account with one session. One that fails never hides the others. */
export function visitAccount(
  session: AccountSession,
  { regions, compare }: AccountVisit,
  order: ConvergeOrder | undefined,
): Promise<{ region: Region; seen: Seen }[]> {
  return mapBounded(regions, regionsAtOnce, async (region) => {
    if (session.kind === 'assumed') {
      return { region, seen: await visitTarget(session.ssm(region), compare?.[region] ?? [], order) };
    }
    const { kind, message } = session;
    return {
      region,
      seen: { ...nothingSeen, failure: { kind: unassumable[kind], operation: 'AssumeRole', message } },
    };
  });
}
