import type { AccountClient } from '@aws-sdk/client-account';
import type { STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { enabledRegions, enabledRegionsWithin } from '../../aws/account-regions.ts';
import type { StateBucket } from '../../aws/state-bucket.ts';
import { stateFiles } from '../../core/run.ts';
import type { EnabledRegions } from '../../core/scope.ts';
import { type AccountId, Region } from '../../core/target.ts';

/** An answer is used for a day; an hour less, so that a daily run finds it due. */
const usableMs = 23 * 3_600_000;

/** ListRegions answers five calls a second and the function has fifteen minutes: what is still open is assumed, and asked by the next run. */
const askedPerRun = 2_000;

const KnownRegions = z.strictObject({ askedAt: z.iso.datetime(), enabled: z.array(Region).nullable() });
const RegionStates = z.strictObject({ schemaVersion: z.literal(1), accounts: z.record(z.string(), KnownRegions) });
type KnownRegions = z.infer<typeof KnownRegions>;

/**
 * `self` is who asks; `readerName` the role of the management account, whose Regions a delegated administrator is not told: it is assumed where an
 * `optIn` Region is in question. With `keep` the answers are cached.
 */
export type Asking = {
  client: AccountClient;
  sts: STSClient;
  readerName: string;
  optIn: boolean;
  bucket: StateBucket;
  self: { accountId: string; partition: string };
  now: Date;
  keep: boolean;
};

/** The Regions that are on in each account: from the cache where that is young enough, else asked one account after the other. */
export async function learnRegions(
  accountIds: readonly AccountId[],
  asking: Asking,
): Promise<Map<AccountId, EnabledRegions>> {
  const { bucket, now, keep } = asking;
  const cached = await bucket.readJson(stateFiles.regions, RegionStates);
  const known = new Map<AccountId, KnownRegions>();
  const unheard = new Set<AccountId>();
  const age = (accountId: AccountId) =>
    now.getTime() - Date.parse(cached?.accounts[accountId]?.askedAt ?? '1970-01-01');
  for (const accountId of accountIds) {
    const before = cached?.accounts[accountId];
    if (before !== undefined) known.set(accountId, before);
  }
  const due = accountIds.filter((accountId) => age(accountId) >= usableMs).sort((a, b) => age(b) - age(a));
  for (const accountId of due.slice(0, askedPerRun)) {
    const enabled = await ask(accountId, asking);
    if (enabled !== undefined) known.set(accountId, { askedAt: now.toISOString(), enabled });
    else if (!known.has(accountId)) unheard.add(accountId);
  }
  if (keep && due.length > 0) {
    const states: z.input<typeof RegionStates> = { schemaVersion: 1, accounts: Object.fromEntries([...known].sort()) };
    await bucket.put(stateFiles.regions, JSON.stringify(states));
  }
  return new Map(accountIds.map((id) => [id, unheard.has(id) ? 'unheard' : (known.get(id)?.enabled ?? null)]));
}

async function ask(accountId: AccountId, { client, sts, readerName, optIn, self }: Asking) {
  const told = await enabledRegions(client, accountId, self.accountId);
  if (told !== null || !optIn) return told;
  return enabledRegionsWithin(sts, `arn:${self.partition}:iam::${accountId}:role/${readerName}`);
}
