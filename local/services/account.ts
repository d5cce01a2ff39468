import type * as sdk from '@aws-sdk/client-account';
import type { RegionOptStatus } from '@aws-sdk/client-account';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operations, type Service } from '../cloud/service.ts';
import { ownNeed } from './need.ts';
import type { OrganizationTree } from './organization-tree.ts';
import { takePage } from './page.ts';

export interface AccountManagement extends Service {
  setRegionState(account: string, region: string, state: RegionOptStatus): void;
  /** Undefined for a Region of no account's partition. */
  regionState(account: string, region: string): RegionOptStatus | undefined;
}

/** Regions of the partition `aws` by how a new account has them ("Enable or disable AWS Regions", Account Management guide). */
const BY_DEFAULT =
  'ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2';
const OPT_IN =
  'af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1';
const DEFAULTS: ReadonlyMap<string, RegionOptStatus> = new Map([
  ...BY_DEFAULT.split(' ').map((region) => [region, 'ENABLED_BY_DEFAULT'] as const),
  ...OPT_IN.split(' ').map((region) => [region, 'DISABLED'] as const),
]);
const REGIONS = [...DEFAULTS.keys()].sort();

/** Whether a Region is off until somebody enables it, as all are that came online since ap-east-1. */
export function isOptIn(region: string): boolean {
  return DEFAULTS.get(region) === 'DISABLED';
}

/** Which Regions an account has on. */
export function createAccount(cloud: Cloud, tree: OrganizationTree): AccountManagement {
  const states = new Map<string, RegionOptStatus>();
  const regionState = (account: string, region: string) => states.get(`${account} ${region}`) ?? DEFAULTS.get(region);
  const arnOf = (asked: string | undefined, own: string) =>
    asked === undefined
      ? `arn:${cloud.partition}:account::${own}:account`
      : `arn:${cloud.partition}:account::${tree.managementAccountId}:account/${tree.id}/${asked}`;

  return {
    name: 'account',
    regionState,
    setRegionState: (account, region, state) => void states.set(`${account} ${region}`, state),
    operations: operations<typeof sdk>({
      ListRegions: {
        needs: ({ AccountId }, call) => [ownNeed('account', call, arnOf(AccountId, accountOf(call.caller)))],
        run: (input, call) => {
          const account = askedAccount(input.AccountId, call, tree);
          const wanted = input.RegionOptStatusContains ?? [];
          const all = REGIONS.map((RegionName) => ({ RegionName, RegionOptStatus: regionState(account, RegionName) }));
          const found = all.filter(({ RegionOptStatus: is }) => wanted.length === 0 || (is && wanted.includes(is)));
          const { page, NextToken } = takePage(found, input, {
            most: 50,
            refuse: (what) => invalid(`${what} of a page`),
          });
          return { Regions: page, NextToken };
        },
      },
    }),
  };
}

/** Only the management account and the delegated administrator of `account.amazonaws.com` may name an account, and only a member (Account Management API reference, ListRegions). */
function askedAccount(asked: string | undefined, { caller }: Call, tree: OrganizationTree): string {
  const own = accountOf(caller);
  if (asked === undefined) return own;
  if (!/^\d{12}$/.test(asked)) throw invalid('accountId must have twelve digits');
  const management = tree.managementAccountId;
  if (asked === management && own === management)
    throw invalid('The management account must not specify its own accountId.');
  const mayName = own === management || tree.isDelegate(own, 'account.amazonaws.com');
  if (!mayName || asked === own || asked === management || !tree.account(asked))
    throw new AwsFault('AccessDeniedException', `User: ${own} is not authorized to access account ${asked}.`, {
      status: 403,
    });
  return asked;
}

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationException', message);
}
