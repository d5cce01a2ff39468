import type * as Api from '@aws-sdk/client-account';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, operation, type Service } from '../cloud/service.ts';
import type { OrganizationTree } from './organization-tree.ts';
import { pageOf } from './page.ts';

type RegionState = Api.RegionOptStatus;

export interface AccountManagement extends Service {
  setRegionState(account: string, region: string, state: RegionState): void;
  /** Undefined for a Region of no account's partition. */
  regionState(account: string, region: string): RegionState | undefined;
}

/** Regions of the partition `aws` by how a new account has them ("Enable or disable AWS Regions", Account Management guide). */
const BY_DEFAULT =
  'ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2';
const OPT_IN =
  'af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1';
const DEFAULTS: ReadonlyMap<string, RegionState> = new Map([
  ...BY_DEFAULT.split(' ').map((region) => [region, 'ENABLED_BY_DEFAULT'] as const),
  ...OPT_IN.split(' ').map((region) => [region, 'DISABLED'] as const),
]);
const REGIONS = [...DEFAULTS.keys()].sort();
const MAX_PAGE = 50;

/** Which Regions an account has on. */
export function createAccount(cloud: Cloud, tree: OrganizationTree): AccountManagement {
  const states = new Map<string, RegionState>();
  const regionState = (account: string, region: string) => states.get(`${account} ${region}`) ?? DEFAULTS.get(region);
  const arnOf = (asked: string | undefined, own: string) =>
    asked === undefined
      ? `arn:${cloud.partition}:account::${own}:account`
      : `arn:${cloud.partition}:account::${tree.managementAccountId}:account/${tree.id}/${asked}`;

  return {
    name: 'account',
    regionState,
    setRegionState: (account, region, state) => void states.set(`${account} ${region}`, state),
    operations: {
      ListRegions: operation<Api.ListRegionsCommandInput, Api.ListRegionsCommandOutput>({
        needs({ AccountId }, { caller }) {
          const own = accountOf(caller);
          return [{ action: 'account:ListRegions', resource: arnOf(AccountId, own), owner: own }];
        },
        run({ AccountId, MaxResults = MAX_PAGE, NextToken, RegionOptStatusContains: wanted }, call) {
          const account = askedAccount(AccountId, call, tree);
          if (MaxResults < 1 || MaxResults > MAX_PAGE) throw invalid(`maxResults must be from 1 to ${MAX_PAGE}`);
          const all = REGIONS.flatMap((RegionName) => {
            const RegionOptStatus = regionState(account, RegionName);
            return RegionOptStatus && (!wanted?.length || wanted.includes(RegionOptStatus))
              ? [{ RegionName, RegionOptStatus }]
              : [];
          });
          const page = pageOf(all, { size: MaxResults, token: NextToken });
          if (!page) throw invalid('nextToken is not valid');
          return { Regions: [...page.items], NextToken: page.next };
        },
      }),
    },
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
