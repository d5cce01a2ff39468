/** What is wrong with the syncs of a target. */
import { faultKind, inTarget } from './fault.ts';

export const syncFaults = {
  'sync-failed': faultKind({
    shape: inTarget,
    act: ({ account, region }, { ssm }) => {
      ssm.forceStatus(account, region, 'Failed');
      return () => ssm.forceStatus(account, region, undefined);
    },
  }),
};
