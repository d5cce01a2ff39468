import { accountOf } from '../cloud/cloud.ts';
import type { Call, Need } from '../cloud/service.ts';

/** What most operations need: the action of their name in the caller's own account; `*` is the resource of actions without resource-level permissions. */
export function ownNeed(prefix: string, call: Call, resource = '*'): Need {
  return { action: `${prefix}:${call.operation}`, resource, owner: accountOf(call.caller) };
}
