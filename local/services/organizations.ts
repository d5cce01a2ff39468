/** Reading an organization (Organizations API reference). Names are as of 2026-09-09: `State`, no `Status`. */
import type * as sdk from '@aws-sdk/client-organizations';
import { AwsFault } from '../cloud/aws-fault.ts';
import { accountOf, type Cloud } from '../cloud/cloud.ts';
import { type Call, type Need, operationsNeeding, type Service } from '../cloud/service.ts';
import { ownNeed } from './need.ts';
import type { MemberAccount, OrganizationTree } from './organization-tree.ts';
import { takePage } from './page.ts';

const REASONS = { 'too small': 'MIN_VALUE_EXCEEDED', 'too large': 'MAX_VALUE_EXCEEDED', token: 'INVALID_NEXT_TOKEN' };

/** Most that a page holds, and what it holds unless less is asked for. */
const paging = {
  most: 20,
  refuse: (what: keyof typeof REASONS) =>
    new AwsFault('InvalidInputException', 'You provided invalid values for one or more of the request parameters.', {
      fields: { Reason: REASONS[what] },
    }),
};

/** Answers the management account and delegated administrators. */
export class Organizations implements Service {
  readonly name = 'organizations';
  readonly #partition: string;
  readonly #tree: OrganizationTree;

  constructor(cloud: Cloud, tree: OrganizationTree) {
    this.#partition = cloud.partition;
    this.#tree = tree;
  }

  readonly operations = operationsNeeding<typeof sdk>((input, call) => this.#needs(input, call), {
    ListRoots: (_input, call) => {
      checkReader(this.#tree, call);
      const { rootId: Id } = this.#tree;
      return { Roots: [{ Id, Arn: this.#arn('root', Id), Name: 'Root' }] };
    },
    DescribeOrganization: (_input, { caller }) => {
      const { id: Id, managementAccountId: MasterAccountId } = this.#tree;
      if (!this.#tree.account(accountOf(caller))) throw notInUse();
      return { Organization: { Id, MasterAccountId, FeatureSet: 'ALL' } };
    },
    ListAWSServiceAccessForOrganization: (input, call) => {
      checkReader(this.#tree, call);
      const { page, NextToken } = takePage(this.#tree.trusted(), input, paging);
      return { EnabledServicePrincipals: page.map((ServicePrincipal) => ({ ServicePrincipal })), NextToken };
    },
    ListDelegatedServicesForAccount: (input, call) => {
      checkReader(this.#tree, call);
      const services = this.#tree.delegatedTo(input.AccountId ?? '');
      if (services.length === 0)
        throw new AwsFault(
          'AccountNotRegisteredException',
          'The specified account is not a delegated administrator for this AWS service.',
        );
      const { page, NextToken } = takePage(services, input, paging);
      return { DelegatedServices: page.map((ServicePrincipal) => ({ ServicePrincipal })), NextToken };
    },
    ListAccounts: (input, call) => {
      checkReader(this.#tree, call);
      return this.#accountsPage(this.#tree.accounts(), input);
    },
    ListAccountsForParent: (input, call) =>
      this.#accountsPage(this.#childrenOf(input, this.#tree.accounts(), call), input),
    ListOrganizationalUnitsForParent: (input, call) => {
      const { page, NextToken } = takePage(this.#childrenOf(input, this.#tree.units(), call), input, paging);
      const OrganizationalUnits = page.map(({ id: Id, name: Name }) => ({ Id, Name, Arn: this.#arn('ou', Id) }));
      return { OrganizationalUnits, NextToken };
    },
  });

  /** Owned by the caller's account: a delegated administrator needs its own identity policies only. */
  #needs({ ParentId }: { ParentId?: string | undefined }, call: Call): Need[] {
    if (ParentId === undefined) return [ownNeed('organizations', call)];
    return [ownNeed('organizations', call, this.#arn(ParentId.startsWith('r-') ? 'root' : 'ou', ParentId))];
  }

  #arn(type: string, id: string): string {
    const { managementAccountId, id: organization } = this.#tree;
    return `arn:${this.#partition}:organizations::${managementAccountId}:${type}/${organization}/${id}`;
  }

  #accountsPage(all: readonly MemberAccount[], input: sdk.ListAccountsCommandInput) {
    const { page, NextToken } = takePage(all, input, paging);
    return { Accounts: page.map((account) => this.#account(account)), NextToken };
  }

  #childrenOf<Child extends { readonly parent: string }>(
    { ParentId = '' }: { ParentId: string | undefined },
    all: readonly Child[],
    call: Call,
  ): readonly Child[] {
    checkReader(this.#tree, call);
    if (!this.#tree.has(ParentId))
      throw new AwsFault('ParentNotFoundException', "We can't find a root or OU with the ParentId that you specified.");
    return all.filter(({ parent }) => parent === ParentId);
  }

  #account({ id, name, state, joinedAt }: MemberAccount): sdk.Account {
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

/** "This operation can be called only from the organization's management account or by a member account that is a delegated administrator." */
function checkReader(tree: OrganizationTree, { caller }: Call): void {
  const account = accountOf(caller);
  if (!tree.account(account)) throw notInUse();
  if (account !== tree.managementAccountId && !tree.isDelegate(account))
    throw new AwsFault('AccessDeniedException', "You don't have permissions to access this resource.");
}

function notInUse(): AwsFault {
  return new AwsFault('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
}
