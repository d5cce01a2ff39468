import type { Config } from './config.ts';
import { InvalidConfig } from './config.ts';

type Gap = { key: string; asked: (config: Config) => boolean; sentence: string };

const gaps: Gap[] = [
  {
    key: 'eventRegions',
    asked: ({ eventRegions }) => eventRegions.length > 0,
    sentence: 'events of members are not forwarded yet; the schedules find the same, later',
  },
  {
    key: 'existingBucket',
    asked: ({ existingBucket }) => existingBucket !== null,
    sentence: 'delivery to a bucket that stands already is not supported yet',
  },
  {
    key: 'kmsKeyArn',
    asked: ({ kmsKeyArn }) => kmsKeyArn !== null,
    sentence: 'a key that stands already is not supported yet',
  },
  {
    key: 'sharing',
    asked: ({ sharing, accounts }) => sharing === 'accounts' || accounts.length > 0,
    sentence: 'delivery by a list of accounts is not supported yet; the whole organization may deliver',
  },
  {
    key: 'remediation.hub',
    asked: ({ remediation }) => remediation.hub === 'apply',
    sentence: 'bucket and key policies are not restored yet',
  },
  {
    key: 'census',
    asked: ({ census }) => census === 's3-inventory',
    sentence: 'S3 Inventory is not read yet; the bucket is listed',
  },
  {
    key: 'explorer',
    asked: ({ explorer }) => explorer.length > 0,
    sentence: 'syncs for Explorer are not kept yet',
  },
  { key: 'quickSight', asked: ({ quickSight }) => quickSight !== null, sentence: 'there is no dashboard yet' },
];

/** A config that asks for what is not built is refused, never silently ignored. @throws {InvalidConfig} */
export function refuseUnsupported(config: Config): void {
  const asked = gaps.filter((gap) => gap.asked(config));
  if (asked.length > 0)
    throw new InvalidConfig(asked.map(({ key, sentence }) => `config.${key}: ${sentence}`).join('\n'));
}
