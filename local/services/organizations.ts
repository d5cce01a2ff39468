/** Reading an organization (Organizations API reference). Names are as of 2026-09-09: `State`, no `Status`. */
import type * as Api from '@aws-sdk/client-organizations';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operation, type Service } from '../cloud/service.ts';
import type { MemberAccount, OrganizationTree } from './organization-tree.ts';
import { type Page, pageOf } from './page.ts';

/** Most that a page holds, and what it holds unless less is asked for. */
const PAGE = 20;

interface Paging {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** Answers the management account and delegated administrators; DescribeOrganization answers every member. */
export class Organizations implements Service {
  readonly name = 'organizations';
  readonly #partition: string;
  readonly #tree: OrganizationTree;

  constructor(cloud: Cloud, tree: OrganizationTree) {
    this.#partition = cloud.partition;
    this.#tree = tree;
  }

  readonly operations = {
    DescribeOrganization: operation<Api.DescribeOrganizationCommandInput, Api.DescribeOrganizationCommandOutput>({
      needs: (_input, call) => need('DescribeOrganization', '*', call),
      run: (_input, call) => {
        checkMember(this.#tree, call);
        const { id: Id, managementAccountId: MasterAccountId } = this.#tree;
        const MasterAccountArn = this.#arn('account', MasterAccountId);
        const Arn = MasterAccountArn.replace(/:account\/(.*)\/.*$/, ':organization/$1');
        return { Organization: { Id, Arn, FeatureSet: 'ALL', MasterAccountArn, MasterAccountId } };
      },
    }),

    ListRoots: operation<Api.ListRootsCommandInput, Api.ListRootsCommandOutput>({
      needs: (_input, call) => need('ListRoots', '*', call),
      run: (_input, call) => {
        checkReader(this.#tree, call);
        const { rootId: Id } = this.#tree;
        return { Roots: [{ Id, Arn: this.#arn('root', Id), Name: 'Root' }] };
      },
    }),

    ListAccounts: operation<Api.ListAccountsCommandInput, Api.ListAccountsCommandOutput>({
      needs: (_input, call) => need('ListAccounts', '*', call),
      run: (input, call) => {
        checkReader(this.#tree, call);
        return this.#accountsPage(this.#tree.accounts(), input);
      },
    }),

    ListAccountsForParent: operation<Api.ListAccountsForParentCommandInput, Api.ListAccountsForParentCommandOutput>({
      needs: ({ ParentId }, call) => need('ListAccountsForParent', this.#parentArn(ParentId), call),
      run: (input, call) => {
        checkReader(this.#tree, call);
        return this.#accountsPage(childrenOf(this.#tree, this.#tree.accounts(), input.ParentId), input);
      },
    }),

    ListOrganizationalUnitsForParent: operation<
      Api.ListOrganizationalUnitsForParentCommandInput,
      Api.ListOrganizationalUnitsForParentCommandOutput
    >({
      needs: ({ ParentId }, call) => need('ListOrganizationalUnitsForParent', this.#parentArn(ParentId), call),
      run: (input, call) => {
        checkReader(this.#tree, call);
        const { items, next } = page(childrenOf(this.#tree, this.#tree.units(), input.ParentId), input);
        const units = items.map(({ id: Id, name: Name }) => ({ Id, Name, Arn: this.#arn('ou', Id) }));
        return { OrganizationalUnits: units, NextToken: next };
      },
    }),
  };

  #arn(type: string, id: string): string {
    const { managementAccountId, id: organization } = this.#tree;
    return `arn:${this.#partition}:organizations::${managementAccountId}:${type}/${organization}/${id}`;
  }

  #parentArn(parent = ''): string {
    return this.#arn(parent.startsWith('r-') ? 'root' : 'ou', parent);
  }

  #accountsPage(all: readonly MemberAccount[], paging: Paging) {
    const { items, next } = page(all, paging);
    return { Accounts: items.map((account) => this.#account(account)), NextToken: next };
  }

  #account({ id, name, state, joinedAt }: MemberAccount): Api.Account {
    return {
      Id: id,
      Arn: this.#arn('account', id),
      Email: `aws+${id}@example.com`,
      Name: name,
      State: state,
      Paths: [`${this.#tree.pathOf(id)}${id}/`],
      JoinedMethod: 'CREATED',
      JoinedTimestamp: joinedAt,
    };
  }
}

/** Owned by the caller's account: a delegated administrator needs its own identity policies only. */
function need(action: string, resource: string, { caller }: Call): Need[] {
  return [{ action: `organizations:${action}`, resource, owner: accountOf(caller) }];
}

function checkMember(tree: OrganizationTree, { caller }: Call): void {
  if (tree.account(accountOf(caller)) === undefined)
    throw new AwsFault('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
}

/** "This operation can be called only from the organization's management account or by a member account that is a delegated administrator." */
function checkReader(tree: OrganizationTree, call: Call): void {
  checkMember(tree, call);
  const account = accountOf(call.caller);
  if (account !== tree.managementAccountId && !tree.isDelegate(account))
    throw new AwsFault('AccessDeniedException', "You don't have permissions to access this resource.");
}

function childrenOf<Child extends { readonly parent: string }>(
  tree: OrganizationTree,
  all: readonly Child[],
  parent = '',
): readonly Child[] {
  if (!tree.has(parent))
    throw new AwsFault('ParentNotFoundException', "We can't find a root or OU with the ParentId that you specified.");
  return all.filter((child) => child.parent === parent);
}

function page<Item>(all: readonly Item[], { MaxResults = PAGE, NextToken }: Paging): Page<Item> {
  const refuse = (Reason: string) =>
    new AwsFault('InvalidInputException', 'You provided invalid values for one or more of the request parameters.', {
      fields: { Reason },
    });
  if (MaxResults > PAGE) throw refuse('MAX_VALUE_EXCEEDED');
  if (MaxResults < 1) throw refuse('MIN_VALUE_EXCEEDED');
  const found = pageOf(all, { size: MaxResults, token: NextToken });
  if (!found) throw refuse('INVALID_NEXT_TOKEN');
  return found;
}
