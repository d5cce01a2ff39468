import type {
  ListAccountsCommandOutput,
  ListAccountsForParentCommandOutput,
  ListOrganizationalUnitsForParentCommandOutput,
} from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { Clock } from '../../../local/cloud/clock.ts';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { Draw } from '../../../local/cloud/draw.ts';
import { OrganizationTree } from '../../../local/services/organization-tree.ts';
import { Organizations } from '../../../local/services/organizations.ts';

const MANAGEMENT = '100000000001';
const HUB = '100000000002';
const PROD = 'ou-ab12-11111111';
const NESTED = 'ou-ab12-22222222';
const start = new Date('2026-11-20T06:00:00Z');
const memberId = (index: number) => String(100000000010 + index);
const deny = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: 'ssm:*', Resource: '*' } } as const;

function world(members = 0) {
  const cloud = new Cloud(new Clock(start), new Draw(1));
  const tree = new OrganizationTree({ id: 'o-a1b2c3d4e5', rootId: 'r-ab12', managementAccountId: MANAGEMENT });
  tree.addUnit({ id: PROD, name: 'prod' });
  tree.addUnit({ id: NESTED, name: 'payments', parent: PROD });
  for (const id of [MANAGEMENT, HUB]) tree.putAccount({ id, joinedAt: start });
  for (let index = 0; index < members; index++)
    tree.putAccount({
      id: memberId(index),
      name: `member ${index}`,
      parent: index % 2 ? NESTED : PROD,
      joinedAt: start,
    });
  tree.delegate(HUB, 'account.amazonaws.com');
  cloud.add(new Organizations(cloud, tree));
  const ask = <Output>(operation: string, input: object, account = HUB) =>
    cloud.ask<Output>({
      service: 'organizations',
      operation,
      region: 'us-east-1',
      caller: { kind: 'administrator', account, arn: `arn:aws:iam::${account}:user/operator` },
      input,
    });
  return { tree, ask };
}

describe('ListAccounts', () => {
  it('gives at most 20 a page and every account once over all pages (Organizations API reference)', async () => {
    const { ask } = world(43);
    const pages: number[] = [];
    const ids = new Set<string | undefined>();
    let NextToken: string | undefined;
    do {
      const page: Pick<ListAccountsCommandOutput, 'Accounts' | 'NextToken'> = await ask('ListAccounts', { NextToken });
      pages.push(page.Accounts?.length ?? 0);
      for (const { Id } of page.Accounts ?? []) ids.add(Id);
      NextToken = page.NextToken;
    } while (NextToken);
    expect([pages, ids.size]).toEqual([[20, 20, 5], 45]);
  });

  it('names the State and no Status, which was retired on 2026-09-09 (Organizations API reference)', async () => {
    const { ask, tree } = world(2);
    tree.putAccount({ id: memberId(1), state: 'SUSPENDED', joinedAt: start });
    const { Accounts } = await ask<ListAccountsCommandOutput>('ListAccounts', {}, MANAGEMENT);
    expect(Accounts?.at(-1)).toEqual({
      Id: memberId(1),
      Arn: `arn:aws:organizations::${MANAGEMENT}:account/o-a1b2c3d4e5/${memberId(1)}`,
      Email: expect.stringContaining('@'),
      Name: 'member 1',
      State: 'SUSPENDED',
      Paths: [`o-a1b2c3d4e5/r-ab12/${PROD}/${NESTED}/${memberId(1)}/`],
      JoinedMethod: 'CREATED',
      JoinedTimestamp: start,
    });
  });

  it.each([
    [{ MaxResults: 21 }, 'MAX_VALUE_EXCEEDED'],
    [{ MaxResults: 0 }, 'MIN_VALUE_EXCEEDED'],
    [{ NextToken: 'guess' }, 'INVALID_NEXT_TOKEN'],
  ])('refuses %j', async (input, Reason) => {
    await expect(world().ask('ListAccounts', input)).rejects.toMatchObject({
      name: 'InvalidInputException',
      fields: { Reason },
    });
  });

  it.each(['ListAccounts', 'ListRoots', 'ListAccountsForParent', 'ListOrganizationalUnitsForParent'])(
    'and its like are for the management account and delegated administrators: %s',
    async (operation) => {
      const { ask } = world(1);
      const input = operation.endsWith('ForParent') ? { ParentId: PROD } : {};
      await expect(ask(operation, input, MANAGEMENT)).resolves.toBeDefined();
      await expect(ask(operation, input, HUB)).resolves.toBeDefined();
      await expect(ask(operation, input, memberId(0))).rejects.toMatchObject({ name: 'AccessDeniedException' });
      await expect(ask(operation, input, '100000000099')).rejects.toMatchObject({
        name: 'AWSOrganizationsNotInUseException',
      });
    },
  );
});

describe('the tree of units', () => {
  it('is walked from the root by parent, page by page', async () => {
    const { ask } = world(4);
    const roots = await ask('ListRoots', {});
    expect(roots).toEqual({
      Roots: [{ Id: 'r-ab12', Name: 'Root', Arn: `arn:aws:organizations::${MANAGEMENT}:root/o-a1b2c3d4e5/r-ab12` }],
    });
    const under = async (ParentId: string) => {
      const units = await ask<ListOrganizationalUnitsForParentCommandOutput>('ListOrganizationalUnitsForParent', {
        ParentId,
      });
      const accounts = await ask<ListAccountsForParentCommandOutput>('ListAccountsForParent', { ParentId });
      return [units.OrganizationalUnits?.map(({ Id }) => Id), accounts.Accounts?.map(({ Id }) => Id)];
    };
    expect(await under('r-ab12')).toEqual([[PROD], [MANAGEMENT, HUB]]);
    expect(await under(PROD)).toEqual([[NESTED], [memberId(0), memberId(2)]]);
    expect(await under(NESTED)).toEqual([[], [memberId(1), memberId(3)]]);
    const first = await ask<ListAccountsForParentCommandOutput>('ListAccountsForParent', {
      ParentId: PROD,
      MaxResults: 1,
    });
    expect(first).toMatchObject({ Accounts: [{ Id: memberId(0) }], NextToken: expect.any(String) });
    await expect(ask('ListAccountsForParent', { ParentId: 'ou-ab12-99999999' })).rejects.toMatchObject({
      name: 'ParentNotFoundException',
    });
    await expect(ask('ListAccountsForParent', {})).rejects.toMatchObject({ name: 'ParentNotFoundException' });
  });

  it('follows an account that moves', () => {
    const { tree } = world(2);
    tree.putAccount({ id: memberId(0), parent: 'r-ab12', joinedAt: start });
    expect(tree.pathOf(memberId(0))).toBe('o-a1b2c3d4e5/r-ab12/');
    expect(tree.account(memberId(0))?.name).toBe('member 0');
    expect(tree.pathOf('100000000099')).toBeUndefined();
    tree.putAccount({ id: HUB, parent: 'ou-none', joinedAt: start });
    expect(() => tree.pathOf(HUB)).toThrow('there is no unit ou-none');
  });

  it('tells StackSets the active members of units, without the management account', () => {
    const { tree } = world(3);
    tree.putAccount({ id: memberId(2), state: 'SUSPENDED', joinedAt: start });
    expect(tree.membersOf(['r-ab12'])).toEqual([HUB, memberId(0), memberId(1)]);
    expect(tree.membersOf([NESTED])).toEqual([memberId(1)]);
    expect(tree.membersOf([PROD])).toEqual([memberId(0), memberId(1)]);
  });

  it('knows delegated administrators by service', () => {
    const { tree } = world();
    tree.delegate(HUB, 'ssm.amazonaws.com');
    const asked = ['account.amazonaws.com', 'ssm.amazonaws.com', 'guardduty.amazonaws.com'];
    expect(asked.map((service) => tree.isDelegate(HUB, service))).toEqual([true, true, false]);
    expect(tree.isDelegate(MANAGEMENT)).toBe(false);
  });
});

// Organizations User Guide, "SCP evaluation" and "RCP evaluation": every level from the root to the account; the management account is exempt.
describe('control policies', () => {
  it('come by level, with the full access that AWS attaches', () => {
    const { tree } = world(2);
    tree.attach('SERVICE_CONTROL_POLICY', PROD, { name: 'no-ssm', document: deny });
    const names = (account: string) =>
      tree.serviceControlPolicies(account).map((level) => level.map(({ name }) => name));
    expect(names(memberId(1))).toEqual([
      ['FullAWSAccess'],
      ['FullAWSAccess', 'no-ssm'],
      ['FullAWSAccess'],
      ['FullAWSAccess'],
    ]);
    expect(names(HUB)).toEqual([['FullAWSAccess'], ['FullAWSAccess']]);
    expect([names(MANAGEMENT), names('100000000099')]).toEqual([[], []]);
    expect(
      tree
        .resourceControlPolicies(HUB)
        .flat()
        .map(({ name }) => name),
    ).toEqual(['RCPFullAWSAccess', 'RCPFullAWSAccess']);
  });

  it('are replaced by name, and gone when detached', () => {
    const { tree } = world();
    const count = () => tree.serviceControlPolicies(HUB).flat().length;
    tree.attach('SERVICE_CONTROL_POLICY', HUB, { name: 'no-ssm', document: deny });
    tree.attach('SERVICE_CONTROL_POLICY', HUB, { name: 'no-ssm', document: deny });
    expect(count()).toBe(3);
    tree.detach('SERVICE_CONTROL_POLICY', HUB, 'no-ssm');
    tree.detach('RESOURCE_CONTROL_POLICY', HUB, 'never there');
    expect(count()).toBe(2);
  });
});
