/** A sample of the accounts: Regions that are on, the member role, and the slots for syncs. */
import { AccountClient } from '@aws-sdk/client-account';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { enabledRegions } from '../../../aws/account-regions.ts';
import { listDataSyncs } from '../../../aws/data-syncs.ts';
import { listAccounts } from '../../../aws/organization.ts';
import { memberSessions } from '../../../aws/sessions.ts';
import { deliveringSyncs, syncQuota } from '../../../core/decision.ts';
import type { ObservedSync } from '../../../core/observation.ts';
import { AccountId, Region } from '../../../core/target.ts';
import { type Finding, fail, look, pass, skip, warn } from '../finding.ts';
import type { Check, Ground } from '../ground.ts';

export const accountsCheck: Check = {
  name: 'accounts',
  async look(ground) {
    const { config, sample, accountId: hub } = ground;
    const client = new OrganizationsClient({ region: config.hubRegion });
    const listed = await look('organizations:ListAccounts', () => listAccounts(client, config.organizationalUnits));
    if (listed.kind === 'unseen') return [listed.finding];
    const active = (listed.kind === 'seen' ? listed.value : []).filter(({ active }) => active);
    const ids = sampleOf(active.map(({ accountId }) => accountId).sort(), sample, AccountId.parse(hub));
    const findings = [pass(`${active.length} accounts are active, ${ids.length} are looked into`)];
    for (const accountId of ids) findings.push(...(await accountFindings(accountId, ground)));
    return findings;
  },
};

/** Evenly spread, the hub among them. */
export function sampleOf(ids: readonly AccountId[], size: number, hub: AccountId): AccountId[] {
  const others = ids.filter((id) => id !== hub);
  const step = Math.max(1, others.length / Math.max(1, size - 1));
  const spread = others.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
  return [...(ids.includes(hub) ? [hub] : []), ...spread].slice(0, size);
}

async function accountFindings(accountId: AccountId, ground: Ground): Promise<Finding[]> {
  const { config, accountId: self } = ground;
  const client = new AccountClient({ region: config.hubRegion });
  const on = await look('account:ListRegions', () => enabledRegions(client, accountId, self));
  const enabled = on.kind === 'seen' ? on.value : null;
  const wanted = config.regions === 'all-enabled' ? (enabled ?? [Region.parse(config.hubRegion)]) : config.regions;
  const regions = wanted.filter((region) => enabled?.includes(region) !== false);
  return [
    on.kind === 'unseen' ? on.finding : judgeRegions(accountId, wanted, enabled),
    ...(await syncFindings(accountId, regions, ground)),
  ];
}

/** `enabled` null: a delegated administrator may not ask about the management account. */
export function judgeRegions(accountId: string, wanted: readonly string[], enabled: readonly string[] | null): Finding {
  if (enabled === null) return skip(`${accountId}: nobody here may know which Regions are enabled`);
  const off = wanted.filter((region) => !enabled.includes(region));
  if (off.length === 0) return pass(`${accountId}: all Regions of the config are enabled`);
  const enable = (region: string) => `aws account enable-region --account-id ${accountId} --region-name ${region}`;
  return warn(`${accountId}: ${off.join(', ')} not enabled, so out of scope there`, ...off.map(enable));
}

async function syncFindings(accountId: AccountId, regions: readonly Region[], ground: Ground): Promise<Finding[]> {
  const { partition, roleName, accountId: self, config } = ground;
  if (accountId === self) return inRegions(accountId, regions, (region) => new SSMClient({ region }));
  const sts = new STSClient({ region: config.hubRegion });
  const sessions = memberSessions(sts, { partition, roleName, sessionName: 'muster-preflight' });
  const session = await sessions.assume(accountId);
  const findings =
    session.kind === 'assumed'
      ? await inRegions(accountId, regions, session.ssm)
      : [
          skip(
            `${accountId}: you may not assume ${roleName} there (MusterMember trusts the pipeline alone); give one that you may with --role, or read the \`slots\` of a plan`,
          ),
        ];
  sessions.close();
  return findings;
}

async function inRegions(accountId: string, regions: readonly Region[], ssm: (region: Region) => SSMClient) {
  const findings: Finding[] = [];
  for (const region of regions) {
    const syncs = await look('ssm:ListResourceDataSync', () => listDataSyncs(ssm(region)));
    const target = `${accountId} ${region}`;
    findings.push(
      syncs.kind === 'unseen' ? syncs.finding : judgeSlots(target, syncs.kind === 'seen' ? syncs.value : []),
    );
  }
  return findings;
}

/** Five syncs, one of them shared with an organization, and the list does not say which (Systems Manager user guide, "Creating a resource data sync for Inventory"). */
export function judgeSlots(target: string, observed: readonly ObservedSync[]): Finding {
  const syncs = deliveringSyncs(observed);
  const foreign = syncs.filter(({ syncName }) => !/^muster-[0-9a-f]{8}$/.test(syncName));
  const region = target.split(' ')[1];
  const names = foreign.map(({ syncName, bucketName }) => `${syncName} to ${bucketName}`).join(', ');
  if (foreign.length >= syncQuota)
    return fail(
      `${target}: all ${syncQuota} slots are taken: ${names}`,
      `# in that account, one that nobody reads; never Inspector's or Quick Setup's:`,
      `aws ssm delete-resource-data-sync --region ${region} --sync-name <name>`,
    );
  if (foreign.length === 0) return pass(`${target}: ${syncs.length === 0 ? 'no sync yet' : 'our sync only'}`);
  return warn(`${target}: the slot of an Organization sync may be taken by one of ${names}`);
}
