/** All checks in the order in which a deployment meets what they look at. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { errorMessage } from '../../aws/errors.ts';
import type { Config } from '../../infra/config.ts';
import { accountsCheck } from './checks/accounts.ts';
import { concurrencyCheck, machinesCheck } from './checks/capacity.ts';
import { inventoryBucketCheck } from './checks/inventory-bucket.ts';
import { inventoryKeyCheck } from './checks/inventory-key.ts';
import { organizationCheck } from './checks/organization.ts';
import type { Finding } from './finding.ts';
import type { Check, Ground } from './ground.ts';

const checks: readonly Check[] = [
  organizationCheck,
  inventoryBucketCheck,
  inventoryKeyCheck,
  concurrencyCheck,
  machinesCheck,
  accountsCheck,
];

export interface CheckReport {
  readonly check: string;
  readonly findings: readonly Finding[];
}

/** Nobody could be asked who the caller is, so nothing could be looked at. */
export class NotSignedIn extends Error {
  override readonly name = 'NotSignedIn';
}

/** Who the caller is. @throws NotSignedIn */
export async function findGround(config: Config, wish: { sample: number; role: string | undefined }): Promise<Ground> {
  try {
    const identity = await new STSClient({ region: config.hubRegion }).send(new GetCallerIdentityCommand({}));
    const { Account: accountId = '', Arn = '' } = identity;
    const [, partition = 'aws'] = Arn.split(':');
    return { config, partition, accountId, sample: wish.sample, roleName: wish.role ?? config.memberRoleName };
  } catch (error) {
    const way =
      'sign in to the hub account first (aws sso login, or the AWS_* variables that `npm start -- --serve` prints)';
    throw new NotSignedIn(`AWS does not know you: ${errorMessage(error)}\n${way}`, { cause: error });
  }
}

/** Runs every check, whatever the others came to; `say` hears which one is at work. Reads only. */
export async function runChecks(ground: Ground, say: (check: string) => void): Promise<CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const { name, look } of checks) {
    say(name);
    reports.push({ check: name, findings: await look(ground) });
  }
  return reports;
}
